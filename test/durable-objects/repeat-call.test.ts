import { describe, expect, it } from "vitest";
import { CALL_ATTEMPTS, ObjectUnavailableError, repeatCall } from "../../src/durable-objects/repeat-call.ts";

/** A call that fails with each of the errors in turn, then answers; waits take no time and are noted. */
function calling(errors: Error[], chance = 0.5) {
  const waits: number[] = [];
  let attempts = 0;
  const attempt = async (): Promise<string> => {
    const error = errors[attempts];
    attempts += 1;
    if (error !== undefined) throw error;
    return "answer";
  };
  const ports = {
    wait: async (milliseconds: number) => {
      waits.push(milliseconds);
    },
    random: () => chance,
  };
  return { answer: () => repeatCall(attempt, ports), waits, attempts: () => attempts };
}

const failure = (properties: { retryable?: boolean; overloaded?: boolean } = {}): Error =>
  Object.assign(new Error("the object was reset"), properties);
const reset = (): Error => failure({ retryable: true });

describe("a call to an object", () => {
  it("is made once when it is answered", async () => {
    const call = calling([]);
    expect(await call.answer()).toBe("answer");
    expect([call.attempts(), call.waits]).toEqual([1, []]);
  });

  it("is repeated while the platform says that it may be, after waits that grow", async () => {
    const call = calling([reset(), reset(), reset(), reset()], 0);
    expect(await call.answer()).toBe("answer");
    expect([call.attempts(), call.waits]).toEqual([5, [50, 100, 200, 400]]);
  });

  it("waits differently from its neighbors, so that they do not come back all together, and 1.5 seconds at most", async () => {
    const call = calling([reset(), reset(), reset(), reset()], 0.999_999);
    await call.answer();
    const total = call.waits.reduce((sum, wait) => sum + wait, 0);
    expect(total).toBeGreaterThan(1_499);
    expect(total).toBeLessThanOrEqual(1_500);
  });

  it("is given up as unavailable after so many attempts, with the last error as the cause", async () => {
    const errors = Array.from({ length: CALL_ATTEMPTS + 1 }, reset);
    const call = calling(errors);
    const error = await call.answer().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ObjectUnavailableError);
    expect(error).toMatchObject({ code: "object_unavailable", retryAfterSeconds: 2, cause: errors[CALL_ATTEMPTS - 1] });
    expect(call.attempts()).toBe(CALL_ATTEMPTS);
  });

  it.each([
    ["at once", [failure({ retryable: true, overloaded: true })]],
    ["after a repetition", [reset(), failure({ overloaded: true })]],
  ])("is not repeated to an object that is overloaded: %s", async (_, errors) => {
    const call = calling(errors);
    await expect(call.answer()).rejects.toMatchObject({ name: "ObjectUnavailableError", retryAfterSeconds: 10 });
    expect(call.attempts()).toBe(errors.length);
  });

  it.each([failure(), failure({ retryable: false }), new TypeError("a bug")])(
    "passes on at once what is not for repeating: %s",
    async (error) => {
      const call = calling([error]);
      await expect(call.answer()).rejects.toBe(error);
      expect(call.attempts()).toBe(1);
    },
  );
});

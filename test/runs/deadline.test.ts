import { describe, expect, it, vi } from "vitest";
import { withDeadline } from "../../src/runs/deadline.ts";

describe("a deadline", () => {
  it("ends the wait for a call that never answers", async () => {
    vi.useFakeTimers();
    const outcome = withDeadline(() => new Promise(() => {}), 5_000, "the queue").catch(String);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await outcome).toBe("Error: the queue did not answer within 5000 ms");
    vi.useRealTimers();
  });

  it("tells the work to stop when the time is over, and not before", async () => {
    vi.useFakeTimers();
    let given: AbortSignal | null = null;
    const outcome = withDeadline(
      (signal) => {
        given = signal;
        return new Promise(() => {});
      },
      5_000,
      "a phase's step",
    ).catch(String);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(given).toMatchObject({ aborted: false });
    await vi.advanceTimersByTimeAsync(1);
    expect(given).toMatchObject({ aborted: true });
    expect(await outcome).toBe("Error: a phase's step did not answer within 5000 ms");
    vi.useRealTimers();
  });

  it("passes on an answer and a failure that come in time, and leaves no timer", async () => {
    vi.useFakeTimers();
    await expect(withDeadline(() => Promise.resolve(7), 5_000, "the queue")).resolves.toBe(7);
    const refused = () => Promise.reject(new Error("refused"));
    await expect(withDeadline(refused, 5_000, "the queue")).rejects.toThrow("refused");
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});

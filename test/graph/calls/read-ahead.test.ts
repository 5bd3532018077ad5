import { describe, expect, it } from "vitest";
import { readAhead } from "../../../src/graph/calls/read-ahead.ts";

/** Yields numbers up to `last`, then ends, or throws; notes what it is asked for and whether it was closed. */
function numbers(last: number, end: "ends" | "throws" = "ends") {
  const seen: string[] = [];
  async function* source(): AsyncGenerator<number> {
    try {
      for (let number = 1; number <= last; number += 1) {
        seen.push(`read ${number}`);
        yield number;
      }
      if (end === "throws") throw new Error("the source failed");
    } finally {
      seen.push("closed");
    }
  }
  return { seen, ahead: readAhead(source()) };
}

describe("reading ahead", () => {
  it("asks for the next while the current one is worked on, and for no more", async () => {
    const { seen, ahead } = numbers(3);
    for await (const number of ahead) seen.push(`work ${number}`);
    expect(seen).toEqual(["read 1", "read 2", "work 1", "read 3", "work 2", "closed", "work 3"]);
  });

  it("tells of a failure in its place, after all that was read before it", async () => {
    const { seen, ahead } = numbers(2, "throws");
    const worked: number[] = [];
    const work = async () => {
      for await (const number of ahead) worked.push(number);
    };
    await expect(work()).rejects.toThrow("the source failed");
    expect(worked).toEqual([1, 2]);
    expect(seen).toContain("closed");
  });

  it("closes the source when the work ends early, also when what was read ahead fails", async () => {
    const left = numbers(5);
    for await (const number of left.ahead) if (number === 2) break;
    expect(left.seen).toEqual(["read 1", "read 2", "read 3", "closed"]);
    const failing = numbers(1, "throws");
    for await (const number of failing.ahead) if (number === 1) break;
    expect(failing.seen).toEqual(["read 1", "closed"]);
  });

  it("is empty where the source is", async () => {
    const { seen, ahead } = numbers(0);
    for await (const number of ahead) seen.push(`work ${number}`);
    expect(seen).toEqual(["closed"]);
  });
});

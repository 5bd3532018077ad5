import { describe, expect, it } from "vitest";
import { writeSegment } from "../../../src/artifacts/archive/segment.ts";

describe("segments in the Workers runtime", () => {
  it("x", async () => {
    try {
      await writeSegment([{ path: "a", content: [new TextEncoder().encode("hello")] }], { at: 0 });
    } catch (error) {
      console.log(error instanceof Error ? error.stack : error);
      throw error;
    }
    expect(1).toBe(1);
  });
});

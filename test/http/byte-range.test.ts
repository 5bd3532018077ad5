import { describe, expect, it } from "vitest";
import { readByteRange } from "../../src/http/routing/byte-range.ts";

const content = { bytes: 1_000, etag: '"abc"' };
const read = (range: string | undefined, ifRange?: string) => readByteRange({ range, ifRange }, content);

describe("a range of bytes", () => {
  it.each([
    ["bytes=0-0", 0, 1],
    ["bytes=0-", 0, 1_000],
    ["bytes=10-19", 10, 10],
    ["bytes=990-5000", 990, 10],
    ["bytes=-5", 995, 5],
    ["bytes=-5000", 0, 1_000],
    [" bytes=999-999 ", 999, 1],
  ])("%s is a part", (range, offset, length) => {
    expect(read(range)).toEqual({ kind: "part", offset, length });
  });

  it.each(["bytes=1000-", "bytes=5000-6000", "bytes=-0"])("%s cannot be satisfied", (range) => {
    expect(read(range)).toEqual({ kind: "unsatisfiable" });
  });

  it.each([undefined, "items=0-1", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,5-6", "bytes=a-b", "bytes=1--2"])(
    "%s asks for the whole",
    (range) => {
      expect(read(range)).toEqual({ kind: "whole" });
    },
  );

  it("counts only while the file is the one it was asked of", () => {
    expect(read("bytes=0-1", '"abc"').kind).toBe("part");
    expect(read("bytes=0-1", '"other"').kind).toBe("whole");
    expect(read("bytes=0-1", "Tue, 24 Nov 2026 12:00:00 GMT").kind).toBe("whole");
  });
});

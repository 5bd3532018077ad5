import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type BuiltChunk, judgeWeights } from "../../scripts/check/console-weight.ts";

/** A file of about that many kilobytes, which compression does not make smaller than its bytes. */
function chunk(name: string, kilobytes: number, imports: string[] = []): BuiltChunk {
  const code = randomBytes(kilobytes * 1_000).toString("latin1");
  return { name, fileName: `${name}.js`, isEntry: name === "index", imports, code };
}

const limits = { firstPage: 150, page: 40 };
const frame = [chunk("index", 20, ["shared.js"]), chunk("shared", 10)];

describe("the weight of the console", () => {
  it("passes a first page and pages below their limits, and counts what is loaded already once", () => {
    const light = [...frame, chunk("runs-page", 10, ["shared.js", "index.js"]), chunk("unused", 500)];
    expect(judgeWeights(light, limits)).toEqual({ passed: true, output: "" });
  });

  it("names a first page that weighs too much through what it imports", () => {
    const heavy = [chunk("index", 20, ["shared.js"]), chunk("shared", 200)];
    const { passed, output } = judgeWeights(heavy, limits);
    expect(passed).toBe(false);
    expect(output).toMatch(/^The first page weighs \d+\.\d kB of script; the limit is 150$/);
  });

  it("names a page that weighs too much beyond the first", () => {
    const heavy = [...frame, chunk("runs-page", 1, ["chart.js"]), chunk("chart", 60)];
    expect(judgeWeights(heavy, limits).output).toMatch(/^runs-page, beyond the first page, weighs/);
  });

  it("fails where nothing can be weighed", () => {
    expect(judgeWeights([], limits).passed).toBe(false);
  });
});

/** What the rules of the lint cannot see of the console: words, style sheets and pages. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const ROOT = new URL("../../src/dashboard/", import.meta.url).pathname;
const sources = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));

it("F32: the console shows no estimate of the time that is left", () => {
  expect(sources.length).toBeGreaterThan(20);
  const offenders = sources.filter(({ text }) => /\b(eta|remaining|time left)\b/i.test(text)).map(({ path }) => path);
  expect(offenders).toEqual([]);
});

it("times are written by the one clock, in English and in the zone that was chosen", () => {
  const own =
    /\bIntl\.DateTimeFormat\b|\.toLocale(?:Date|Time)?String\((?!"en")|\.toDateString\(|\bIntl\.\w+\(undefined/;
  expect(own.test("new Intl.DateTimeFormat()")).toBe(true);
  const offenders = sources.filter(({ path, text }) => path !== "components/clock.ts" && own.test(text));
  expect(offenders.map(({ path }) => path)).toEqual([]);
});

it("the console's style sheets and pages take no file from outside its folder", () => {
  const pages = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter((path) => /\.(css|html)$/.test(path));
  expect(pages.length).toBeGreaterThan(1);
  const offenders = pages.flatMap((path) =>
    [...readFileSync(join(ROOT, path), "utf8").matchAll(/(?:@\w+\s+|url\(|src=|href=)["']?(\.\.?\/[^"')\s]+)/g)]
      .map((match) => join(path, "..", match[1] ?? ""))
      // Kumo's own files are looked through for the class names that they use.
      .filter((target) => target.startsWith("..") && !target.startsWith("../../node_modules/"))
      .map((target) => `${path} → ${target}`),
  );
  expect(offenders).toEqual([]);
});

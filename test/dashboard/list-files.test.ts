import { describe, expect, it } from "vitest";
import { POLICY_FILE } from "../../src/dashboard/lists/list-columns.ts";
import { fileName, listFile } from "../../src/dashboard/lists/list-file.ts";
import { type ListPage, readAll } from "../../src/dashboard/lists/read-all.ts";
import { buildPolicy } from "./policy-builder.ts";

const PAGES: Record<string, ListPage<{ id: string }>> = {
  first: { items: [{ id: "a" }, { id: "b" }], nextCursor: "second" },
  second: { items: [{ id: "b" }, { id: "c" }], nextCursor: null },
};
const pageOf = (cursor: string | null): ListPage<{ id: string }> => {
  const page = PAGES[cursor ?? "first"];
  if (page === undefined) throw new Error(`no page ${cursor}`);
  return page;
};
const keyOf = ({ id }: { id: string }) => id;

describe("a list read for a file", () => {
  it("is read to its end, and has an item once that two pages brought", async () => {
    const counts: number[] = [];
    const all = await readAll(
      (cursor) => Promise.resolve(pageOf(cursor)),
      keyOf,
      AbortSignal.any([]),
      (count) => counts.push(count),
    );
    expect(all.map(keyOf)).toEqual(["a", "b", "c"]);
    expect(counts).toEqual([2, 3]);
  });

  it("is nothing when a page of it fails, or when the person gives up", async () => {
    const failing = (cursor: string | null) =>
      cursor === null ? Promise.resolve(pageOf(cursor)) : Promise.reject(new Error("no answer"));
    await expect(readAll(failing, keyOf, AbortSignal.any([]), () => undefined)).rejects.toThrow("no answer");
    const stop = new AbortController();
    const reading = readAll(
      (cursor) => Promise.resolve(pageOf(cursor)),
      keyOf,
      stop.signal,
      () => stop.abort(),
    );
    await expect(reading).rejects.toThrow(/abort/);
  });
});

describe("the file of a list", () => {
  const policies = [
    buildPolicy({ id: "a", name: '=HYPERLINK("x")', description: "one\ntwo", assignmentCount: 0 }),
    buildPolicy({ id: "b", name: "Müller, Zürich", description: "+41 44" }),
  ];

  it("opens in a spreadsheet: marked as UTF-8, quoted, no text taken for a formula, what is not known empty and not 0", () => {
    const { text, media } = listFile("csv", policies, POLICY_FILE.slice(0, 5));
    expect(media).toContain("text/csv");
    expect(text).toBe(
      "\uFEFFName,Family,Platform,Description,Assignments\r\n" +
        `"'=HYPERLINK(""x"")",Settings catalog,,"one\ntwo",0\r\n` +
        `"Müller, Zürich",Settings catalog,,'+41 44,\r\n`,
    );
  });

  it("has all that is told as JSON, and is only a head without rows", () => {
    expect(JSON.parse(listFile("json", policies, POLICY_FILE).text)).toEqual(policies);
    expect(JSON.parse(listFile("json", [], POLICY_FILE).text)).toEqual([]);
    expect(listFile("csv", [], POLICY_FILE).text.split("\r\n")).toHaveLength(2);
  });

  it("is named by tenant, list and day", () => {
    expect(fileName("contoso", "policies", "csv", new Date("2026-11-29T23:30:00Z"))).toBe(
      "contoso-policies-2026-11-29.csv",
    );
  });
});

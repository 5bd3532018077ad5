import { describe, expect, it } from "vitest";
import { matchingGroups } from "../../src/dashboard/palette/palette-matches.ts";
import { parseViews, viewsOfTenant, withoutView, withView } from "../../src/dashboard/palette/saved-views.ts";

const item = (title: string, note?: string) => ({
  id: title,
  title,
  run: () => undefined,
  ...(note === undefined ? {} : { note }),
});
const GROUPS = [
  { label: "Pages", items: [item("Inventory"), item("Audit log")] },
  { label: "Policies", items: [item("The audit of logs", "Scripts"), item("Audit ＬＯＧ 2", "Settings catalog")] },
];
const found = (query: string) =>
  matchingGroups(GROUPS, query).map(({ label, items }) => [label, ...items.map(({ title }) => title)]);

describe("what a palette finds", () => {
  it("has all words in title or note, in any form; what begins with them is first", () => {
    expect(found("audit log")).toEqual([
      ["Pages", "Audit log"],
      ["Policies", "Audit ＬＯＧ 2", "The audit of logs"],
    ]);
    expect(found("settings 2")).toEqual([["Policies", "Audit ＬＯＧ 2"]]);
    expect(found("nothing such")).toEqual([]);
  });

  it("is all that there is where nothing is typed, and never more than one can look through", () => {
    expect(found("")).toHaveLength(2);
    const many = Array.from({ length: 6_000 }, (_, place) => item(`Policy ${place}`));
    expect(matchingGroups([{ label: "Policies", items: many }], "policy")[0]?.items.length).toBeLessThanOrEqual(10);
  });
});

describe("saved views", () => {
  const here = { name: "Open criticals", slug: "contoso", address: "/t/contoso/findings?severity=critical" };
  const there = { name: "Open criticals", slug: "fabrikam", address: "/t/fabrikam/findings?severity=critical" };

  it("have a name once in a tenant, the newest first, and are shown in their tenant alone", () => {
    const views = withView(withView(withView([], here), there), { ...here, address: "/t/contoso/findings" });
    expect(views).toHaveLength(2);
    expect(viewsOfTenant(views, "contoso")).toEqual([{ ...here, address: "/t/contoso/findings" }]);
    expect(viewsOfTenant(views, "con")).toEqual([]);
    expect(withoutView(views, here)).toEqual([there]);
  });

  it("are none where what is kept cannot be read, or leads out of the console", () => {
    expect(parseViews(null)).toEqual([]);
    expect(parseViews("{")).toEqual([]);
    expect(parseViews(JSON.stringify([{ ...here, address: "https://elsewhere.example" }]))).toEqual([]);
    expect(parseViews(JSON.stringify([{ ...here, address: "//elsewhere.example" }]))).toEqual([]);
    expect(parseViews(JSON.stringify([here]))).toEqual([here]);
  });

  it("give the oldest up for a new one", () => {
    let views = [there];
    for (let place = 0; place < 60; place += 1) views = withView(views, { ...here, name: `View ${place}` });
    expect(views).toHaveLength(50);
    expect(views).not.toContainEqual(there);
  });
});

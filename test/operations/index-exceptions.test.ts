import { describe, expect, it } from "vitest";
import type { EvidenceDocument } from "../../src/operations/review-pack/evidence-documents.ts";
import { exceptionsSection } from "../../src/operations/review-pack/index-exceptions.ts";
import { grouped } from "../../src/operations/review-pack/index-numbers.ts";

function policy(name: string, code: string | null): EvidenceDocument {
  return {
    key: `policy/apps/${name}`,
    kind: "policy",
    title: name,
    takenAt: "2026-11-24T12:00:00.000Z",
    exception: code === null ? null : { code, message: `because <${code}>` },
    facts: { family: "apps" },
  };
}

async function* streamed(documents: EvidenceDocument[]): AsyncGenerator<EvidenceDocument> {
  yield* documents;
}

async function section(documents: EvidenceDocument[]): Promise<string> {
  return (await exceptionsSection(streamed(documents))).text;
}

describe("the exceptions of a pack's page", () => {
  it("begin with the most urgent kind, however many there are of another", async () => {
    const many = Array.from({ length: 1_234 }, (_, at) => policy(`Policy ${at}`, "unassigned"));
    const page = await section([...many, policy("Door", "not_enforced"), policy("Lost", "permission_missing")]);
    const order = ["Permission missing", "Lost", "Not enforced", "Door", "Not assigned", "Policy 0"];
    const places = order.map((text) => page.indexOf(text));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(page).toContain("<span>1,234</span>");
    expect(page).toContain("And 1,134 more");
    expect(page).toContain("because &lt;unassigned&gt;");
  });

  it("put a kind that nobody knows last, under its code", async () => {
    const page = await section([policy("A", "brand_new"), policy("B", "unassigned")]);
    expect(page.indexOf("<h3>brand_new</h3>")).toBeGreaterThan(page.indexOf("<h3>Not assigned</h3>"));
  });

  it("say so when there are none", async () => {
    expect(await section([policy("A", null)])).toContain("None.");
  });
});

describe("numbers in a pack's page", () => {
  it.each([
    [0, "0"],
    [999, "999"],
    [1_000, "1,000"],
    [1_234_567, "1,234,567"],
  ])("%i reads %s", (value, text) => {
    expect(grouped(value)).toBe(text);
  });
});

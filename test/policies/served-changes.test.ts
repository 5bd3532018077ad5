import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meaningRules } from "../../src/graph/policy-meaning.ts";
import type { JsonValue } from "../../src/policies/json-value.ts";
import { diffPolicies } from "../../src/policies/policy-diff.ts";
import { servedChanges } from "../../src/policies/served-changes.ts";
import { MAX_VALUE_CHARACTERS, servedChangeSchema, type ChangeValue } from "../../src/contract/policy-diff.ts";
import { generatedRelease } from "../support/generated-release.ts";
import { makeReleases } from "../support/older-release.ts";

function served(before: JsonValue, after: JsonValue, property = "text") {
  const [change] = servedChanges(
    diffPolicies(meaningRules("powershellScripts"), { [property]: before }, { [property]: after }),
  );
  if (!change) throw new Error("no change");
  return change;
}

function sidesOf(before: JsonValue, after: JsonValue, property?: string): { before: ChangeValue; after: ChangeValue } {
  const change = served(before, after, property);
  if (change.kind !== "changed") throw new Error(`told as ${change.kind}`);
  return { before: change.before, after: change.after };
}

function textOf(value: ChangeValue): string {
  if (value.form !== "text") throw new Error("not served as a text");
  return value.text;
}

function base64(text: string, encoding: "utf8" | "utf16le" = "utf8"): string {
  return Buffer.from(text, encoding).toString("base64");
}

describe("Changes as they are served", () => {
  it("carry small values as they are", () => {
    expect(served(1, "two")).toMatchObject({
      kind: "changed",
      pathText: "text",
      before: { form: "json", json: 1 },
      after: { form: "json", json: "two" },
    });
    expect(served(null, { a: [1] })).toMatchObject({ kind: "added", after: { form: "json", json: { a: [1] } } });
    expect(served(["x"], [])).toMatchObject({ kind: "removed", before: { form: "json", json: ["x"] } });
  });

  it("show scripts in clear: UTF-8, or UTF-16 with a byte order mark", () => {
    const script = 'Write-Output "Grüße, 東京"\nexit 0\n';
    const { before, after } = sidesOf(base64(script), base64(`\uFEFF${script}exit 1\n`, "utf16le"), "scriptContent");
    expect(before).toEqual({ form: "text", text: script, omittedBefore: 0, omittedAfter: 0, decoded: true });
    expect(after).toMatchObject({ text: `${script}exit 1\n`, decoded: true });
  });

  it("leave what is no text in base64 as the document has it", () => {
    const bytes = Buffer.from([0, 1, 2, 250, 251, 252, 253, 254, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8]).toString("base64");
    expect(served(bytes, "x", "scriptContent")).toMatchObject({ before: { form: "json", json: bytes } });
    expect(served("Administrator", "y", "value")).toMatchObject({ before: { form: "json", json: "Administrator" } });
    expect(served(base64("an ordinary description of things"), "y", "description")).toMatchObject({
      before: { form: "json" },
    });
  });

  it("cut a long text down to where it differs, with some lines around", () => {
    const line = (at: number) => `line ${at}: ${"-".repeat(60)}`;
    const lines = Array.from({ length: 1_000 }, (_, at) => line(at));
    const edited = lines.with(700, "line 700 edited");
    const { before, after } = sidesOf(lines.join("\n"), edited.join("\n"));
    expect(textOf(before).split("\n")).toEqual(lines.slice(697, 704));
    expect(textOf(after).split("\n")).toEqual(edited.slice(697, 704));
    expect(before).toMatchObject({
      omittedBefore: lines.slice(0, 697).join("\n").length + 1,
      omittedAfter: lines.slice(704).join("\n").length + 1,
    });
  });

  it("cut what differs all over, and say how much is left out", () => {
    const { before, after } = sidesOf("a".repeat(10_000), "b".repeat(5_000));
    expect(before).toMatchObject({ omittedBefore: 0, omittedAfter: 10_000 - MAX_VALUE_CHARACTERS });
    expect(after).toMatchObject({ omittedBefore: 0, omittedAfter: 5_000 - MAX_VALUE_CHARACTERS });
  });

  it("tell large structures as a text in lines", () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`setting${at}`, at]));
    expect(served(null, many)).toMatchObject({ kind: "added", after: { form: "text", decoded: false } });
  });

  it("account for every character and never exceed the limit", () => {
    const texts = fc.array(fc.constantFrom("a", "b", "\n", "xyz\n", "…", "😀", "q".repeat(900)), { maxLength: 40 });
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        const [before, after] = [one.join(""), other.join("")];
        fc.pre(before !== after && before !== "" && after !== "");
        const sides = sidesOf(before, after);
        for (const [whole, side] of [
          [before, sides.before],
          [after, sides.after],
        ] as const) {
          if (side.form === "json") {
            expect(side.json).toBe(whole);
            continue;
          }
          expect(side.text.length).toBeLessThanOrEqual(MAX_VALUE_CHARACTERS);
          expect(side.omittedBefore + side.text.length + side.omittedAfter).toBe(whole.length);
          const end = whole.length - side.omittedAfter;
          expect(side.text).toBe(whole.slice(side.omittedBefore, end).toWellFormed());
        }
      }),
    );
  });

  it("are what the contract says, for policies of every family", () => {
    const { older, newer } = makeReleases(generatedRelease("served", 120), 4);
    const before = new Map(older.map((policy) => [policy.id, policy.document]));
    const changes = newer.flatMap(({ id, family, document }) =>
      diffPolicies(meaningRules(family), before.get(id) ?? {}, document),
    );
    expect(changes.length).toBeGreaterThan(100);
    for (const change of servedChanges(changes)) expect(servedChangeSchema.parse(change)).toEqual(change);
  });
});

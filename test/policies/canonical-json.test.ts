import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalText, comparableText } from "../../src/policies/canonical-json.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../src/policies/json-value.ts";

const documents = fc.json({ maxDepth: 4 }).map((text): JsonObject => ({ id: "p", content: parse(text) }));

function parse(text: string): JsonValue {
  return JSON.parse(text);
}
function object(text: string): JsonObject {
  const value = parse(text);
  if (!isJsonObject(value)) throw new Error("not an object");
  return value;
}
/** The same document with the members of every object in another order. */
function reordered(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reordered);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, reordered(member)]),
  );
}
function reorderedObject(document: JsonObject): JsonObject {
  return object(JSON.stringify(reordered(document)));
}

describe("The canonical text", () => {
  it("sorts keys by code unit and writes no space", () => {
    // The order of RFC 8785, section 3.2.3: U+1F600 sorts before U+FB33 by its surrogates.
    const text = '{"\\u20ac":1,"\\r":2,"\\ufb33":3,"1":4,"\\ud83d\\ude00":5,"\\u0080":6,"\\u00f6":7}';
    expect(canonicalText(object(text))).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
  });

  it("writes numbers as RFC 8785 does", () => {
    expect(canonicalText(object('{"a":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001,-0]}'))).toBe(
      '{"a":[333333333.3333333,1e+30,4.5,0.002,1e-27,0]}',
    );
  });

  it("is the same whatever the order of members", () => {
    fc.assert(
      fc.property(documents, (document) => {
        expect(canonicalText(reorderedObject(document))).toBe(canonicalText(document));
      }),
    );
  });

  it("is its own canonical text", () => {
    fc.assert(
      fc.property(documents, (document) => {
        expect(canonicalText(object(canonicalText(document)))).toBe(canonicalText(document));
      }),
    );
  });

  it("keeps every value of a document without transport annotations", () => {
    fc.assert(
      fc.property(documents, (document) => {
        expect(object(canonicalText(document))).toEqual(object(JSON.stringify(document)));
      }),
    );
  });

  it("leaves out what describes the answer and keeps what the object is", () => {
    const document = {
      "@odata.context": "https://graph/$metadata#x",
      "@odata.etag": "W/1",
      "@odata.type": "#microsoft.graph.iosCompliancePolicy",
      "settings@odata.context": "c",
      "settings@odata.count": 3,
      "apps@odata.navigationLink": "l",
      "roleScopeTagIds@odata.type": "#Collection(String)",
      "#microsoft.graph.assign": { target: "t" },
      settings: [{ "@odata.type": "#t", "value@odata.type": "#Int32", value: 1 }],
    };
    expect(canonicalText(document)).toBe(
      '{"@odata.type":"#microsoft.graph.iosCompliancePolicy","settings":[{"@odata.type":"#t","value":1}]}',
    );
  });

  it("keeps timestamps, versions, nulls and empty lists: they are told, only not compared", () => {
    expect(canonicalText({ version: 3, lastModifiedDateTime: "t", a: null, b: [] })).toBe(
      '{"a":null,"b":[],"lastModifiedDateTime":"t","version":3}',
    );
  });

  it("survives a member named __proto__", () => {
    expect(canonicalText(object('{"__proto__":{"a":1},"b":2}'))).toBe('{"__proto__":{"a":1},"b":2}');
  });
});

const GROUP_A = { id: "1", target: { "@odata.type": "#microsoft.graph.groupAssignmentTarget", groupId: "a" } };
const GROUP_B = { id: "2", target: { "@odata.type": "#microsoft.graph.exclusionGroupAssignmentTarget", groupId: "b" } };
const ALL = { id: "3", target: { "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget" } };

describe("Whether a policy changed", () => {
  it("F37: does not depend on the order of its assignments, nor does what is stored", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([GROUP_A, GROUP_B, ALL], { minLength: 3 }), (assignments) => {
        expect(comparableText({ assignments })).toBe(comparableText({ assignments: [GROUP_A, GROUP_B, ALL] }));
        expect(canonicalText({ assignments })).toBe(canonicalText({ assignments: [GROUP_A, GROUP_B, ALL] }));
      }),
    );
  });

  it("F37: does not depend on the ids that assignments are given anew", () => {
    expect(comparableText({ assignments: [{ ...GROUP_A, id: "9" }, ALL] })).toBe(
      comparableText({ assignments: [ALL, GROUP_A] }),
    );
  });

  it("depends on whom it is assigned to", () => {
    expect(comparableText({ assignments: [GROUP_A] })).not.toBe(comparableText({ assignments: [GROUP_B] }));
    expect(comparableText({ assignments: [GROUP_A] })).not.toBe(comparableText({ assignments: [] }));
  });

  it("F36: takes an empty list, null and absence for the same", () => {
    const same = [
      { a: 1 },
      { a: 1, tags: null },
      { a: 1, tags: [] },
      { a: 1, tags: {} },
      { a: 1, inner: { tags: [] } },
    ];
    expect(new Set(same.map((document) => comparableText(document))).size).toBe(1);
  });

  it("F36: does not take false, zero or an empty text for nothing", () => {
    const different = [{}, { a: false }, { a: 0 }, { a: "" }, { a: [null] }];
    expect(new Set(different.map((document) => comparableText(document))).size).toBe(5);
  });

  it("F36: does not depend on what the service counts and dates by itself", () => {
    const before = { displayName: "p", version: 1, lastModifiedDateTime: "2026-01-01T00:00:00Z", "@odata.etag": "1" };
    const after = { displayName: "p", version: 2, lastModifiedDateTime: "2026-02-02T00:00:00Z", newFromService: null };
    expect(comparableText(after)).toBe(comparableText(before));
  });

  it("depends on a version that is content", () => {
    expect(comparableText({ app: { version: 1 } })).not.toBe(comparableText({ app: { version: 2 } }));
  });

  it("does not depend on the order of sub-resources with ids, but does on the order of other lists", () => {
    const x = { id: "x", value: 1 };
    const y = { id: "y", value: 2 };
    expect(comparableText({ definitionValues: [y, x] })).toBe(comparableText({ definitionValues: [x, y] }));
    expect(comparableText({ rules: ["b", "a"] })).not.toBe(comparableText({ rules: ["a", "b"] }));
  });

  it("notices any other change of a value", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(comparableText({ setting: one }) === comparableText({ setting: other })).toBe(one === other);
      }),
    );
  });
});

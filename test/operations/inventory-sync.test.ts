import { describe, expect, it } from "vitest";
import { FAMILIES, FAMILY_KEYS } from "../../src/graph/families.ts";
import { graphFailureResult, type UnreadableFailure, withinPatience } from "../../src/graph-work/failure-results.ts";
import { inventorySync } from "../../src/operations/inventory-sync/inventory-sync.ts";

const { inputSchema } = inventorySync;
const [family] = FAMILIES;
if (!family) throw new Error("no family");

describe("The input of an inventory sync", () => {
  it("is all families by omission, which is the same work as naming them all", () => {
    expect(inputSchema.parse({})).toEqual({ families: FAMILY_KEYS });
    expect(inputSchema.parse({ families: FAMILY_KEYS.toReversed() })).toEqual(inputSchema.parse({}));
  });

  it("is put into catalogue order, each family once", () => {
    expect(inputSchema.parse({ families: ["roles", "apps", "roles"] })).toEqual({ families: ["apps", "roles"] });
  });

  it("may be no family at all, which is not the same as all", () => {
    expect(inputSchema.parse({ families: [] })).toEqual({ families: [] });
  });

  it("is normalized once and for all: its own result gives itself", () => {
    const once = inputSchema.parse({ families: ["roles", "apps"] });
    expect(inputSchema.parse(once)).toEqual(once);
  });

  it.each([
    { families: ["nonsense"] },
    { families: "roles" },
    { families: null },
    { family: ["roles"] },
    { families: [1] },
    [],
    null,
  ])("is refused as %j", (input) => {
    expect(inputSchema.safeParse(input).success).toBe(false);
  });
});

describe("What a failed reading comes to", () => {
  const cases: [UnreadableFailure, object][] = [
    [
      { kind: "throttled", retryAfterSeconds: 7.2, requestId: null },
      { kind: "deferred", delaySeconds: 8, reasonCode: "throttled" },
    ],
    [
      { kind: "throttled", retryAfterSeconds: null, requestId: null },
      { kind: "deferred", delaySeconds: 15, reasonCode: "throttled" },
    ],
    [
      { kind: "throttled", retryAfterSeconds: 0, requestId: null },
      { kind: "deferred", delaySeconds: 1 },
    ],
    [
      { kind: "throttled", retryAfterSeconds: 86_400, requestId: null },
      { kind: "deferred", delaySeconds: 3_600 },
    ],
    [
      { kind: "transient", detail: "x", retryAfterSeconds: null, requestId: null },
      { kind: "deferred", delaySeconds: 10, reasonCode: "graph_unavailable" },
    ],
    [
      { kind: "aborted", requestId: null },
      { kind: "deferred", reasonCode: "interrupted" },
    ],
    [
      { kind: "permission_missing", named: [], message: "", requestId: null },
      { kind: "failed", reasonCode: "permission_missing" },
    ],
    [
      { kind: "unauthorized", code: "invalid_client", requestId: null },
      { kind: "failed", reasonCode: "credentials_rejected" },
    ],
    [
      { kind: "malformed", detail: "x", requestId: null },
      { kind: "failed", reasonCode: "malformed_response" },
    ],
    [
      { kind: "rejected", status: 400, code: "BadRequest", message: "", requestId: null },
      { kind: "failed", reasonCode: "graph_rejected" },
    ],
    [
      { kind: "over_budget", detail: "x", requestId: null },
      { kind: "failed", reasonCode: "over_budget" },
    ],
  ];
  it.each(cases)("%j", (graphFailure, expected) => {
    expect(graphFailureResult(graphFailure, family, "Later.")).toMatchObject(expected);
  });

  it("never shows more of a code from outside than a word", () => {
    const result = graphFailureResult(
      { kind: "rejected", status: 400, code: "<script>alert('x')</script>", message: "", requestId: null },
      family,
      "Later.",
    );
    expect(result).toMatchObject({ message: expect.not.stringMatching(/[<>']/) });
  });
});

describe("waiting for an outage", () => {
  const outage = {
    kind: "deferred",
    delaySeconds: 10,
    reasonCode: "graph_unavailable",
    message: "No answer.",
  } as const;

  it("goes on for three deferrals, then fails with the outage's reason", () => {
    expect([0, 1, 2].map((deferrals) => withinPatience(outage, deferrals).kind)).toEqual([
      "deferred",
      "deferred",
      "deferred",
    ]);
    expect(withinPatience(outage, 3)).toEqual({
      kind: "failed",
      reasonCode: "graph_unavailable",
      message: "No answer.",
    });
  });

  it("leaves throttling and verdicts alone", () => {
    const throttled = { ...outage, reasonCode: "throttled" };
    expect(withinPatience(throttled, 9)).toBe(throttled);
    expect(withinPatience({ kind: "succeeded" }, 9)).toEqual({ kind: "succeeded" });
  });
});

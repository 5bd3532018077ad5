import { describe, expect, it } from "vitest";
import { printableMessage } from "../../../src/graph/calls/classify.ts";
import type { GraphWrite } from "../../../src/graph/calls/write.ts";
import { GRAPH, graphError, json, ScriptedGraph } from "./scripted-graph.ts";

const THINGS = `${GRAPH}/beta/deviceManagement/things`;
const WRITE: GraphWrite = {
  method: "POST",
  url: THINGS,
  body: { displayName: "x" },
  approval: { justification: "Restore of Büro", code: null },
  patienceMs: 15_000,
};
const DEMANDED = graphError.bind(
  null,
  400,
  "BadRequest",
  "Send the header x-msft-approval-justification with a reason.",
);

describe("A write", () => {
  it("is sent as JSON, and answers what Graph made of it with the request's id", async () => {
    const graph = new ScriptedGraph(() => json({ id: "1" }, 201, { "request-id": "r-1" }));
    expect(await graph.client().write(WRITE)).toEqual({ kind: "ok", value: { id: "1" }, requestId: "r-1" });
    expect(graph.requests).toMatchObject([{ method: "POST", url: THINGS, body: { displayName: "x" } }]);
    expect(graph.requests[0]?.headers.get("content-type")).toBe("application/json");
    expect(graph.requests[0]?.headers.get("x-msft-approval-justification")).toBeNull();
  });

  it.each([
    ["204", () => new Response(null, { status: 204 })],
    ["an empty 200", () => new Response("", { status: 200 })],
  ])("may be answered by nothing: %s", async (_name, answer) => {
    const graph = new ScriptedGraph(answer);
    expect(await graph.client().write({ ...WRITE, method: "PATCH" })).toMatchObject({ kind: "ok", value: null });
  });

  it.each([
    ["a 500", () => graphError(500, "InternalServerError", "")],
    ["a 503 that says when to come back", () => graphError(503, "ServiceUnavailable", "", { "retry-after": "1" })],
    ["a 504", () => graphError(504, "GatewayTimeout", "")],
    ["a 408", () => graphError(408, "RequestTimeout", "")],
    ["half an answer", () => new Response('{"id": "1', { status: 201 })],
    ["a dropped connection", () => Promise.reject(new TypeError("fetch failed"))],
  ])("is not sent again after an answer that does not tell whether it was applied: %s", async (_name, answer) => {
    const graph = new ScriptedGraph(answer);
    expect(await graph.client().write(WRITE)).toMatchObject({ kind: "unknown" });
    expect(graph.requests).toHaveLength(1);
  });

  it("waits when it is limited, by what Graph says, and is then sent again", async () => {
    const graph = new ScriptedGraph((_request, index) =>
      index < 2
        ? graphError(429, "TooManyRequests", "", index === 0 ? { "retry-after": "1.5" } : {})
        : json({ id: "1" }, 201),
    );
    expect(await graph.client().write(WRITE)).toMatchObject({ kind: "ok" });
    expect(graph.sleeps).toEqual([1_500, 500]);
  });

  it("says when to come back once waiting is more than the budget allows", async () => {
    const graph = new ScriptedGraph(() => graphError(429, "TooManyRequests", "", { "retry-after": "30" }));
    expect(await graph.client().write(WRITE)).toMatchObject({ kind: "throttled", retryAfterSeconds: 30 });
    expect(graph.requests).toHaveLength(1);
  });

  it("loses patience with being limited, so that what was begun is over soon", async () => {
    const graph = new ScriptedGraph(() => graphError(429, "TooManyRequests", "", { "retry-after": "4" }));
    expect(await graph.client().write({ ...WRITE, patienceMs: 10_000 })).toMatchObject({ kind: "throttled" });
    expect(graph.sleeps).toEqual([4_000, 4_000, 4_000]);
  });

  it("is not sent at all without a token, and says so", async () => {
    const graph = new ScriptedGraph(() => json({}));
    graph.tokenAnswer = () => graphError(503, "ServiceUnavailable", "");
    expect(await graph.client().write(WRITE)).toMatchObject({ kind: "not_sent" });
    expect(graph.requests).toEqual([]);
  });

  it("is sent again with a new token after one was refused, once", async () => {
    const graph = new ScriptedGraph(() => graphError(401, "InvalidAuthenticationToken", ""));
    expect(await graph.client().write(WRITE)).toMatchObject({ kind: "unauthorized" });
    expect(graph.requests.map(({ headers }) => headers.get("authorization"))).toEqual([
      "Bearer token-1",
      "Bearer token-2",
    ]);
  });

  it("that is refused tells Graph's code and its reason in one printable line", async () => {
    const graph = new ScriptedGraph(() =>
      graphError(400, "BadRequest", "The property 'x'\n is\u0007 wrong.", { "request-id": "r" }),
    );
    expect(await graph.client().write(WRITE)).toEqual({
      kind: "rejected",
      status: 400,
      code: "BadRequest",
      message: "The property 'x' is wrong.",
      requestId: "r",
    });
  });

  it.each([
    [302, () => new Response(null, { status: 302, headers: { location: "https://elsewhere.test" } })],
    [409, () => graphError(409, "Conflict", "")],
    [501, () => graphError(501, "NotImplemented", "")],
  ] as const)("answered %s was not applied", async (status, answer) => {
    const graph = new ScriptedGraph(answer);
    expect(await graph.client().write(WRITE)).toMatchObject({ kind: "rejected", status });
  });

  it("names the permission that Graph names", async () => {
    const graph = new ScriptedGraph(() => graphError(403, "Forbidden", "one of: DeviceManagementApps.ReadWrite.All"));
    expect(await graph.client().write(WRITE)).toMatchObject({
      kind: "permission_missing",
      named: ["DeviceManagementApps.ReadWrite.All"],
    });
  });
});

describe("A write that needs approval", () => {
  it("is sent with its justification when that is asked for, and answers the code to wait for", async () => {
    const graph = new ScriptedGraph((_request, index) =>
      index === 0
        ? DEMANDED()
        : new Response(null, { status: 202, headers: { "x-msft-approval-code": "c-1", "request-id": "r" } }),
    );
    expect(await graph.client().write(WRITE)).toEqual({
      kind: "approval_required",
      code: "c-1",
      justification: "Restore of B?ro",
      requestId: "r",
    });
    expect(graph.requests.map(({ headers }) => headers.get("x-msft-approval-justification"))).toEqual([
      null,
      "Restore of B?ro",
    ]);
  });

  it("is sent with the code alone once there is one", async () => {
    const graph = new ScriptedGraph(() => json({ id: "1" }, 201, { "x-msft-approval-code": "c-1" }));
    const approval = { justification: "Restore", code: "c-1" };
    expect(await graph.client().write({ ...WRITE, approval })).toMatchObject({ kind: "ok" });
    expect(graph.requests[0]?.headers.get("x-msft-approval-code")).toBe("c-1");
  });

  it("that is asked for again although it was given is refused, not asked for without end", async () => {
    const graph = new ScriptedGraph(() => DEMANDED());
    expect(await graph.client().write(WRITE)).toMatchObject({ kind: "rejected", status: 400 });
    expect(graph.requests).toHaveLength(2);
  });
});

describe("Graph's message", () => {
  it.each([
    [
      JSON.stringify({
        _version: 3,
        Message: "Name is taken. - Operation ID (for customer support): 1 - Url: https://x",
      }),
      "Name is taken.",
    ],
    ["{not json", "{not json"],
    ["a\u202eb\r\n\tc", "a b c"],
    ["", ""],
    ["x".repeat(500), `${"x".repeat(400)}…`],
  ])("is shown as the sentence it holds", (message, shown) => {
    expect(printableMessage(message)).toBe(shown);
  });
});

import { describe, expect, it } from "vitest";
import { z } from "zod";
import { lookUpBatched, readEach } from "../../../src/graph/calls/batch.ts";
import { MAX_BODY_BYTES } from "../../../src/graph/calls/exchange.ts";
import { GRAPH, graphError, json, ScriptedGraph, type ScriptedRequest } from "./scripted-graph.ts";

const bodySchema = z.object({
  requests: z.array(z.object({ id: z.string(), method: z.literal("GET"), url: z.string() })),
});
type Part = { status: number; body?: unknown; headers?: Record<string, string> };

function partsOf(request: ScriptedRequest): { id: string; url: string }[] {
  return bodySchema.parse(request.body).requests;
}
/** Answers in reverse, as Graph may. */
function answering(part: (url: string, round: number) => Part) {
  return (request: ScriptedRequest, index: number) =>
    json({
      responses: partsOf(request)
        .map(({ id, url }) => ({ id, ...part(url, index) }))
        .toReversed(),
    });
}
const paths = (count: number) => Array.from({ length: count }, (_, index) => `/things/${index}`);

describe("A batch", () => {
  it("asks for at most 20 at a time and answers in the order of asking", async () => {
    const graph = new ScriptedGraph(answering((url) => ({ status: 200, body: { url } })));
    const result = await lookUpBatched(graph.client(), graph.now, "beta", paths(45));
    expect(result).toMatchObject({ kind: "ok", value: paths(45).map((url) => ({ url })) });
    expect(graph.requests.map((request) => partsOf(request).length)).toEqual([20, 20, 5]);
    expect(graph.requests[0]?.url).toBe(`${GRAPH}/beta/$batch`);
  });

  it("sends nothing for nothing", async () => {
    const graph = new ScriptedGraph(() => json({}));
    expect(await lookUpBatched(graph.client(), graph.now, "beta", [])).toMatchObject({ kind: "ok", value: [] });
    expect(graph.requests).toHaveLength(0);
  });

  it.each([429, 424, 503])("sends only the parts again that were answered %i", async (status) => {
    const graph = new ScriptedGraph(
      answering((url, round) =>
        round === 0 && /[13]$/.test(url)
          ? { status, headers: { "Retry-After": "0.5" } }
          : { status: 200, body: { url } },
      ),
    );
    expect(await lookUpBatched(graph.client(), graph.now, "beta", paths(5))).toMatchObject({
      kind: "ok",
      value: paths(5).map((url) => ({ url })),
    });
    expect(graph.requests.map((request) => partsOf(request).map(({ url }) => url))).toEqual([
      paths(5),
      ["/things/1", "/things/3"],
    ]);
    expect(graph.sleeps).toEqual([500]);
  });

  it("waits as long as the most patient part asks for", async () => {
    const graph = new ScriptedGraph(
      answering((url, round) =>
        round === 0
          ? { status: 429, headers: { "retry-after": url.endsWith("0") ? "1" : "2.5" } }
          : { status: 200, body: {} },
      ),
    );
    await lookUpBatched(graph.client(), graph.now, "beta", paths(2));
    expect(graph.sleeps).toEqual([2_500]);
  });

  it("ends with a part that no waiting can mend", async () => {
    const body = { error: { code: "Forbidden", message: "one of the following scopes: Policy.Read.All" } };
    const graph = new ScriptedGraph(
      answering((url) => (url.endsWith("2") ? { status: 403, body } : { status: 200, body: {} })),
    );
    expect(await lookUpBatched(graph.client(), graph.now, "beta", paths(4))).toMatchObject({
      kind: "permission_missing",
      named: ["Policy.Read.All"],
    });
  });

  it("renews the token once when a part is refused", async () => {
    const graph = new ScriptedGraph(
      answering((_url, round) => (round === 0 ? { status: 401 } : { status: 200, body: {} })),
    );
    expect((await lookUpBatched(graph.client(), graph.now, "beta", paths(2))).kind).toBe("ok");
    expect(graph.tokensIssued).toBe(2);
    const refusing = new ScriptedGraph(answering(() => ({ status: 401 })));
    expect((await lookUpBatched(refusing.client(), refusing.now, "beta", paths(2))).kind).toBe("unauthorized");
  });

  it("F39: gives up parts that are always throttled", async () => {
    const graph = new ScriptedGraph(answering(() => ({ status: 429 })));
    expect((await lookUpBatched(graph.client({ maxRetries: 3 }), graph.now, "beta", paths(2))).kind).toBe("throttled");
    expect(graph.requests).toHaveLength(4);
  });

  it("goes on under throttling for as long as each round brings something", async () => {
    const graph = new ScriptedGraph(
      answering((url, round) =>
        url === `/things/${round}` ? { status: 200, body: {} } : { status: 429, headers: { "retry-after": "1" } },
      ),
    );
    expect((await lookUpBatched(graph.client(), graph.now, "beta", paths(15))).kind).toBe("ok");
    expect(graph.sleeps.length).toBeGreaterThan(6);
  });

  it.each([
    { responses: [] },
    { responses: [{ id: "7", status: 200, body: {} }] },
    { value: [] },
    { responses: [{ id: "0", status: 200 }] },
  ])("takes %j for malformed", async (body) => {
    const graph = new ScriptedGraph(() => json(body));
    expect((await lookUpBatched(graph.client(), graph.now, "beta", paths(1))).kind).toBe("malformed");
  });

  it.each([400, 404, 405, 501])(
    "reads one by one where batches are answered %i, as some gateways do",
    async (status) => {
      const graph = new ScriptedGraph(({ method, url }) =>
        method === "POST" ? graphError(status, "NotImplemented", "no batches") : json({ url }),
      );
      expect(await lookUpBatched(graph.client(), graph.now, "beta", paths(21))).toMatchObject({
        kind: "ok",
        value: paths(21).map((path) => ({ url: `${GRAPH}/beta${path}` })),
      });
      expect(graph.requests.filter(({ method }) => method === "POST")).toHaveLength(2);
      expect(graph.sleeps).toEqual([]);
    },
  );

  it("tells that a thing is not found, not that batches are not offered, when it is read on its own", async () => {
    const graph = new ScriptedGraph(({ method, url }) =>
      method === "POST" || url.endsWith("/1") ? graphError(404, "NotFound", "") : json({}),
    );
    expect(await readEach(graph.client(), graph.now, "beta", paths(3))).toMatchObject({
      value: [{ kind: "ok" }, { kind: "not_found" }, { kind: "ok" }],
    });
  });

  it("F35: tells of each part what Graph said of it, and of one that always fails after some rounds", async () => {
    const graph = new ScriptedGraph(
      answering((url) => ({ status: url.endsWith("/1") ? 500 : url.endsWith("/2") ? 403 : 200, body: {} })),
    );
    expect(await readEach(graph.client(), graph.now, "beta", paths(4))).toMatchObject({
      value: [{ kind: "ok" }, { kind: "transient" }, { kind: "permission_missing" }, { kind: "ok" }],
    });
    expect(graph.sleeps.length).toBeLessThan(6);
  });

  it("asks for halves when a batch's answer is more than the isolate can bear", async () => {
    const graph = new ScriptedGraph(
      answering((url) => ({
        status: 200,
        body: { text: "x".repeat(url.endsWith("/2") ? MAX_BODY_BYTES : 1_000_000) },
      })),
    );
    expect(await readEach(graph.client(), graph.now, "beta", paths(6))).toMatchObject({
      value: [{ kind: "ok" }, { kind: "ok" }, { kind: "too_large" }, { kind: "ok" }, { kind: "ok" }, { kind: "ok" }],
    });
  });
});

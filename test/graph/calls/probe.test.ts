import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type ProbedPlace, probeEach } from "../../../src/graph/calls/probe.ts";
import { graphError, json, ScriptedGraph } from "./scripted-graph.ts";

const bodySchema = z.object({ requests: z.array(z.object({ id: z.string(), url: z.string() })) });
type Part = { status: number; body?: unknown; headers?: Record<string, string> };

/** A Graph that answers batches, and the addresses that it was asked for, batch by batch. */
function graphOf(part: (url: string, batch: number) => Part) {
  const asked: string[][] = [];
  const graph = new ScriptedGraph((request) => {
    const { requests } = bodySchema.parse(request.body);
    asked.push(requests.map(({ url }) => url));
    return json({ responses: requests.map(({ id, url }) => ({ id, ...part(url, asked.length - 1) })) });
  });
  return { graph, asked };
}

const OK: Part = { status: 200, body: { value: [] } };
const list = (path: string): ProbedPlace => ({ version: "beta", path, isList: true });

describe("A probe", () => {
  it("asks for one item of a list or the single object, twenty in a request, and answers in order", async () => {
    const { graph, asked } = graphOf((url) => ({ status: 200, body: { url } }));
    const places = [
      ...Array.from({ length: 21 }, (_, index) => list(`/list${index}`)),
      { version: "beta", path: "/single", isList: false },
      { version: "v1.0", path: "/groups", isList: true },
    ] as const;
    const answers = await probeEach(graph.client(), graph.now, places);
    expect(asked.map((urls) => urls.length)).toEqual([20, 2, 1]);
    expect(answers).toMatchObject([
      ...Array.from({ length: 21 }, (_, index) => ({ value: { url: `/list${index}?$top=1` } })),
      { value: { url: "/single" } },
      { value: { url: "/groups?$top=1" } },
    ]);
  });

  it("asks a list that takes no $top again without it, and nothing else", async () => {
    const { graph, asked } = graphOf((url) => {
      if (url.startsWith("/odd") && url.includes("$top"))
        return { status: 400, body: { error: { code: "BadRequest" } } };
      return url.startsWith("/shut") ? { status: 403, body: { error: { code: "Forbidden" } } } : OK;
    });
    const answers = await probeEach(graph.client(), graph.now, [list("/odd"), list("/shut"), list("/plain")]);
    expect(answers).toMatchObject([{ kind: "ok" }, { kind: "permission_missing" }, { kind: "ok" }]);
    expect(asked).toEqual([["/odd?$top=1", "/shut?$top=1", "/plain?$top=1"], ["/odd"]]);
  });

  it("keeps what was answered when one place stays throttled, and says of that one that it was", async () => {
    const { graph, asked } = graphOf((url) =>
      url.startsWith("/busy") ? { status: 429, headers: { "retry-after": "2" } } : OK,
    );
    const answers = await probeEach(graph.client({ maxFruitlessRetries: 2 }), graph.now, [list("/a"), list("/busy")]);
    expect(answers).toMatchObject([{ kind: "ok" }, { kind: "throttled", retryAfterSeconds: 2 }]);
    // Asked again alone.
    expect(asked.slice(1).every((urls) => urls.length === 1)).toBe(true);
  });

  it("says of all places of a batch why it was refused as a whole", async () => {
    const graph = new ScriptedGraph(() => graphError(429, "TooManyRequests", "", { "retry-after": "60" }));
    expect(await probeEach(graph.client(), graph.now, [list("/a"), list("/b")])).toMatchObject([
      { kind: "throttled", retryAfterSeconds: 60 },
      { kind: "throttled" },
    ]);
  });

  it("asks one by one where no batches are answered", async () => {
    const graph = new ScriptedGraph(({ method, url }) =>
      method === "POST"
        ? graphError(404, "NotFound", "")
        : url.includes("/shut")
          ? graphError(403, "Forbidden", "no")
          : json({ value: [] }),
    );
    expect(await probeEach(graph.client(), graph.now, [list("/a"), list("/shut"), list("/b")])).toMatchObject([
      { kind: "ok" },
      { kind: "permission_missing", message: "no" },
      { kind: "ok" },
    ]);
  });
});

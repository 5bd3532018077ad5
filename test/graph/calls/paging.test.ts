import { describe, expect, it } from "vitest";
import type { GraphClient } from "../../../src/graph/calls/client.ts";
import { MAX_BODY_BYTES } from "../../../src/graph/calls/exchange.ts";
import { readPages } from "../../../src/graph/calls/paging.ts";
import { GRAPH, graphError, json, ScriptedGraph } from "./scripted-graph.ts";

const LIST = `${GRAPH}/v1.0/deviceManagement/deviceConfigurations`;

async function readAll(client: GraphClient): Promise<{ ids: unknown[]; end: string }> {
  const ids: unknown[] = [];
  let end = "nothing";
  for await (const page of readPages(client, LIST)) {
    end = page.kind;
    if (page.kind === "ok") ids.push(...page.value.items.map((item) => item["id"]));
  }
  return { ids, end };
}

describe("Reading a list", () => {
  it("F33: follows the next link as it came until there is none", async () => {
    const links = [`${LIST}?$skiptoken=a%2Bb%3D%3D&x='1'`, `${LIST}?$skiptoken=c`];
    const graph = new ScriptedGraph((_request, index) =>
      json({
        value: [{ id: String(index) }],
        ...(links[index] === undefined ? {} : { "@odata.nextLink": links[index] }),
      }),
    );
    expect(await readAll(graph.client())).toEqual({ ids: ["0", "1", "2"], end: "ok" });
    expect(graph.requests.map(({ url }) => url)).toEqual([LIST, ...links]);
  });

  it("goes on over an empty page that has a next one", async () => {
    const graph = new ScriptedGraph((_request, index) =>
      index === 0 ? json({ value: [], "@odata.nextLink": `${LIST}?p=2` }) : json({ value: [{ id: "x" }] }),
    );
    expect(await readAll(graph.client())).toEqual({ ids: ["x"], end: "ok" });
  });

  it.each([
    "https://graph.test.evil.example/v1.0/x",
    "http://graph.test/v1.0/x",
    "https://graph.test:8443/v1.0/x",
    "/v1.0/x",
    "javascript:1",
  ])("never follows a link to %s", async (link) => {
    const graph = new ScriptedGraph(() => json({ value: [], "@odata.nextLink": link }));
    expect((await readAll(graph.client())).end).toBe("malformed");
    expect(graph.requests).toHaveLength(1);
  });

  it("ends when the pages lead in a circle", async () => {
    const graph = new ScriptedGraph((_request, index) =>
      json({ value: [], "@odata.nextLink": `${LIST}?p=${index % 2}` }),
    );
    expect((await readAll(graph.client())).end).toBe("malformed");
    expect(graph.requests).toHaveLength(3);
  });

  it.each([{ value: null }, { value: [1] }, {}, [], { value: [], "@odata.nextLink": 5 }])(
    "takes %j for no list",
    async (body) => {
      const graph = new ScriptedGraph(() => json(body));
      expect((await readAll(graph.client())).end).toBe("malformed");
    },
  );

  it("asks for smaller pages when an answer is more than the isolate can bear, and yields each item once", async () => {
    const all = ["a", "b", "c"].map((id) => ({ id, text: "x".repeat(MAX_BODY_BYTES / 2) }));
    const graph = new ScriptedGraph(({ url }) => {
      const asked = new URL(url).searchParams;
      const first = Number(asked.get("$skiptoken") ?? 0);
      const size = Math.min(Number(asked.get("$top") ?? 2), first === 0 && !asked.has("$top") ? 1 : 2);
      const value = all.slice(first, first + size);
      const top = asked.has("$top") ? `$top=${asked.get("$top")}&` : "";
      const next = first + size < all.length ? { "@odata.nextLink": `${LIST}?${top}$skiptoken=${first + size}` } : {};
      return json({ value, ...next });
    });
    expect(await readAll(graph.client())).toEqual({ ids: ["a", "b", "c"], end: "ok" });
    expect(graph.requests.map(({ url }) => url.slice(LIST.length))).toEqual([
      "",
      "?$skiptoken=1",
      "?$top=50",
      "?$top=10",
      "?$top=1",
      "?$top=1&$skiptoken=1",
      "?$top=1&$skiptoken=2",
    ]);
  });

  it("says that the answer is too large when the list takes no page size, or one item is", async () => {
    const huge = () => json({ value: [{ id: "a", text: "x".repeat(MAX_BODY_BYTES) }] });
    const refusing = new ScriptedGraph(({ url }) =>
      url.includes("$top") ? graphError(400, "BadRequest", "$top is not supported") : huge(),
    );
    expect((await readAll(refusing.client())).end).toBe("too_large");
    expect((await readAll(new ScriptedGraph(huge).client())).end).toBe("too_large");
  });

  it("F35: ends with the failure of a later page, never as if it had been the last", async () => {
    const graph = new ScriptedGraph((_request, index) =>
      index === 0 ? json({ value: [{ id: "a" }], "@odata.nextLink": `${LIST}?p=2` }) : graphError(403, "Forbidden", ""),
    );
    expect(await readAll(graph.client())).toEqual({ ids: ["a"], end: "permission_missing" });
  });
});

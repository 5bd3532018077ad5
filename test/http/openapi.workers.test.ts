/** The document as it is served, and all its examples: each is sent as it stands, and gets the answer that the document describes. */
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { routes } from "../../src/contract/routes/all.ts";
import type { RouteTable } from "../../src/contract/routes/route.ts";
import { post, request, seedDemoData } from "./demo.ts";

const parameterSchema = z.object({
  in: z.enum(["path", "query", "header"]),
  name: z.string(),
  schema: z.object({ example: z.union([z.string(), z.number(), z.boolean()]).optional() }),
});
const operationSchema = z.object({
  operationId: z.string(),
  parameters: z.array(parameterSchema).default([]),
  requestBody: z
    .object({
      content: z.object({
        "application/json": z.object({ examples: z.record(z.string(), z.object({ value: z.unknown() })).default({}) }),
      }),
    })
    .optional(),
});
const documentSchema = z.object({
  openapi: z.literal("3.1.0"),
  paths: z.record(z.string(), z.record(z.enum(["get", "post", "patch"]), operationSchema).or(z.looseObject({}))),
});

interface Example {
  operationId: string;
  method: string;
  path: string;
  query: Record<string, string>;
  body?: unknown;
}

/** Ids of the path that the document cannot know. */
const known = new Map<string, string>();
const tables: Readonly<Record<string, RouteTable>> = routes;

async function examplesOf(): Promise<Example[]> {
  const response = await request("/api/openapi.json", { as: "readonly" });
  expect(response.headers.get("content-type")).toBe("application/json");
  const { paths } = documentSchema.parse(await response.json());
  const examples: Example[] = [];
  for (const [path, item] of Object.entries(paths)) {
    for (const [method, stored] of Object.entries(item)) {
      const { operationId, parameters, requestBody } = operationSchema.parse(stored);
      const address = { operationId, method: method.toUpperCase(), path };
      for (const { in: place, name, schema } of parameters) {
        if (place === "path" && schema.example !== undefined) known.set(name, String(schema.example));
        if (place === "query" && schema.example !== undefined) {
          examples.push({ ...address, query: { [name]: String(schema.example) } });
        }
        if (place === "header") expect([operationId, name, schema.example]).toEqual([operationId, name, undefined]);
      }
      for (const { value } of Object.values(requestBody?.content["application/json"].examples ?? {})) {
        examples.push({ ...address, query: {}, body: value });
      }
    }
  }
  return examples;
}

beforeAll(async () => {
  await seedDemoData();
  const set = await (await post("/api/tenants/contoso/backup-sets", { name: "One" })).json();
  known.set("backupSetId", z.object({ id: z.string() }).parse(set).id);
});

describe("the OpenAPI document", () => {
  it("has an operation for each route", async () => {
    const { paths } = documentSchema.parse(await (await request("/api/openapi.json")).json());
    const documented = Object.values(paths).flatMap((item) =>
      Object.values(item).map((operation) => operationSchema.parse(operation).operationId),
    );
    const described = Object.entries(tables).flatMap(([noun, table]) =>
      Object.keys(table).map((name) => `${noun}.${name}`),
    );
    expect(documented.sort()).toEqual(described.sort());
  });

  it("holds examples that do what they say: each gets a described answer", async () => {
    const examples = await examplesOf();
    expect(examples.filter(({ body }) => body !== undefined).length).toBeGreaterThanOrEqual(5);
    for (const { operationId, method, path, query, body } of examples) {
      const address = path.replace(/\{(\w+)\}/g, (_, name: string) => known.get(name) ?? `no-example-of-${name}`);
      const response = await request(`${address}?${new URLSearchParams(query).toString()}`, {
        method,
        headers: { "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const [noun = "", name = ""] = operationId.split(".");
      const route = tables[noun]?.[name];
      const statuses = Object.keys(route?.statuses ?? {});
      expect(statuses, `${operationId} ${JSON.stringify(body ?? query)}`).toContain(String(response.status));
      const answer: unknown = await response.json();
      expect(route?.answer.safeParse(answer), operationId).toMatchObject({ success: true, data: answer });
    }
  });
});

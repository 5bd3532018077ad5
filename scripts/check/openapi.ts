/**
 * Whether the OpenAPI document, as the Worker serves it, is one by the strict rules of an independent linter: shape, references,
 * unique operation ids, parameters that the path has, examples that fit their schemas.
 */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { z } from "zod";
import type { Verdict } from "./verdict.ts";

/** What the rules do not foresee, and why it stays. */
const EXCEPTIONS = [
  {
    rule: "operation-4xx-response",
    at: "#/paths/~1healthz/get/responses",
    // It takes nothing and asks for nobody; nor does the next one.
  },
  { rule: "operation-4xx-response", at: "#/paths/~1readyz/get/responses" },
  {
    rule: "operation-2xx-response",
    at: "#/paths/~1api~1tenants~1{tenantId}~1activity~1live/get/responses",
    // A WebSocket's success is 101.
  },
  // What leads a browser on succeeds with 303.
  { rule: "operation-2xx-response", at: "#/paths/~1auth~1sign-in/get/responses" },
  { rule: "operation-2xx-response", at: "#/paths/~1auth~1callback/get/responses" },
  { rule: "operation-2xx-response", at: "#/paths/~1auth~1connect~1callback/get/responses" },
];

/** What it gives is parsed, since these scripts are typed for Node and the document for the Worker. */
const moduleSchema = z.object({
  openApiDocument: z.custom<() => unknown>((value) => typeof value === "function"),
});

export async function judgeOpenApi(root: string): Promise<Verdict> {
  try {
    const module: unknown = await import(pathToFileURL(path.join(root, "src/http/openapi/document.ts")).href);
    const faults = await openApiFaults(moduleSchema.parse(module).openApiDocument());
    return { passed: faults.length === 0, output: faults.join("\n") };
  } catch (error) {
    return { passed: false, output: String(error) };
  }
}

export async function openApiFaults(document: unknown): Promise<string[]> {
  const problems = await lintFromString({
    source: JSON.stringify(document),
    absoluteRef: "openapi.json",
    config: await createConfig({ extends: ["recommended-strict"] }),
  });
  return problems
    .map(({ ruleId, message, location: [place] }) => ({ rule: ruleId, at: place?.pointer ?? "#/", message }))
    .filter(({ rule, at }) => !EXCEPTIONS.some((exception) => exception.rule === rule && exception.at === at))
    .map(({ rule, at, message }) => `${at}: ${message} (${rule})`);
}

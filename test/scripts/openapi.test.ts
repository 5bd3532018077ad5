/** The document passes the linter, and the linter finds what is planted. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { judgeOpenApi, openApiFaults } from "../../scripts/check/openapi.ts";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { startableTypes } from "../../src/contract/operation-types.ts";
import { OPERATION_INPUTS } from "../../src/http/openapi/operation-inputs.ts";
import { operationByType } from "../../src/operations/registry.ts";
import { openApiDocument } from "../../src/http/openapi/document.ts";

const ME = "/api/me";
const TENANTS = "/api/tenants";

/** The document of two routes alone, with one operation changed: each fault is looked for by itself, and the whole takes a second. */
function planted(change: (operation: Record<string, unknown>) => void): unknown {
  const document = JSON.parse(JSON.stringify(openApiDocument()));
  document.paths = { [ME]: document.paths[ME], [TENANTS]: document.paths[TENANTS] };
  change(document.paths[ME].get);
  return document;
}

describe("the OpenAPI document", () => {
  it.each(startableTypes())("shows the input of %s as the operation parses it", (type) => {
    const parsed = z.toJSONSchema(operationByType(type)?.inputSchema ?? z.never(), { io: "input" });
    // What `prepare` finds is stored with the input; a request's own is dropped.
    if (type === "policy.restore") delete parsed.properties?.["planId"];
    expect(z.toJSONSchema(OPERATION_INPUTS[type], { io: "input" })).toEqual(parsed);
  });

  it("names each shape that it refers to", () => {
    const { components } = openApiDocument();
    expect(Object.keys(components?.schemas ?? {}).filter((name) => !/^[A-Z][A-Za-z]+$/.test(name))).toEqual([]);
  });

  it("passes the linter", async () => {
    expect(await judgeOpenApi(projectRoot)).toEqual({ passed: true, output: "" });
  });

  it.each<[string, string, (operation: Record<string, unknown>) => void]>([
    [
      "an operation id that another operation has",
      "operation-operationId-unique",
      (operation) => {
        operation.operationId = "tenants.list";
      },
    ],
    [
      "a reference to nothing",
      "no-unresolved-refs",
      (operation) => {
        operation.responses = { 200: { $ref: "#/components/responses/no_such" }, 404: { description: "None." } };
      },
    ],
    [
      "a parameter that the path does not have",
      "path-parameters-defined",
      (operation) => {
        operation.parameters = [{ in: "path", name: "ghost", required: true, schema: { type: "string" } }];
      },
    ],
    [
      "an example that its schema refuses",
      "no-invalid-parameter-examples",
      (operation) => {
        operation.parameters = [{ in: "query", name: "limit", schema: { type: "integer" }, example: "many" }];
      },
    ],
    [
      "an example of an answer that its schema refuses",
      "no-invalid-media-type-examples",
      (operation) => {
        operation.responses = {
          200: { description: "OK", content: { "application/json": { schema: { type: "object" }, example: "text" } } },
          404: { description: "None." },
        };
      },
    ],
    [
      "an operation without a summary",
      "operation-summary",
      (operation) => {
        delete operation.summary;
      },
    ],
  ])("would be refused for %s", async (_, rule, change) => {
    expect((await openApiFaults(planted(change))).join("\n")).toContain(`(${rule})`);
  });
});

/** What each tool takes, as JSON Schema: the parameters of its route, as the OpenAPI document describes them. */
import { z } from "zod";
import { restorePreviewRequestSchema } from "../../contract/restore.ts";
import { routes } from "../../contract/routes/all.ts";
import type { Route } from "../../contract/routes/route.ts";
import { openApiDocument } from "../openapi/document.ts";

const schemaSchema = z.looseObject({ type: z.literal("object") });
export type ToolInput = z.infer<typeof schemaSchema>;

const parameterSchema = z.object({
  in: z.enum(["path", "query", "header"]),
  name: z.string(),
  required: z.boolean().optional(),
  schema: z.looseObject({}),
  description: z.string().optional(),
});
const operationSchema = z.looseObject({ parameters: z.array(parameterSchema).default([]) });

/** Names of a path's and of a query's parameters, by which a call is divided. */
export function pathNames({ path }: Route): Set<string> {
  return new Set([...path.matchAll(/:(\w+)/g)].flatMap(([, name]) => (name === undefined ? [] : [name])));
}

type Document = ReturnType<typeof openApiDocument>;

/** Makes the inputs of all tools out of one document. */
export function toolInputs(): { ofRoute: (route: Route) => ToolInput; ofPreview: ToolInput } {
  const document = openApiDocument();
  return {
    ofRoute: (route) => inputOf(document, route),
    ofPreview: previewInput(inputOf(document, routes.operations.start)),
  };
}

function inputOf(document: Document, route: Route): ToolInput {
  const path = document.paths?.[route.path.replace(/:(\w+)/g, "{$1}")];
  const method = route.method === "GET" ? "get" : "post";
  const { parameters } = operationSchema.parse(path?.[method]);
  const taken = parameters.filter((parameter) => parameter.in !== "header");
  return {
    type: "object",
    properties: Object.fromEntries(
      taken.map(({ name, schema, description }) => {
        const resolved = resolve(document, schema);
        return [name, description === undefined ? resolved : { description, ...resolved }];
      }),
    ),
    required: taken.filter(({ required }) => required === true).map(({ name }) => name),
    additionalProperties: false,
  };
}

/** The tenant, and what a preview takes. */
function previewInput(ofStart: ToolInput): ToolInput {
  const preview = schemaSchema.parse(
    z.toJSONSchema(restorePreviewRequestSchema, { io: "input", unrepresentable: "any" }),
  );
  const { properties, required } = z
    .looseObject({ properties: z.looseObject({}), required: z.array(z.string()) })
    .parse(preview);
  const tenant = z.looseObject({ properties: z.looseObject({ tenantId: z.unknown() }) }).parse(ofStart);
  return {
    type: "object",
    properties: { tenantId: tenant.properties.tenantId, ...properties },
    required: ["tenantId", ...required],
    additionalProperties: false,
  };
}

const referenceSchema = z.object({ $ref: z.string() });

/** A schema without references: a tool stands alone. */
function resolve(document: Document, schema: unknown): Record<string, unknown> {
  const reference = referenceSchema.safeParse(schema);
  const whole = reference.success
    ? document.components?.schemas?.[reference.data.$ref.slice("#/components/schemas/".length)]
    : schema;
  return z.record(z.string(), z.unknown()).parse(whole);
}

/** The OpenAPI 3.1 document, made of the routes' descriptions. Pure: `npm run check` makes it without a server. */
import { z } from "zod";
import {
  createDocument,
  type ZodOpenApiExamplesObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiRequestBodyObject,
} from "zod-openapi";
import { problemSchema } from "../../contract/problems.ts";
import { routes } from "../../contract/routes/all.ts";
import { NOTHING, type Route, type RouteTable } from "../../contract/routes/route.ts";
import { answersOf, type Refusals } from "./answers.ts";
import { nameSchemas } from "./components.ts";
import { examples } from "./examples/all.ts";
import type { Example } from "./examples/example.ts";
import { startBodySchema } from "./operation-inputs.ts";

/** How readers find a noun's routes. */
const NOUNS: Readonly<Record<keyof typeof routes, { name: string; description: string }>> = {
  health: { name: "Health", description: "Whether the service answers." },
  signIn: { name: "Signing in", description: "Sessions of people, where they sign in at Microsoft Entra ID." },
  me: { name: "Me", description: "The caller." },
  portfolio: {
    name: "Runs over tenants",
    description: "One operation in many tenants, as one run that counts tenants.",
  },
  portfolioSchedules: {
    name: "Schedules over tenants",
    description: "Runs over tenants that begin by themselves. A person's own.",
  },
  ownNotifications: {
    name: "Notifications over tenants",
    description: "What a person is told of their runs and schedules over tenants.",
  },
  tenants: { name: "Tenants", description: "The tenants that the caller is a member of." },
  operations: { name: "Operations", description: "Jobs on a tenant. One execution of an operation is a run." },
  schedules: { name: "Schedules", description: "Operations that begin by themselves, at times of a time zone." },
  news: {
    name: "News",
    description: "What is told to people who do not look: rules, channels, and the messages that were sent.",
  },
  ownNews: {
    name: "News over tenants",
    description: "What a person is told of all their tenants in one message: their own rules, channels and messages.",
  },
  activity: { name: "Activity", description: "Runs that are under way or just over." },
  inventory: {
    name: "Inventory",
    description: "The policies of a tenant as they were last read from Microsoft Graph.",
  },
  unreadablePolicies: {
    name: "Unreadable policies",
    description:
      "Policies that Microsoft Graph lists and cannot tell. They stay in the inventory as they were last known.",
  },
  policyFiles: { name: "Policy files", description: "Uploads of policies that other tools have exported." },
  backupSets: { name: "Backup sets", description: "Copies of policies that people keep together." },
  restorePlans: {
    name: "Restore plans",
    description:
      "What a restore would do, frozen for review. `policy.restore-preview` makes plans, `policy.restore` executes them.",
  },
  evidence: { name: "Evidence", description: "Snapshots of a tenant that can be proven unchanged." },
  reviewPacks: { name: "Review packs", description: "Archives for auditors." },
  offboarding: { name: "Closing a tenant", description: "The deletion of a tenant, and the proof of what is gone." },
  tenantMoves: { name: "Databases", description: "The databases that tenants lie in, and moves between them." },
  tenantExports: { name: "Exports", description: "Archives of everything that is kept of a tenant." },
  baselines: { name: "Baselines", description: "States of a tenant that are known to be good." },
  comparisons: { name: "Baseline comparisons", description: "How a tenant differs from a baseline." },
  standards: { name: "Gold standards", description: "Versioned lists of policies that many tenants are held to." },
  followings: {
    name: "Followed standards",
    description: "The gold standards that a tenant is held to, and what holds for it.",
  },
  findings: { name: "Findings", description: "Differences from a baseline, and what people have decided about them." },
  members: { name: "Members", description: "Who belongs to a tenant." },
  invitations: { name: "Invitations", description: "Links by which people become members." },
  joining: { name: "Joining", description: "Using an invitation." },
  roles: { name: "Roles", description: "What members may do: the built-in roles, and a tenant's own." },
  apiTokens: { name: "API tokens", description: "What programs prove themselves by." },
  platform: { name: "Platform", description: "What belongs to the whole product: its administrators and its tenants." },
  auditEvents: { name: "Audit log", description: "Who did what." },
  notifications: { name: "Notifications", description: "What the caller is to be told about their own runs." },
  backupStanding: {
    name: "Age of backups",
    description: "How old the newest whole backup is, and whether it could be restored.",
  },
  settings: { name: "Settings", description: "Choices for a whole tenant." },
  retention: { name: "Retention", description: "How long what is kept of a tenant." },
  approvals: {
    name: "Approvals",
    description: "Changes that need another person's approval: what does, and the requests that wait for one.",
  },
  legalHolds: { name: "Legal holds", description: "What keeps everything of a tenant from being deleted." },
  connections: {
    name: "Connection",
    description: "How a tenant's Microsoft Graph is reached: by which application, for which purpose, until when.",
  },
  consents: {
    name: "Consent",
    description: "The way back of an administrator who consents to the deployment's application.",
  },
  permissions: {
    name: "Permissions",
    description: "Which permissions of Microsoft Graph a tenant has granted, and which are missing for what.",
  },
  agents: { name: "Agents", description: "Programs that are led by a language model." },
  reference: { name: "Reference", description: "This description." },
};

let text: string | undefined;

/** The document as JSON. Made at the first call, since most isolates never need it. */
export function openApiText(): string {
  text ??= JSON.stringify(openApiDocument());
  return text;
}

export function openApiDocument() {
  nameSchemas();
  const paths: ZodOpenApiPathsObject = {};
  const refusals: Refusals = new Map();
  for (const [noun, table] of nounTables()) {
    for (const [name, route] of Object.entries(table)) {
      const path = route.path.replace(/:(\w+)/g, "{$1}");
      const method = route.method.toLowerCase();
      paths[path] = { ...paths[path], [method]: operationOf(noun, name, route, refusals) };
    }
  }
  return createDocument(
    {
      openapi: "3.1.0",
      info: {
        title: "TenantAtlas",
        version: "1",
        summary: "Long-running Microsoft 365 and Intune tenant jobs, with progress that is exactly right.",
        description:
          "JSON in camelCase, times in ISO 8601 UTC, ids opaque. A list is `{ items, nextCursor }`: pass `nextCursor` as `cursor` to get " +
          "the next page. Errors are `application/problem+json` (RFC 9457) with a stable `code`.",
        license: { name: "Proprietary", identifier: "LicenseRef-Proprietary" },
      },
      servers: [{ url: "/", description: "The service that answered with this document." }],
      security: [{ apiToken: [] }, { localUser: [] }],
      tags: Object.values(NOUNS),
      paths,
      components: {
        // Referred to by address alone.
        schemas: { Problem: problemSchema },
        securitySchemes: {
          apiToken: {
            type: "http",
            scheme: "bearer",
            description: "An API token, `ta_…`. Made under Settings > API tokens.",
          },
          localUser: {
            type: "apiKey",
            in: "header",
            name: "x-local-user",
            description:
              "Local mode only: the address of a seeded person, `owner@example.test` for one. Without it a request acts as the owner.",
          },
        },
      },
    },
    { override: ({ zodSchema, jsonSchema }) => describeAsSent(zodSchema, jsonSchema) },
  );
}

/** Of parameters: the text that a server reads, as the value that a client sends (`contract/routes/queries.ts`). */
const sentSchema = z.object({
  description: z.string(),
  example: z.number().optional(),
  sent: z.object({
    type: z.enum(["integer", "boolean"]),
    minimum: z.int().optional(),
    maximum: z.int().optional(),
    default: z.union([z.int(), z.boolean()]).optional(),
  }),
});

function describeAsSent(schema: z.core.$ZodType, described: Record<string, unknown>): void {
  const meta = sentSchema.safeParse(z.globalRegistry.get(schema));
  if (meta.success) {
    for (const key of Object.keys(described)) delete described[key];
    const { description, example, sent } = meta.data;
    Object.assign(described, { description, ...sent, ...(example === undefined ? {} : { example }) });
  }
  nameKeys(described);
  // Whole numbers carry the bounds of JavaScript's; a reader has no use for them.
  if (described["maximum"] === Number.MAX_SAFE_INTEGER) delete described["maximum"];
  if (described["minimum"] === Number.MIN_SAFE_INTEGER) delete described["minimum"];
}

const keysSchema = z.object({ enum: z.array(z.string()) });

/** A record over a few known keys reads better as an object that has these properties. */
function nameKeys(described: Record<string, unknown>): void {
  const keys = keysSchema.safeParse(described["propertyNames"]);
  if (!keys.success) return;
  // The same object for each: what is made of the value's own schema later goes into all of them.
  described["properties"] = Object.fromEntries(keys.data.enum.map((key) => [key, described["additionalProperties"]]));
  described["additionalProperties"] = false;
  delete described["propertyNames"];
}

function nounTables(): [keyof typeof routes, RouteTable][] {
  const nouns: (keyof typeof routes)[] = [];
  for (const noun in routes) if (isNoun(noun)) nouns.push(noun);
  return nouns.map((noun) => [noun, routes[noun]]);
}

function isNoun(name: string): name is keyof typeof routes {
  return name in routes;
}

function operationOf(
  noun: keyof typeof routes,
  name: string,
  route: Route,
  refusals: Refusals,
): ZodOpenApiOperationObject {
  const { access, query } = route;
  const example = examples[noun]?.[name] ?? {};
  return {
    operationId: `${noun}.${name}`,
    tags: [NOUNS[noun].name],
    summary: route.summary,
    ...(route.description === "" ? {} : { description: route.description }),
    ...(access === "public" ? { security: [] } : {}),
    ...(typeof access === "object" ? { "x-capability": access.capability } : {}),
    requestParams: {
      path: withExamples(route.params, example.params ?? {}),
      ...(query instanceof z.ZodObject ? { query } : {}),
      header: route.headers,
    },
    ...(route.upload === null ? {} : { requestBody: { required: true, content: { [route.upload.media]: {} } } }),
    ...(route.body === NOTHING ? {} : { requestBody: bodyOf(route, example) }),
    responses: answersOf(route, example, refusals),
  };
}

function withExamples(params: z.ZodObject, values: Readonly<Record<string, string>>): z.ZodObject {
  const shape: Readonly<Record<string, z.core.$ZodType>> = params.shape;
  return z.object(
    Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, withExample(schema, values[name])])),
  );
}

/** A schema that reads the text of a number describes the number (`sent`), and so does its example. */
function withExample(schema: z.core.$ZodType, text: string | undefined): z.core.$ZodType {
  if (text === undefined) return schema;
  const meta = z.globalRegistry.get(schema);
  const example = sentSchema.safeParse(meta).data?.sent.type === "integer" ? Number(text) : text;
  const copy = z.core.clone(schema);
  z.globalRegistry.add(copy, { ...meta, example });
  return copy;
}

function bodyOf(route: Route, { bodies = {} }: Example): ZodOpenApiRequestBodyObject {
  const named: ZodOpenApiExamplesObject = {};
  for (const [summary, value] of Object.entries(bodies)) {
    named[`example${Object.keys(named).length + 1}`] = { summary, value };
  }
  // The server reads a start in two steps, since only the operation knows its input; a reader sees both at once.
  const schema = route === routes.operations.start ? startBodySchema : route.body;
  return { required: true, content: { "application/json": { schema, examples: named } } };
}

/** The Worker: tokens, Graph by version, and the control endpoints. All state is in the tenants' objects. */
import { type Context as HonoContext, Hono } from "hono";
import { z } from "zod";
import { adminConsent } from "./admin-consent.ts";
import type { Env } from "./env.ts";
import { errorBody, type GraphReply, type GraphRequest, requestIds } from "./graph-reply.ts";
import { issueToken, readToken } from "./token.ts";
import { profileSchema } from "./settings.ts";
import type { SimulatedTenant, TokenProof } from "./tenant-object.ts";

export { SimulatedTenant } from "./tenant-object.ts";

const app = new Hono<{ Bindings: Env }>();
type AppContext = HonoContext<{ Bindings: Env }>;

function tenantOf(env: Env, name: string): DurableObjectStub<SimulatedTenant> {
  return env.TENANTS.getByName(name.toLowerCase());
}

/** Policies made per call to the object, so that a large tenant never occupies it for long. */
const CHUNK = 500;

async function finish(env: Env, tenant: string): Promise<void> {
  const stub = tenantOf(env, tenant);
  while ((await stub.generateNext(tenant.toLowerCase(), CHUNK)) > 0);
}

app.get("/healthz", (c) => c.json({ status: "ok" }));

app.get("/:tenant/v2.0/adminconsent", (c) => adminConsent(new URL(c.req.url)));

const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

app.post("/:tenant/oauth2/v2.0/token", async (c) => {
  const tenant = c.req.param("tenant");
  const form = new URLSearchParams(await c.req.text());
  const headers = headersOf(c);
  if (!(c.req.header("content-type") ?? "").startsWith("application/x-www-form-urlencoded")) {
    return c.json(tokenError(900144, "invalid_request", "The request body must be form-encoded."), 400);
  }
  const proven = form.has("client_assertion") ? "client_assertion" : "client_secret";
  for (const name of ["grant_type", "client_id", proven, "scope"]) {
    if ((form.get(name) ?? "") === "")
      return c.json(
        tokenError(900144, "invalid_request", `The request body must contain the following parameter: '${name}'.`),
        400,
      );
  }
  if (form.get("grant_type") !== "client_credentials")
    return c.json(
      tokenError(
        70003,
        "unsupported_grant_type",
        `The app requested an unsupported grant type '${form.get("grant_type")}'.`,
      ),
      400,
    );
  if (!(form.get("scope") ?? "").endsWith("/.default"))
    return c.json(
      tokenError(
        1002012,
        "invalid_scope",
        `The provided value for scope ${form.get("scope")} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.`,
      ),
      400,
    );

  const stub = tenantOf(c.env, tenant);
  const clientId = form.get("client_id") ?? "";
  if (proven === "client_assertion" && form.get("client_assertion_type") !== JWT_BEARER) {
    return c.json(tokenError(50027, "invalid_request", "The client assertion's type is not supported."), 400);
  }
  const proof: TokenProof =
    proven === "client_assertion"
      ? { kind: "assertion", assertion: form.get(proven) ?? "", clientId, tokenUrl: c.req.url }
      : { kind: "secret", secret: form.get(proven) ?? "", clientId };
  let outcome = await stub.token(proof, headers);
  if (outcome.kind === "unfinished") {
    await finish(c.env, tenant);
    outcome = await stub.token(proof, headers);
  }
  switch (outcome.kind) {
    case "issued": {
      // A planned latency without a failure: the token is real, only late.
      if (outcome.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, outcome.latencyMs));
      const issuedAt = Date.now();
      const token = await issueToken({
        tenant: tenant.toLowerCase(),
        client: clientId,
        roles: outcome.roles,
        shape: outcome.shape,
        issuedAt,
        expiresAt: issuedAt + outcome.expiresInSeconds * 1000,
      });
      return c.json(
        {
          token_type: "Bearer",
          expires_in: outcome.expiresInSeconds,
          ext_expires_in: outcome.expiresInSeconds,
          access_token: token,
        },
        200,
        { "cache-control": "no-store" },
      );
    }
    case "refused":
      return c.json(tokenError(outcome.number, "invalid_client", outcome.description), 401);
    case "fault":
      return respond(outcome.reply);
    case "unfinished":
      throw new Error("the tenant did not finish");
  }
});

function tokenError(number: number, error: string, description: string) {
  const now = new Date().toISOString().slice(0, 19).replace("T", " ") + "Z";
  const [trace, correlation] = [crypto.randomUUID(), crypto.randomUUID()];
  return {
    error,
    error_description: `AADSTS${number}: ${description} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${now}`,
    error_codes: [number],
    timestamp: now,
    trace_id: trace,
    correlation_id: correlation,
    error_uri: `https://login.microsoftonline.com/error?code=${number}`,
  };
}

const GRAPH_PATH = /^\/(v1\.0|beta)\/(.+)$/;

app.all("/:version{v1\\.0|beta}/*", async (c) => {
  const headers = headersOf(c);
  const token = await readToken(headers["authorization"], Date.now());
  if (token.kind !== "valid") {
    const messages = {
      missing: "Access token is empty.",
      malformed: "IDX14100: JWT is not well formed.",
      expired: "Lifetime validation failed, the token is expired.",
    };
    const ids = requestIds(headers);
    return c.json(errorBody({ code: "InvalidAuthenticationToken", message: messages[token.kind] }, ids), 401, {
      "request-id": ids.requestId,
      "client-request-id": ids.clientRequestId,
      "www-authenticate":
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"',
    });
  }
  const url = new URL(c.req.url);
  const match = GRAPH_PATH.exec(url.pathname);
  const method = c.req.method.toUpperCase();
  const request: GraphRequest = {
    method,
    version: match?.[1] === "beta" ? "beta" : "v1.0",
    path: (match?.[2] ?? "").replace(/\/$/, "").split("/").map(decodeSegment).join("/"),
    query: url.search.slice(1),
    headers,
    body: method === "GET" || method === "DELETE" ? null : await c.req.text(),
    origin: url.origin,
    roles: token.roles,
  };
  const stub = tenantOf(c.env, token.tenant);
  let outcome = await stub.graph(request);
  if (outcome.kind === "unfinished") {
    await finish(c.env, token.tenant);
    outcome = await stub.graph(request);
  }
  if (outcome.kind === "unfinished") throw new Error("the tenant did not finish");
  return respond(outcome.reply);
});

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function headersOf(c: AppContext): Record<string, string> {
  return { ...c.req.header() };
}

async function respond(answer: GraphReply): Promise<Response> {
  if (answer.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, answer.latencyMs));
  const { status, headers, body } = answer;
  if (answer.damage === "drop") return new Response(dyingStream(body ?? "{}"), { status, headers });
  if (body === null) return new Response(null, { status, headers });
  return new Response(answer.damage === "truncate" ? body.slice(0, Math.floor(body.length / 2)) : body, {
    status,
    headers,
  });
}

/** Half of the body, then an error: the runtime can only cut the connection, since the status has gone out. */
function dyingStream(body: string): ReadableStream<Uint8Array> {
  const half = new TextEncoder().encode(body.slice(0, Math.max(1, Math.floor(body.length / 2))));
  let sent = false;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent) controller.error(new Error("planned fault: connection dropped"));
      else controller.enqueue(half);
      sent = true;
    },
  });
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);
app.use("/_control/*", async (c, next) => {
  if (!LOOPBACK.has(new URL(c.req.url).hostname))
    return c.json({ error: "the control endpoints answer on loopback only" }, 403);
  await next();
});

const tenantNameSchema = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/i);
const createSchema = z.strictObject({
  name: tenantNameSchema,
  seed: z.string().min(1).optional(),
  policies: z.int().min(0).max(200_000).default(40),
  throttling: profileSchema.default("real"),
});

/** Creates the tenant, or begins it anew. */
app.post("/_control/tenants", async (c) => {
  const parsed = createSchema.safeParse(await c.req.json().catch(() => null));
  if (!parsed.success) return c.json({ error: z.prettifyError(parsed.error) }, 400);
  const { name, seed, policies, throttling } = parsed.data;
  await tenantOf(c.env, name).reset({ seed: seed ?? name.toLowerCase(), policies, profile: throttling });
  await finish(c.env, name);
  return c.json({ name: name.toLowerCase(), policies }, 201);
});

/** Everything else about a tenant is answered by its object. */
app.all("/_control/tenants/:tenant{.+?}/*", (c) => toTenant(c));
app.all("/_control/tenants/:tenant", (c) => toTenant(c));

async function toTenant(c: AppContext): Promise<Response> {
  const url = new URL(c.req.url);
  const [, , , name = "", ...rest] = url.pathname.split("/");
  if (!tenantNameSchema.safeParse(name).success) return c.json({ error: "not a tenant's name" }, 400);
  await finish(c.env, name);
  const inner = new URL(`/${rest.join("/")}${url.search}`, url.origin);
  return tenantOf(c.env, name).fetch(new Request(inner, c.req.raw));
}

app.notFound((c) =>
  c.json(
    errorBody(
      {
        code: "BadRequest",
        message: `Resource not found for the segment '${new URL(c.req.url).pathname.split("/")[1] ?? ""}'.`,
      },
      requestIds(headersOf(c)),
    ),
    404,
  ),
);

export default app;

/**
 * A description of the contract with what answers it. `read` is for `http/reading`, `command` for `http/commands`; the two differ
 * in what a handler gets hold of. Only the router (`router.ts`) mounts what comes from here, behind the guard.
 */
import type { Context } from "hono";
import type { z } from "zod";
import type { UsedToken } from "../../access/api-tokens.ts";
import type { TenantAccess } from "../../access/guard.ts";
import type { Route, RouteTable, TenantRoute } from "../../contract/routes/route.ts";
import { type ControlEnv, enter, type TenantEnv } from "../../database/databases.ts";
import { whatWasRemoved } from "../../database/retention/removed.ts";
import type { User } from "../../database/tenancy/members.ts";
import type { AppEnvironment, TenantEnvironment } from "./context.ts";
import { ApiError } from "./problems.ts";
import { readBody, readHeaders, readParams, readQuery } from "./requests.ts";

/** The bindings that a read may use: neither a run's object nor the queue is among them. */
export type ReadingEnv = Pick<
  TenantEnv,
  "DATABASE" | "CONTROL" | "SHARDS" | "ARTIFACTS" | "TENANT_ACTIVITY" | "ASSETS" | "EMAIL"
>;

/** The bindings that a read of no tenant may use. */
export type OwnReadingEnv = Pick<
  ControlEnv,
  "CONTROL" | "SHARDS" | "ARTIFACTS" | "TENANT_ACTIVITY" | "METRICS_BOARD" | "ASSETS" | "EMAIL"
>;

/** A request as its route describes it, parsed. */
export interface Call<Bindings, Params, Query, Headers, Body> {
  env: Bindings;
  params: Params;
  query: Query;
  headers: Headers;
  body: Body;
  /** For handlers that stream or pass the request on. */
  request: Request;
  requestId: string;
}

/** Who asks. */
interface Own {
  user: User;
  /** Null where people do not sign in to the product itself. */
  sessionId: string | null;
  /** Null for a person. */
  token: UsedToken | null;
}

export interface TenantCall<Bindings, Params, Query, Headers, Body> extends Call<
  Bindings,
  Params,
  Query,
  Headers,
  Body
> {
  user: User;
  sessionId: string | null;
  token: UsedToken | null;
  /** When what lets the caller in ends by itself, in milliseconds since the epoch; null where that is not known. */
  endsAt: number | null;
  tenant: TenantAccess;
}

/** An answer with a status or headers of its own. Without one, a handler's result is the JSON of a 200. */
export class Reply<Body> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Record<string, string>;

  constructor(status: number, body: Body, headers: Record<string, string> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

type Result<Answer extends z.ZodType> = Promise<z.output<Answer> | Reply<z.output<Answer>> | Response>;

/** A route that can be mounted. */
export type Served<Described extends Route = Route> =
  | { kind: "open"; route: Described; respond: (context: Context<AppEnvironment>) => Promise<Response> }
  | { kind: "tenant"; route: Described; respond: (context: Context<TenantEnvironment>) => Promise<Response> };

/** Each route of a table with its handler: a name that is missing is a description that nothing answers. */
export type ServedTable<Table extends RouteTable> = { readonly [Name in keyof Table]: Served<Table[Name]> };

type TenantHandler<Bindings, Described extends TenantRoute> = (
  call: TenantCall<
    Bindings,
    z.output<Described["params"]>,
    z.output<Described["query"]>,
    z.output<Described["headers"]>,
    z.output<Described["body"]>
  >,
) => Result<Described["answer"]>;

/** A GET. Its handler is in `http/reading`, and gets neither a run's object nor the queue. */
export function read<Described extends TenantRoute>(
  route: Described,
  handler: TenantHandler<ReadingEnv, Described>,
): Served<Described> {
  return serve(getting(route), handler);
}

/** The one GET that only a run's object can answer: its proof. A read for the caller, a command for the object. */
export function readFromRunObject<Described extends TenantRoute>(
  route: Described,
  handler: TenantHandler<TenantEnv, Described>,
): Served<Described> {
  return serve(getting(route), handler);
}

/** What changes something, and so is no GET. Its handler is in `http/commands`. */
export function command<Described extends TenantRoute>(
  route: Described,
  handler: TenantHandler<TenantEnv, Described>,
): Served<Described> {
  if (route.method === "GET") throw new Error(`GET ${route.path} is no command.`);
  return serve(route, handler);
}

function getting<Described extends Route>(route: Described): Described {
  if (route.method !== "GET") throw new Error(`${route.method} ${route.path} is no read.`);
  return route;
}

function serve<Described extends TenantRoute>(
  route: Described,
  handler: TenantHandler<TenantEnv, Described>,
): Served<Described> {
  return {
    kind: "tenant",
    route,
    respond: async (context) => {
      const parts = await partsOf(context, route);
      const tenant = context.get("tenant");
      try {
        return toResponse(
          await handler({
            ...parts,
            env: context.get("tenantEnv"),
            requestId: context.get("requestId"),
            user: context.get("user"),
            sessionId: context.get("sessionId"),
            token: context.get("token"),
            endsAt: context.get("endsAt"),
            tenant,
          }),
        );
      } catch (error) {
        throw (await removalOf(error, context.get("tenantEnv"), tenant.id, parts.params)) ?? error;
      }
    },
  };
}

/** What is not found may have been there: then the answer says what became of it. Null for every other error. */
async function removalOf(error: unknown, env: ReadingEnv, tenantId: string, params: object): Promise<ApiError | null> {
  if (!(error instanceof ApiError) || error.code !== "not_found") return null;
  const ids = Object.entries(params).flatMap(([name, id]) =>
    name !== "tenantId" && typeof id === "string" ? [id] : [],
  );
  const detail = ids.length === 0 ? null : await whatWasRemoved(env.DATABASE, tenantId, ids);
  return detail === null ? null : new ApiError("removed_by_retention", { detail });
}

/** The request of a route of no tenant, as its description has it. */
type OpenCall<Described extends Route, Bindings> = Call<
  Bindings,
  z.output<Described["params"]>,
  z.output<Described["query"]>,
  z.output<Described["headers"]>,
  z.output<Described["body"]>
>;

/** A read for people whom the server knows, or for those who run the product, of what belongs to no tenant. */
export function readOwn<Described extends Route>(
  route: Described,
  handler: (call: OpenCall<Described, OwnReadingEnv> & Own) => Result<Described["answer"]>,
): Served<Described> {
  return serveOpen(getting(signedIn(route)), handler);
}

/** The GET of no tenant that only a run's object can answer. */
export function readOwnFromRunObject<Described extends Route>(
  route: Described,
  handler: (call: OpenCall<Described, ControlEnv> & Own) => Result<Described["answer"]>,
): Served<Described> {
  return serveOpen(getting(signedIn(route)), handler);
}

/** What a caller changes of their own, and of no tenant. */
export function commandOwn<Described extends Route>(
  route: Described,
  handler: (call: OpenCall<Described, ControlEnv> & Own) => Result<Described["answer"]>,
): Served<Described> {
  if (route.method === "GET") throw new Error(`GET ${route.path} is no command.`);
  return serveOpen(signedIn(route), handler);
}

/** A read for everybody, known or not. */
export function readPublic<Described extends Route>(
  route: Described,
  handler: (call: OpenCall<Described, OwnReadingEnv>) => Result<Described["answer"]>,
): Served<Described> {
  return serveOpen(getting(everybody(route)), handler);
}

/** The GET that tries every binding, the queue's too. */
export function probe<Described extends Route>(
  route: Described,
  handler: (call: OpenCall<Described, ControlEnv>) => Result<Described["answer"]>,
): Served<Described> {
  return serveOpen(getting(everybody(route)), handler);
}

/** A GET that leads a browser on, and may change on the way what that browser is. No read, and no command either. */
export function lead<Described extends Route>(
  route: Described,
  handler: (call: OpenCall<Described, ControlEnv>) => Promise<Response>,
): Served<Described> {
  return serveOpen(getting(everybody(leading(route))), handler);
}

/** Likewise for a browser whose person has to be known. */
export function leadOwn<Described extends Route>(
  route: Described,
  handler: (call: OpenCall<Described, ControlEnv> & Own) => Promise<Response>,
): Served<Described> {
  return serveOpen(getting(signedIn(leading(route))), handler);
}

/** What answers a signed-in caller by other routes: each of its requests goes through the guard anew. */
export function relay<Described extends Route>(
  route: Described,
  handler: (call: {
    body: z.output<Described["body"]>;
    request: Request;
    dispatch: AppEnvironment["Variables"]["dispatch"];
  }) => Promise<Response>,
): Served<Described> {
  return {
    kind: "open",
    route: signedIn(route),
    respond: async (context) => {
      const { body, request } = await partsOf(context, route);
      return handler({ body, request, dispatch: context.get("dispatch") });
    },
  };
}

function leading<Described extends Route>(route: Described): Described {
  if (route.media === null) return route;
  throw new Error(`${route.path} leads nowhere.`);
}

function signedIn<Described extends Route>(route: Described): Described {
  // The router lets only those through to a route of the platform who run it.
  if (route.access === "signed-in" || route.access === "platform") return route;
  throw new Error(`${route.method} ${route.path} is not for people who are signed in.`);
}

function everybody<Described extends Route>(route: Described): Described {
  if (route.access === "public") return route;
  throw new Error(`${route.method} ${route.path} is not public.`);
}

function serveOpen<Described extends Route>(
  route: Described,
  handler: (call: OpenCall<Described, ControlEnv> & Own) => Result<z.ZodType>,
): Served<Described> {
  return {
    kind: "open",
    route,
    respond: async (context) =>
      toResponse(
        await handler({
          ...(await partsOf(context, route)),
          env: enter(context.env),
          requestId: context.get("requestId"),
          user: context.get("user"),
          sessionId: context.get("sessionId"),
          token: context.get("token"),
        }),
      ),
  };
}

/** What the request carries, in the order in which it is refused. */
async function partsOf<Described extends Route>(context: Context, route: Described) {
  return {
    params: readParams<Described["params"]>(context, route.params),
    query: readQuery<Described["query"]>(context, route.query),
    headers: readHeaders<Described["headers"]>(context, route.headers),
    body: await readBody<Described["body"]>(context, route.body),
    request: context.req.raw,
  };
}

function toResponse(result: unknown): Response {
  if (result instanceof Response) return result;
  if (result instanceof Reply) return Response.json(result.body, { status: result.status, headers: result.headers });
  return Response.json(result);
}

/**
 * A description of the contract with what answers it. `read` is for `http/reading`, `command` for `http/commands`; the two differ
 * in what a handler gets hold of. Only the router (`router.ts`) mounts what comes from here, behind the guard.
 */
import type { Context } from "hono";
import type { z } from "zod";
import type { UsedToken } from "../../access/api-tokens.ts";
import type { TenantAccess } from "../../access/guard.ts";
import type { Route, RouteTable, TenantRoute } from "../../contract/routes/route.ts";
import type { User } from "../../database/tenancy/members.ts";
import type { AppEnvironment, TenantEnvironment } from "./context.ts";
import { readBody, readHeaders, readParams, readQuery } from "./requests.ts";

/** The bindings that a read may use: neither a run's object nor the queue is among them. */
export type ReadingEnv = Pick<Env, "DATABASE" | "ARTIFACTS" | "TENANT_ACTIVITY" | "ASSETS">;

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

type TenantHandler<
  Bindings,
  Params extends z.ZodObject,
  Query extends z.ZodType,
  Headers extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> = (
  call: TenantCall<Bindings, z.output<Params>, z.output<Query>, z.output<Headers>, z.output<Body>>,
) => Result<Answer>;

/** A GET. Its handler is in `http/reading`, and gets neither a run's object nor the queue. */
export function read<
  Params extends z.ZodObject,
  Query extends z.ZodType,
  Headers extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  route: TenantRoute<Params, Query, Headers, Body, Answer>,
  handler: TenantHandler<ReadingEnv, Params, Query, Headers, Body, Answer>,
): Served<TenantRoute<Params, Query, Headers, Body, Answer>> {
  return serve(getting(route), handler);
}

/** The one GET that only a run's object can answer: its proof. A read for the caller, a command for the object. */
export function readFromRunObject<
  Params extends z.ZodObject,
  Query extends z.ZodType,
  Headers extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  route: TenantRoute<Params, Query, Headers, Body, Answer>,
  handler: TenantHandler<Env, Params, Query, Headers, Body, Answer>,
): Served<TenantRoute<Params, Query, Headers, Body, Answer>> {
  return serve(getting(route), handler);
}

/** What changes something, and so is no GET. Its handler is in `http/commands`. */
export function command<
  Params extends z.ZodObject,
  Query extends z.ZodType,
  Headers extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  route: TenantRoute<Params, Query, Headers, Body, Answer>,
  handler: TenantHandler<Env, Params, Query, Headers, Body, Answer>,
): Served<TenantRoute<Params, Query, Headers, Body, Answer>> {
  if (route.method === "GET") throw new Error(`GET ${route.path} is no command.`);
  return serve(route, handler);
}

function getting<Described extends Route>(route: Described): Described {
  if (route.method !== "GET") throw new Error(`${route.method} ${route.path} is no read.`);
  return route;
}

function serve<
  Params extends z.ZodObject,
  Query extends z.ZodType,
  Headers extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  route: TenantRoute<Params, Query, Headers, Body, Answer>,
  handler: TenantHandler<Env, Params, Query, Headers, Body, Answer>,
): Served<TenantRoute<Params, Query, Headers, Body, Answer>> {
  return {
    kind: "tenant",
    route,
    respond: async (context) =>
      toResponse(
        await handler({
          ...(await partsOf(context, route)),
          env: context.env,
          requestId: context.get("requestId"),
          user: context.get("user"),
          sessionId: context.get("sessionId"),
          token: context.get("token"),
          endsAt: context.get("endsAt"),
          tenant: context.get("tenant"),
        }),
      ),
  };
}

/** A read for people whom the server knows, or for those who run the product, of what belongs to no tenant. */
export function readOwn<
  Params extends z.ZodObject,
  Query extends z.ZodType,
  Headers extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  route: Route<Params, Query, Headers, Body, Answer>,
  handler: (
    call: Call<ReadingEnv, z.output<Params>, z.output<Query>, z.output<Headers>, z.output<Body>> & Own,
  ) => Result<Answer>,
): Served<Route<Params, Query, Headers, Body, Answer>> {
  return serveOpen(getting(signedIn(route)), handler);
}

/** What a caller changes of their own, and of no tenant. */
export function commandOwn<
  Params extends z.ZodObject,
  Query extends z.ZodType,
  Headers extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  route: Route<Params, Query, Headers, Body, Answer>,
  handler: (
    call: Call<Env, z.output<Params>, z.output<Query>, z.output<Headers>, z.output<Body>> & Own,
  ) => Result<Answer>,
): Served<Route<Params, Query, Headers, Body, Answer>> {
  if (route.method === "GET") throw new Error(`GET ${route.path} is no command.`);
  return serveOpen(signedIn(route), handler);
}

/** A read for everybody, known or not. */
export function readPublic<
  Params extends z.ZodObject,
  Query extends z.ZodType,
  Headers extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  route: Route<Params, Query, Headers, Body, Answer>,
  handler: (
    call: Call<ReadingEnv, z.output<Params>, z.output<Query>, z.output<Headers>, z.output<Body>>,
  ) => Result<Answer>,
): Served<Route<Params, Query, Headers, Body, Answer>> {
  return serveOpen(getting(everybody(route)), handler);
}

/** The GET that tries every binding, the queue's too. */
export function probe<
  Params extends z.ZodObject,
  Query extends z.ZodType,
  Headers extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  route: Route<Params, Query, Headers, Body, Answer>,
  handler: (call: Call<Env, z.output<Params>, z.output<Query>, z.output<Headers>, z.output<Body>>) => Result<Answer>,
): Served<Route<Params, Query, Headers, Body, Answer>> {
  return serveOpen(getting(everybody(route)), handler);
}

/** A GET that leads a browser on, and may change on the way what that browser is. No read, and no command either. */
export function lead<
  Params extends z.ZodObject,
  Query extends z.ZodType,
  Headers extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  route: Route<Params, Query, Headers, Body, Answer>,
  handler: (call: Call<Env, z.output<Params>, z.output<Query>, z.output<Headers>, z.output<Body>>) => Promise<Response>,
): Served<Route<Params, Query, Headers, Body, Answer>> {
  if (route.media !== null) throw new Error(`${route.path} leads nowhere.`);
  return serveOpen(getting(everybody(route)), handler);
}

/** Likewise for a browser whose person has to be known. */
export function leadOwn<
  Params extends z.ZodObject,
  Query extends z.ZodType,
  Headers extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  route: Route<Params, Query, Headers, Body, Answer>,
  handler: (
    call: Call<Env, z.output<Params>, z.output<Query>, z.output<Headers>, z.output<Body>> & Own,
  ) => Promise<Response>,
): Served<Route<Params, Query, Headers, Body, Answer>> {
  if (route.media !== null) throw new Error(`${route.path} leads nowhere.`);
  return serveOpen(getting(signedIn(route)), handler);
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

function serveOpen<
  Params extends z.ZodObject,
  Query extends z.ZodType,
  Headers extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  route: Route<Params, Query, Headers, Body, Answer>,
  handler: (
    call: Call<Env, z.output<Params>, z.output<Query>, z.output<Headers>, z.output<Body>> & Own,
  ) => Result<z.ZodType>,
): Served<Route<Params, Query, Headers, Body, Answer>> {
  return {
    kind: "open",
    route,
    respond: async (context) =>
      toResponse(
        await handler({
          ...(await partsOf(context, route)),
          env: context.env,
          requestId: context.get("requestId"),
          user: context.get("user"),
          sessionId: context.get("sessionId"),
          token: context.get("token"),
        }),
      ),
  };
}

/** What the request carries, in the order in which it is refused. */
async function partsOf<
  Params extends z.ZodObject,
  Query extends z.ZodType,
  Headers extends z.ZodObject,
  Body extends z.ZodType,
>(context: Context, route: Route<Params, Query, Headers, Body>) {
  return {
    params: readParams(context, route.params),
    query: readQuery(context, route.query),
    headers: readHeaders(context, route.headers),
    body: await readBody(context, route.body),
    request: context.req.raw,
  };
}

function toResponse(result: unknown): Response {
  if (result instanceof Response) return result;
  if (result instanceof Reply) return Response.json(result.body, { status: result.status, headers: result.headers });
  return Response.json(result);
}

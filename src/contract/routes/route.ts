/**
 * What a route is, as data: the server serves by it, the console calls by it, the OpenAPI document is made of it. Each file of this
 * folder describes the routes of one noun; `all.ts` lists them.
 */
import { z } from "zod";
import type { Capability } from "../access.ts";
import type { ProblemCode } from "../problems.ts";

export type Method = "GET" | "POST" | "PATCH";

/** Below this address stand all routes of a tenant. */
export const TENANT_BASE = "/api/tenants/:tenantId";

/**
 * Who may ask. `public`: everybody. `signed-in`: all people whom the server knows. `platform`: those of them who run
 * the product; others get 403. A capability: members of the path's tenant
 * whose role has it; other members get 403, all others 404.
 */
export type Access = "public" | "signed-in" | "platform" | { capability: Capability };

interface Facts {
  method: Method;
  /** One line that begins with a verb: "Change a backup set". */
  summary: string;
  /** What a machine cannot say: order, side effects, limits. Markdown. */
  description?: string;
  /** What each status of a success means; only `200` where nothing is said. */
  statuses?: Readonly<Record<number, string>>;
  /** Headers of a success, with what they hold. */
  answerHeaders?: Readonly<Record<string, string>>;
  /** Whether API tokens are refused, whatever they were made for. */
  peopleOnly?: boolean;
  /**
   * Whether the change may need another person's approval (`contract/approvals.ts`). The route then reads `approvalHeaders`, and answers 202
   * with `approvalAskedSchema` where a request waits.
   */
  mayWait?: boolean;
  /** The body, where it is no JSON: the handler reads it from the request. */
  upload?: { media: string; maxBytes: number } | null;
  /** Codes that only this route answers with. Refusals by the guard and by validation follow from the rest. */
  problems?: readonly ProblemCode[];
}

/** A complete description. A part that the route does not have is `NOTHING`. */
export interface Route<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodType = z.ZodType,
  Headers extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> extends Readonly<Required<Facts>> {
  readonly access: Access;
  /** In full, each parameter as `:name`. */
  readonly path: string;
  /** The path's parameters. One that does not fit is not found: 404. */
  readonly params: Params;
  readonly query: Query;
  /** The request headers that the route reads, by their names as people write them. */
  readonly headers: Headers;
  readonly body: Body;
  /** The JSON of a success; `z.never()` where the answer is a stream, a stored document or a WebSocket. */
  readonly answer: Answer;
  /** Media type of a success; null where it has no body. */
  readonly media: string | null;
  /** One message of a WebSocket. */
  readonly frame: z.ZodType | null;
}

export interface TenantRoute<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodType = z.ZodType,
  Headers extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> extends Route<Params, Query, Headers, Body, Answer> {
  readonly access: { capability: Capability };
}

export const NOTHING = z.undefined();
type Nothing = typeof NOTHING;

export type Shape = Readonly<Record<string, z.ZodType>>;
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- the shape of a route that has no parameters
type NoShape = Record<never, never>;

type ParamNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

interface Description<
  Path extends string,
  Params extends Shape,
  Query extends z.ZodType,
  Headers extends Shape,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> extends Facts {
  path: Path;
  params?: Params & Readonly<Record<ParamNames<Path>, z.ZodType>>;
  query?: Query;
  headers?: Headers;
  body?: Body;
  answer?: Answer;
  /** Instead of `answer`. */
  media?: string | null;
  frame?: z.ZodType;
}

type AnyDescription = Description<string, Shape, z.ZodType, Shape, z.ZodType, z.ZodType>;

const tenantParams = { tenantId: z.string().meta({ description: "The tenant's id or its slug.", example: "contoso" }) };

/** Describes a route of a tenant. `path` begins behind `TENANT_BASE`. */
export function tenantRoute<
  const Path extends string,
  Params extends Shape = NoShape,
  Query extends z.ZodType = Nothing,
  Headers extends Shape = NoShape,
  Body extends z.ZodType = Nothing,
  Answer extends z.ZodType = z.ZodNever,
>(
  capability: Capability,
  description: Description<Path, Params, Query, Headers, Body, Answer>,
): TenantRoute<z.ZodObject<typeof tenantParams & Params>, Query, z.ZodObject<Headers>, Body, Answer>;
export function tenantRoute(capability: Capability, description: AnyDescription): TenantRoute {
  const params = { ...tenantParams, ...description.params };
  return { ...complete({ ...description, path: TENANT_BASE + description.path, params }), access: { capability } };
}

/** Describes a route that belongs to no tenant. `path` is the whole address. */
export function route<
  const Path extends string,
  Params extends Shape = NoShape,
  Query extends z.ZodType = Nothing,
  Headers extends Shape = NoShape,
  Body extends z.ZodType = Nothing,
  Answer extends z.ZodType = z.ZodNever,
>(
  access: "public" | "signed-in" | "platform",
  description: Description<Path, Params, Query, Headers, Body, Answer>,
): Route<z.ZodObject<Params>, Query, z.ZodObject<Headers>, Body, Answer>;
export function route(access: Access, description: AnyDescription): Route {
  return { ...complete(description), access };
}

function complete(description: AnyDescription): Omit<Route, "access"> {
  return {
    description: "",
    statuses: { 200: "OK" },
    answerHeaders: {},
    peopleOnly: false,
    mayWait: false,
    upload: null,
    problems: [],
    query: NOTHING,
    body: NOTHING,
    answer: z.never(),
    media: "application/json",
    frame: null,
    ...description,
    params: z.object(description.params),
    headers: z.object(description.headers),
  };
}

/** The routes of one noun by their names. */
export type RouteTable = Readonly<Record<string, Route>>;

/** A route of the contract, and where a call of it goes. Its path, its query and the schema of its answer are written nowhere else. */
import type { z } from "zod";
import type { Route } from "../contract/routes/route.ts";

/** Where a call goes. A parameter of the query that is null, undefined or empty is left out. */
export interface Place<Params extends z.ZodObject, Query extends z.ZodType> {
  params: { readonly [Name in keyof z.input<Params>]: string | number };
  query?: { readonly [Name in keyof z.output<Query>]?: z.output<Query>[Name] | null | undefined };
}

/** The body of a call, which a route without one does not take. */
export type WithBody<Body extends z.ZodType> =
  undefined extends z.input<Body> ? { body?: never } : { body: z.input<Body> };

/** A place of any route. */
export interface AnyPlace {
  params: Readonly<Record<string, string | number>>;
  query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
}

/** The address of a route, for requests, links and sockets. */
export function addressOf<Params extends z.ZodObject, Query extends z.ZodType>(
  route: Route<Params, Query>,
  place: Place<Params, Query>,
): string;
export function addressOf({ path }: Pick<Route, "path">, place: AnyPlace): string;
export function addressOf(route: Pick<Route, "path">, { params, query = {} }: AnyPlace): string {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** What the document shows of a route by example. A test sends all of it, and compares the answers' shapes with these answers. */
import type { z } from "zod";
import type { Route, RouteTable } from "../../../contract/routes/route.ts";

/** The examples of one route. Which of them a route has to have follows from its description; the compiler names what is missing. */
export type ExampleOf<Described extends Route> = ParamsOf<Described> & BodiesOf<Described> & AnswerOf<Described>;

/** The examples of a noun's routes. */
export type ExamplesOf<Table extends RouteTable> = { readonly [Name in keyof Table]: ExampleOf<Table[Name]> };

/** The same, for what reads examples of all routes. */
export interface Example {
  readonly params?: Readonly<Record<string, string>>;
  readonly bodies?: Readonly<Record<string, unknown>>;
  readonly answer?: unknown;
}

/** The path's parameters beside the tenant. */
type ParamsOf<Described extends Route> =
  Exclude<keyof Described["params"]["shape"], "tenantId"> extends never
    ? object
    : { readonly params: Readonly<Record<Exclude<keyof Described["params"]["shape"], "tenantId">, string>> };

/** Bodies, each by what it does. */
type BodiesOf<Described extends Route> = Described["body"] extends z.ZodUndefined
  ? object
  : { readonly bodies: Readonly<Record<string, z.input<Described["body"]>>> };

/** The JSON of a success. */
type AnswerOf<Described extends Route> = Described["answer"] extends z.ZodNever
  ? object
  : { readonly answer: z.output<Described["answer"]> };

/** Reads what a request carries by the schemas of its route, or refuses it. */
import type { Context } from "hono";
import type { z } from "zod";
import { NOTHING } from "../../contract/routes/route.ts";
import { wordsFor } from "./field-words.ts";
import { ApiError, type InvalidField } from "./problems.ts";

export const MAX_BODY_BYTES = 256 * 1024;

/** The path's parameters. Throws `not_found` for one that cannot name anything. */
export function readParams<T extends z.ZodType>(context: Context, schema: T): z.output<T> {
  const parsed = schema.safeParse(context.req.param());
  if (!parsed.success) throw new ApiError("not_found");
  return parsed.data;
}

/**
 * The query by a strict schema: an unknown, repeated or malformed parameter is an error, so that a misspelled filter never
 * passes for "no filter". A route without a query ignores what is there.
 */
export function readQuery<T extends z.ZodType>(context: Context, schema: T): z.output<T> {
  if (isNothing(schema)) return parse(schema, undefined);
  const query: Record<string, string> = {};
  for (const [name, values] of Object.entries(context.req.queries())) {
    const [value] = values;
    if (values.length > 1 || value === undefined)
      throw invalidInput([{ path: name, message: "is given more than once" }]);
    query[name] = value;
  }
  return parse(schema, query);
}

/** The headers that a schema names. One that is absent is undefined. */
export function readHeaders<T extends z.ZodObject>(context: Context, schema: T): z.output<T> {
  return parse(schema, Object.fromEntries(Object.keys(schema.shape).map((name) => [name, context.req.header(name)])));
}

/** The JSON body. Its size has been checked before (`app.ts`). A route without a body ignores what is there. */
export async function readBody<T extends z.ZodType>(context: Context, schema: T): Promise<z.output<T>> {
  if (isNothing(schema)) return parse(schema, undefined);
  const mediaType = context.req.header("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (mediaType !== "application/json") throw new ApiError("unsupported_media_type");
  const text = await wholeText(context);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw invalidInput([{ path: "", message: "is not well-formed JSON" }]);
  }
  return parse(schema, body);
}

/** A body that ends too early, or is sent in broken pieces, is the caller's: there is nobody left to tell, and no error of ours. */
async function wholeText(context: Context): Promise<string> {
  try {
    return await context.req.text();
  } catch (error) {
    throw bodyCutShort(error);
  }
}

/** What to throw for an error while a body was read. */
export function bodyCutShort(error: unknown): ApiError {
  return error instanceof ApiError ? error : invalidInput([{ path: "", message: "could not be read to its end" }]);
}

export function orNotFound<T>(found: T | null): T {
  if (found === null) throw new ApiError("not_found");
  return found;
}

export function invalidInput(fields: InvalidField[]): ApiError {
  return new ApiError("invalid_input", { fields });
}

function isNothing(schema: z.ZodType): boolean {
  return schema === NOTHING;
}

function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value, { error: wordsFor });
  if (!parsed.success) throw invalidInput(toFields(parsed.error));
  return parsed.data;
}

function toFields(error: z.ZodError): InvalidField[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({ path: [...path, key].join("."), message: "is not known here" }));
    }
    return [{ path: path.join("."), message: issue.message }];
  });
}

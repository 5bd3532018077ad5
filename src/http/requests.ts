/** Reading what a request carries: every query, body and header goes through a zod schema here, or is refused. */
import type { Context } from "hono";
import { z } from "zod";
import { ApiError, type InvalidField } from "./problems.ts";

export const MAX_BODY_BYTES = 256 * 1024;
const MAX_CURSOR_LENGTH = 1024;
const MAX_PAGE_SIZE = 200;

/** `cursor` and `limit`, as every list takes them. */
export function pageQuery(maxLimit: number = MAX_PAGE_SIZE) {
  const outOfRange = `must be a whole number from 1 to ${maxLimit}`;
  return {
    cursor: z.string().min(1).max(MAX_CURSOR_LENGTH).nullable().default(null),
    limit: z
      .string()
      .regex(/^\d{1,5}$/, outOfRange)
      .transform(Number)
      .pipe(z.int().min(1, outOfRange).max(maxLimit, outOfRange))
      .default(50),
  };
}

/**
 * The query by a strict schema: an unknown, repeated or malformed parameter is an error, so that a misspelled filter never
 * passes for "no filter".
 */
export function readQuery<T>(context: Context, schema: z.ZodType<T>): T {
  const query: Record<string, string> = {};
  for (const [name, values] of Object.entries(context.req.queries())) {
    const [value] = values;
    if (values.length > 1 || value === undefined)
      throw invalidInput([{ path: name, message: "is given more than once" }]);
    query[name] = value;
  }
  return parse(schema, query);
}

/** The JSON body by a schema. Its size has been checked before (`app.ts`). */
export async function readBody<T>(context: Context, schema: z.ZodType<T>): Promise<T> {
  const mediaType = context.req.header("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (mediaType !== "application/json") throw new ApiError("unsupported_media_type");
  let body: unknown;
  try {
    body = JSON.parse(await context.req.text());
  } catch (error) {
    if (error instanceof SyntaxError) throw invalidInput([{ path: "", message: "is not well-formed JSON" }]);
    throw error;
  }
  return parse(schema, body);
}

const idempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, "must be 1 to 255 printable characters without spaces");

/** The `Idempotency-Key` header, null when there is none. */
export function readIdempotencyKey(context: Context): string | null {
  const header = context.req.header("idempotency-key");
  if (header === undefined) return null;
  const parsed = idempotencyKeySchema.safeParse(header);
  if (!parsed.success) throw invalidInput(toFields(parsed.error, ["Idempotency-Key"]));
  return parsed.data;
}

export function orNotFound<T>(found: T | null): T {
  if (found === null) throw new ApiError("not_found");
  return found;
}

export function invalidInput(fields: InvalidField[]): ApiError {
  return new ApiError("invalid_input", { fields });
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalidInput(toFields(parsed.error));
  return parsed.data;
}

function toFields(error: z.ZodError, prefix: string[] = []): InvalidField[] {
  return error.issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path.map(String)];
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({ path: [...path, key].join("."), message: "is not known here" }));
    }
    return [{ path: path.join("."), message: issue.message }];
  });
}

/**
 * Parameters that many routes share. An address is text, and each schema reads that text. Where the document is to speak of a
 * number or a boolean, the schema's metadata have it as `sent`.
 */
import { z } from "zod";

const MAX_CURSOR_LENGTH = 1024;
const MAX_PAGE_SIZE = 200;
const DEFAULT_PAGE_SIZE = 50;
/** Policies, or items of a snapshot, asked for at once: consoles load all of them, and few large pages beat many small ones. */
export const WHOLE_LIST_PAGE_SIZE = 1_000;

/** `cursor` and `limit`, as every list takes them. */
export function pageQuery(maximum: number = MAX_PAGE_SIZE) {
  const outOfRange = `must be a whole number from 1 to ${maximum}`;
  return {
    cursor: z
      .string()
      .min(1)
      .max(MAX_CURSOR_LENGTH)
      .optional()
      .transform(orNull)
      .meta({ description: "`nextCursor` of the page before; absent for the first page." }),
    limit: z
      .string()
      .regex(/^\d{1,5}$/, outOfRange)
      .transform(Number)
      .pipe(z.int().min(1, outOfRange).max(maximum, outOfRange))
      .default(DEFAULT_PAGE_SIZE)
      .meta({
        description: "The most items of the page.",
        sent: { type: "integer", minimum: 1, maximum, default: DEFAULT_PAGE_SIZE },
      }),
  };
}

/** A text to search for or to equal; null, and so no filter, when it is absent. */
export function textFilter(description: string) {
  return z.string().trim().min(1).max(200).optional().transform(orNull).meta({ description });
}

/** A time in ISO 8601, UTC; null, and so no filter, when it is absent. */
export function timeFilter(description: string) {
  return z.iso.datetime().optional().transform(orNull).meta({ description });
}

/** One of a few words; null, and so no filter, when it is absent. */
export function choiceFilter<T extends z.ZodType>(choice: T, description: string) {
  return choice.optional().transform(orNull).meta({ description });
}

/** `true` or `false`, word for word; null when it is absent. */
export function flagFilter(description: string) {
  return z
    .enum(["true", "false"])
    .optional()
    .transform((value) => (value === undefined ? null : value === "true"))
    .meta({ description, sent: { type: "boolean" } });
}

/** `true` or `false`, word for word; false when it is absent. */
export function flag(description: string) {
  return z
    .enum(["true", "false"])
    .default("false")
    .transform((value) => value === "true")
    .meta({ description, sent: { type: "boolean", default: false } });
}

/** A whole number from 1; undefined when it is absent. */
export function numberFrom1(message: string, description: string) {
  return z
    .string()
    .regex(/^[1-9]\d{0,8}$/, message)
    .transform(Number)
    .optional()
    .meta({ description, sent: { type: "integer", minimum: 1 } });
}

function orNull<T>(value: T | undefined): T | null {
  return value ?? null;
}

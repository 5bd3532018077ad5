/** Kinds of columns that are checked when a row is read through drizzle. In SQL they are all text. */
import { hexOf } from "../../digests/sha256.ts";
import { customType } from "drizzle-orm/sqlite-core";
import type { z } from "zod";

/** Text that is one of a few words. */
export function word<Word extends string>(schema: z.ZodType<Word>, name: string) {
  return customType<{ data: Word; driverData: string }>({
    dataType: () => "text",
    fromDriver: (stored) => schema.parse(stored),
  })(name);
}

/**
 * A SHA-256 as its 32 bytes, read as lower-case hexadecimal. SQL that compares it with hexadecimal writes `unhex(…)`, and `lower(hex(…))` to
 * answer it.
 */
export function sha256Bytes(name: string) {
  return customType<{ data: string; driverData: number[] | ArrayBuffer }>({
    dataType: () => "blob",
    fromDriver: (stored) =>
      hexOf(Uint8Array.from(stored instanceof ArrayBuffer ? new Uint8Array(stored) : stored).buffer),
  })(name);
}

/** A value as JSON. Writers that bind it themselves stringify it. */
export function json<Value>(schema: z.ZodType<Value>, name: string) {
  return customType<{ data: Value; driverData: string }>({
    dataType: () => "text",
    fromDriver: (stored) => schema.parse(JSON.parse(stored)),
    toDriver: (value) => JSON.stringify(value),
  })(name);
}

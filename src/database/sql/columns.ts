/** Kinds of columns that are checked when a row is read through drizzle. In SQL they are all text. */
import { customType } from "drizzle-orm/sqlite-core";
import type { z } from "zod";

/** Text that is one of a few words. */
export function word<Word extends string>(schema: z.ZodType<Word>, name: string) {
  return customType<{ data: Word; driverData: string }>({
    dataType: () => "text",
    fromDriver: (stored) => schema.parse(stored),
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

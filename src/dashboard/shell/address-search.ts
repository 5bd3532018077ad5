/** Parameters behind the `?` of a page's address. */
import { z } from "zod";

/** A value that does not parse counts as absent, so that an old or mistyped address still opens its page. */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.optional().catch(undefined);
}

export const optionalText = optional(z.string());

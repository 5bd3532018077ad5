/** Parameters behind the `?` of a page's address. */
import { useNavigate } from "@tanstack/react-router";
import { z } from "zod";

/** A value that does not parse counts as absent, so that an old or mistyped address still opens its page. */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.optional().catch(undefined);
}

export const optionalText = optional(z.string());

/** Changes parameters in the address, in place: going back leaves the page and not one keystroke. */
export function useSetSearch(): (change: object) => void {
  const navigate = useNavigate();
  return (change) =>
    void navigate({ to: ".", search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
}

import { z } from "zod";
import { MAX_REASON_LENGTH, reasonSchema } from "../approvals.ts";

/** The longest reason as a header: each character has up to four bytes, each of them three characters. */
const MAX_ENCODED_LENGTH = MAX_REASON_LENGTH * 12;

/** The headers of a route that may need another person's approval (`mayWait`). */
export const approvalHeaders = {
  "Approval-Reason": z
    .string()
    .max(MAX_ENCODED_LENGTH)
    .transform((text, context) => {
      try {
        return decodeURIComponent(text);
      } catch {
        context.addIssue({ code: "custom", message: "is not percent-encoded UTF-8" });
        return z.NEVER;
      }
    })
    .pipe(reasonSchema)
    .optional()
    .meta({
      description:
        "Why, as percent-encoded UTF-8. Where the tenant needs another person's approval of the change, the change waits for it. Without a reason it is refused with `approval_required`.",
    }),
};

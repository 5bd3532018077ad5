import type { ApprovalAsked } from "../contract/approvals.ts";

/** A change was asked for and not made: a request waits for another person. Thrown, so that nothing says "done" that is not. */
export class ApprovalWaits extends Error {
  override name = "ApprovalWaits";
  readonly asked: ApprovalAsked;

  constructor(asked: ApprovalAsked) {
    super("The change waits for another person's approval");
    this.asked = asked;
  }
}

/** The headers of a change that may need an approval. `reason` null: none was asked of the person. */
export function reasonHeaders(reason: string | null): { "Approval-Reason"?: string } {
  return reason === null ? {} : { "Approval-Reason": encodeURIComponent(reason) };
}

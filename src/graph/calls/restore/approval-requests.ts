/** Reads what became of a request for Multi Admin Approval (`/deviceManagement/operationApprovalRequests`, beta only). */
import { z } from "zod";
import type { GraphClient } from "../client.ts";
import type { GraphFailure } from "../result.ts";
import { APPROVAL_REQUESTS } from "../../permissions/needs.ts";
import type { Refusal } from "../../restore/approval-times.ts";

export type ApprovalState =
  | { kind: "approved" }
  | { kind: "pending" }
  /** `expired`: also when Graph knows the request no more. */
  | { kind: "refused"; how: Refusal }
  /** The approved write was sent and applied. */
  | { kind: "used" }
  /** The application may not read requests: sending the write with the code will tell. */
  | { kind: "unreadable" }
  | { kind: "unanswered"; failure: GraphFailure };

const requestSchema = z.object({ status: z.string() });

export async function readApproval(client: GraphClient, code: string): Promise<ApprovalState> {
  const { version, path } = APPROVAL_REQUESTS;
  const answer = await client.get(client.url(version, `${path}/${encodeURIComponent(code)}`));
  if (answer.kind === "not_found") return { kind: "refused", how: "expired" };
  if (answer.kind === "permission_missing" || answer.kind === "rejected") return { kind: "unreadable" };
  if (answer.kind !== "ok") return { kind: "unanswered", failure: answer };
  switch (requestSchema.safeParse(answer.value).data?.status) {
    case "approved":
      return { kind: "approved" };
    case "needsApproval":
      return { kind: "pending" };
    case "rejected":
      return { kind: "refused", how: "rejected" };
    case "cancelled":
      return { kind: "refused", how: "canceled" };
    case "expired":
      return { kind: "refused", how: "expired" };
    case "completed":
      return { kind: "used" };
    default:
      return { kind: "unreadable" };
  }
}

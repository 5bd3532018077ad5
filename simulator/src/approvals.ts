/**
 * Multi Admin Approval: a protected write is first refused for want of a justification, then parked as a request that
 * another administrator approves, and takes effect when it is sent again, unchanged, with the request's code.
 */
import type { Answer, Context } from "./context.ts";
import { badRequest, GraphError } from "./graph-reply.ts";
import { text } from "./json.ts";
import type { Target } from "./router.ts";

export type Approval = { kind: "proceed"; complete: () => void } | { kind: "answer"; answer: Answer };

const DAYS_3 = 3 * 24 * 3600 * 1000;

/** @throws GraphError when the justification is missing, or the code is not good for this very request */
export function approve(context: Context, target: Target): Approval {
  const { settings, request, store, now } = context;
  const guarded =
    target.kind === "family" &&
    target.family.area === "intune" &&
    (settings.approvalFamilies.includes("*") || settings.approvalFamilies.includes(target.family.key));
  if (!guarded) return { kind: "proceed", complete: () => {} };
  const fingerprint = `${request.method} ${request.version} ${request.path} ${request.body ?? ""}`;

  const code = request.headers["x-msft-approval-code"];
  if (code !== undefined) {
    const stored = store.readResource("approvals", code);
    if (stored === null) throw badRequest("The x-msft-approval-code header names no approval request.");
    if (stored["_fingerprint"] !== fingerprint) throw badRequest("The request differs from the one that was approved.");
    if (Date.parse(text(stored["expirationDateTime"]) ?? "") < now)
      throw badRequest("The approval request has expired.");
    if (stored["status"] !== "approved")
      throw new GraphError(403, "Forbidden", `The approval request is '${String(stored["status"])}'.`);
    const complete = () =>
      store.putResource("approvals", code, {
        ...stored,
        status: "completed",
        lastModifiedDateTime: new Date(now).toISOString(),
      });
    return { kind: "proceed", complete };
  }

  const justification = request.headers["x-msft-approval-justification"];
  if (justification === undefined || justification.trim() === "") {
    throw badRequest(
      "Multi Admin Approval is required for this operation. Send the header x-msft-approval-justification with a justification.",
    );
  }
  const id = crypto.randomUUID();
  store.putResource("approvals", id, {
    id,
    requestDateTime: new Date(now).toISOString(),
    lastModifiedDateTime: new Date(now).toISOString(),
    expirationDateTime: new Date(now + DAYS_3).toISOString(),
    status: "needsApproval",
    requestJustification: justification,
    approvalJustification: null,
    operationApprovalPolicies: target.family.key,
    _fingerprint: fingerprint,
  });
  return { kind: "answer", answer: { status: 202, body: null, headers: { "x-msft-approval-code": id } } };
}

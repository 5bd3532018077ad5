/** Errors over HTTP (RFC 9457). */
import { z } from "zod";

/** Each stable code with its status and its title. Codes never change their meaning. */
export const PROBLEMS = {
  invalid_input: { status: 400, title: "The request is not valid" },
  unauthenticated: { status: 401, title: "Sign in first" },
  forbidden: { status: 403, title: "Your role does not allow this" },
  forbidden_origin: { status: 403, title: "Requests from other sites are refused" },
  not_found: { status: 404, title: "Not found" },
  method_not_allowed: { status: 405, title: "This method is not offered here" },
  nothing_to_pause: { status: 409, title: "Nothing of the operation is left to pause" },
  run_already_completed: { status: 409, title: "The operation has already completed" },
  run_not_completed: { status: 409, title: "The operation has not completed yet" },
  nothing_to_retry: { status: 409, title: "The operation has no failed units" },
  idempotency_key_reused: { status: 409, title: "This Idempotency-Key was used for another request" },
  pack_not_ready: { status: 409, title: "The review pack has no file" },
  pack_expired: { status: 410, title: "The review pack has expired, and its file is deleted" },
  export_not_ready: { status: 409, title: "The export has no file" },
  export_expired: { status: 410, title: "The export has expired, and its file is deleted" },
  closing_already: { status: 409, title: "The tenant is to be deleted already" },
  not_closing: { status: 409, title: "No deletion of the tenant waits that could be withdrawn" },
  move_under_way: { status: 409, title: "The tenant moves already, or is in this database" },
  move_over: { status: 409, title: "The move has gone too far to be given up, or is over" },
  tenant_closing: { status: 409, title: "The tenant is to be deleted, and takes no new operations" },
  finding_changed: { status: 409, title: "The finding is not what it was: look at it again" },
  finding_resolved: { status: 409, title: "The finding is resolved: there is nothing to decide" },
  last_owner: { status: 409, title: "A tenant keeps at least one owner" },
  second_owner: { status: 409, title: "While anything needs an approval, two owners who can sign in stay" },
  already_member: { status: 409, title: "You are a member of this tenant already" },
  role_name_taken: { status: 409, title: "Another role of this tenant has this name" },
  role_in_use: { status: 409, title: "Members or invitations have this role" },
  too_many_roles: { status: 409, title: "The tenant has as many roles of its own as it may have" },
  too_many_tokens: { status: 409, title: "You have as many API tokens as a person may have" },
  disables_oneself: { status: 409, title: "Nobody disables themselves" },
  invitation_over: { status: 410, title: "This invitation was used, withdrawn, or has expired" },
  slug_taken: { status: 409, title: "Another tenant has this address" },
  not_connected: { status: 409, title: "The tenant has no such connection" },
  credentials_refused: { status: 409, title: "Microsoft does not accept these credentials" },
  microsoft_tenant_taken: { status: 409, title: "This Microsoft tenant cannot be connected here" },
  consent_not_offered: { status: 409, title: "This deployment has no application to consent to" },
  too_many_backup_sets: { status: 409, title: "The tenant has as many backup sets as it may have" },
  approval_required: { status: 409, title: "This needs another person's approval" },
  approval_over: { status: 409, title: "The request does not wait any more" },
  approval_hash_differs: { status: 409, title: "The request is another one than the one you have read" },
  too_many_approvals: { status: 409, title: "As many requests wait for an approval as may wait" },
  too_few_owners: { status: 409, title: "Approvals take two owners who can sign in" },
  approvals_in_order: { status: 409, title: "This tenant has owners enough, or nothing that needs an approval" },
  legal_hold: { status: 409, title: "A legal hold keeps everything of this tenant" },
  too_many_holds: { status: 409, title: "The tenant has as many open legal holds as it may have" },
  hold_lifted: { status: 409, title: "The legal hold was lifted already" },
  too_many_schedules: { status: 409, title: "The tenant has as many schedules as it may have" },
  schedule_changed: { status: 409, title: "The schedule is not what it was: look at it again" },
  preview_changed: { status: 409, title: "What would be removed is not what was shown: look at it again" },
  removed_by_retention: { status: 410, title: "Removed by retention" },
  setup_done: { status: 409, title: "The product has an administrator already" },
  payload_too_large: { status: 413, title: "The request is too large" },
  unsupported_media_type: { status: 415, title: "Send JSON" },
  range_not_satisfiable: { status: 416, title: "The file has no such part" },
  upgrade_required: { status: 426, title: "This address speaks WebSocket" },
  rate_limited: { status: 429, title: "Too many requests in a short time" },
  too_many_runs: { status: 429, title: "Too many operations of this tenant are under way" },
  too_many_portfolio_runs: { status: 429, title: "As many of your operations over tenants are under way as may be" },
  too_many_sockets: { status: 429, title: "You follow this tenant in too many windows" },
  internal_error: { status: 500, title: "Something went wrong on our side" },
  content_unavailable: { status: 500, title: "The stored content cannot be read" },
  tenant_moving: { status: 503, title: "The tenant moves to another database: try again later" },
  unavailable: { status: 503, title: "The service is not available" },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/**
 * RFC 9457 problem, with a stable `code`. `fields` names what is wrong with an `invalid_input`; `signInPath` is where a person signs in
 * whom the server does not know.
 */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().optional(),
    requestId: z.string().optional(),
    fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    signInPath: z.string().optional(),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof problemSchema>;

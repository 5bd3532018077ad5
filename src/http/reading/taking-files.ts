/** What a person takes out of the product as a file: the audit log notes it, since it is out of reach afterwards. */
import type { AuditAction } from "../../contract/audit-actions.ts";
import { auditEventStatement } from "../../database/audit/audit-events.ts";
import { recordOnceInAWhile } from "../../database/audit/recent-events.ts";
import { ApiError } from "../routing/problems.ts";
import type { ReadingEnv } from "../routing/served.ts";

export interface TakenFile {
  env: ReadingEnv;
  request: Request;
  tenantId: string;
  userId: string;
  action: AuditAction;
  target: { kind: string; id: string };
  detail: Record<string, unknown>;
  /** A part of the file; of many parts, the first in ten minutes is noted. */
  isPart?: boolean;
}

/**
 * Notes a download. A HEAD takes nothing, and nothing is noted of it. Throws `forbidden_origin` for what a page of another site makes a
 * browser fetch: the person has not asked for it, and the log would say so.
 */
export async function noteTakenFile(file: TakenFile): Promise<void> {
  const { env, request, tenantId, userId, action, target, detail, isPart = false } = file;
  if (isFetchedByAnotherSite(request)) throw new ApiError("forbidden_origin");
  if (request.method === "HEAD") return;
  const event = {
    tenantId,
    at: Date.now(),
    action,
    actorId: userId,
    targetKind: target.kind,
    targetId: target.id,
    detail,
  };
  if (isPart) await recordOnceInAWhile(env.DATABASE, event);
  else await auditEventStatement(env.DATABASE, event).run();
}

/** A link that the person follows on another site's page is their own doing. */
function isFetchedByAnotherSite({ headers }: Request): boolean {
  const isFollowed = headers.get("sec-fetch-mode") === "navigate" && headers.get("sec-fetch-user") === "?1";
  return headers.get("sec-fetch-site") === "cross-site" && !isFollowed;
}

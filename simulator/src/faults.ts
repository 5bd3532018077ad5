/** Planned faults: which one strikes a request, and what it does to the answer. */
import { errorReply, GraphError, type GraphReply, type GraphRequest, type RequestIds } from "./graph-reply.ts";
import { forbidden } from "./permissions.ts";
import type { PlannedFault } from "./settings.ts";

const DEFAULT_CODES: Record<number, string> = {
  401: "InvalidAuthenticationToken",
  403: "Forbidden",
  404: "ResourceNotFound",
  409: "Conflict",
  424: "FailedDependency",
  429: "TooManyRequests",
  500: "InternalServerError",
  502: "BadGateway",
  503: "ServiceUnavailable",
  504: "GatewayTimeout",
  507: "InsufficientStorage",
};

/**
 * Counts the request against every fault that matches it and returns the first that strikes. The caller stores the faults
 * when `changed`.
 */
export function strike(
  faults: PlannedFault[],
  family: string,
  request: GraphRequest,
): { fault: PlannedFault | null; changed: boolean } {
  const path = `/${request.version}/${request.path}${request.query === "" ? "" : `?${decodeURIComponent(request.query.replaceAll("+", " "))}`}`;
  let struck: PlannedFault | null = null;
  let changed = false;
  for (const fault of faults) {
    if (fault.family !== undefined && fault.family !== family) continue;
    if (fault.method !== undefined && fault.method !== request.method) continue;
    if (fault.pathContains !== undefined && !path.includes(fault.pathContains)) continue;
    fault.seen += 1;
    changed = true;
    const inRange = fault.seen >= fault.from && (fault.count === undefined || fault.seen < fault.from + fault.count);
    if (inRange && struck === null) {
      fault.struck += 1;
      struck = fault;
    }
  }
  return { fault: struck, changed };
}

/** The error that the fault answers with; null when it only delays or damages the real answer. */
export function faultReply(fault: PlannedFault, intune: boolean, ids: RequestIds): GraphReply | null {
  if (fault.permissionMissing !== undefined) return errorReply(forbidden([fault.permissionMissing], intune), ids);
  if (fault.status === undefined) return null;
  const headers: Record<string, string> =
    fault.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) };
  const code = fault.code ?? DEFAULT_CODES[fault.status] ?? "UnknownError";
  return errorReply(
    new GraphError(fault.status, code, fault.message ?? `Planned fault ${fault.status}.`, headers),
    ids,
  );
}

/** Whether the request may take effect although the fault strikes. */
export function appliesAnyway(fault: PlannedFault, isWrite: boolean): boolean {
  if (fault.afterApply) return true;
  const loses = fault.status !== undefined || fault.permissionMissing !== undefined;
  return !loses && !(isWrite && fault.dropConnection);
}

export function damageOf(fault: PlannedFault): GraphReply["damage"] {
  return fault.dropConnection ? "drop" : fault.truncateJson ? "truncate" : "none";
}

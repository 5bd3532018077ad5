/** Which application permission a call needs, and Graph's 403 that names it. */
import {
  APPLICATION,
  APPS,
  AUDIT_LOG,
  CONFIGURATION,
  DIRECTORY_ROLES,
  type Permissions,
  RBAC,
  USERS,
} from "./family.ts";
import { GraphError } from "./graph-reply.ts";
import type { Target } from "./router.ts";
import type { Settings } from "./settings.ts";

const OF_ENTRA: ReadonlySet<string> = new Set(["users", "servicePrincipals", "directoryRoles", "directoryAudits"]);

/**
 * What writing a family reads as well: Graph asks for all of these beside the permission to write (Microsoft's map of permissions,
 * devx-content 6cbd6bb).
 */
const READ_TO_BE_WRITTEN: ReadonlyMap<string, readonly string[]> = new Map([
  ["conditionalAccess", ["Policy.Read.All", "Application.Read.All"]],
  ["namedLocations", ["Policy.Read.All"]],
  ["securityDefaults", ["Policy.Read.All"]],
]);

/** Any one of the list is enough; an empty list needs none. */
function neededFor(target: Target, isWrite: boolean): { anyOf: readonly string[]; intune: boolean } {
  if (target.kind === "family") {
    const { permissions, area } = target.family;
    return { anyOf: isWrite ? permissions.write : permissions.read, intune: area === "intune" };
  }
  const byResource: Record<typeof target.resource, Permissions> = {
    users: USERS,
    servicePrincipals: APPLICATION,
    templates: { read: CONFIGURATION.read, write: [] },
    directoryRoles: DIRECTORY_ROLES,
    organization: { read: [], write: [] },
    auditEvents: { read: [...CONFIGURATION.read, ...APPS.read], write: [] },
    directoryAudits: AUDIT_LOG,
    operationApprovalRequests: { read: [...CONFIGURATION.read, ...RBAC.read], write: [] },
  };
  const permissions = byResource[target.resource];
  return { anyOf: isWrite ? permissions.write : permissions.read, intune: !OF_ENTRA.has(target.resource) };
}

/** @throws GraphError 403 when none of the needed permissions is granted */
export function requirePermission(target: Target, isWrite: boolean, granted: readonly string[]): void {
  const { anyOf, intune } = neededFor(target, isWrite);
  if (anyOf.length > 0 && !anyOf.some((permission) => granted.includes(permission))) throw forbidden(anyOf, intune);
  const needed = target.kind === "family" && isWrite ? (READ_TO_BE_WRITTEN.get(target.family.key) ?? []) : [];
  const lacking = needed.find((name) => !granted.includes(name));
  if (lacking !== undefined) throw forbidden([lacking], false);
}

/** The permissions that a call has. A token that names none has those of the moment. */
export function granted(
  { permissions, permissionsFrom }: Pick<Settings, "permissions" | "permissionsFrom">,
  roles: readonly string[] | null,
): readonly string[] {
  return permissionsFrom === "token" && roles !== null ? roles : permissions;
}

export function forbidden(anyOf: readonly string[], intune: boolean): GraphError {
  if (!intune)
    return new GraphError(
      403,
      "Authorization_RequestDenied",
      `Insufficient privileges to complete the operation. Required scopes are missing in the token: ${anyOf.join(", ")}.`,
    );
  // Intune wraps its own error in the message, as JSON in a string.
  const message = {
    _version: 3,
    Message: `Application is not authorized to perform this operation. Application must have one of the following scopes: ${anyOf.join(", ")} - Operation ID (for customer support): ${crypto.randomUUID()}`,
    CustomApiErrorPhrase: "",
    RetryAfter: null,
    ErrorSourceService: "",
    HttpHeaders: "{}",
  };
  return new GraphError(403, "Forbidden", JSON.stringify(message));
}

/** Taking away a read permission takes its ReadWrite twin too, which would grant reading just as well. */
export function withoutPermissions(granted: readonly string[], removed: readonly string[]): string[] {
  const gone = new Set(
    removed.flatMap((name) =>
      name.endsWith(".Read.All") ? [name, name.replace(".Read.All", ".ReadWrite.All")] : [name],
    ),
  );
  return granted.filter((name) => !gone.has(name));
}

/**
 * The audit logs of Microsoft Graph: where each is, what reading it needs, and which families' changes it holds. Sources: Microsoft's
 * reference of `auditEvent` (Intune) and `directoryAudit` (Entra), and docs/design/graph.md.
 */
import type { ChangeLog } from "../../contract/changes.ts";
import type { Family } from "../families/family.ts";

export interface LogPlace {
  log: ChangeLog;
  label: string;
  /** Below the version, with its leading slash. Both versions tell the same. */
  path: string;
  permission: string;
  /** Each of them is enough instead, by Microsoft's map of permissions. */
  otherPermissions: readonly string[];
  /** What is asked for besides the span of time; null for everything. */
  filter: string | null;
}

const PLACES: Readonly<Record<ChangeLog, LogPlace>> = {
  intune: {
    log: "intune",
    label: "Intune's audit log",
    path: "/deviceManagement/auditEvents",
    permission: "DeviceManagementApps.Read.All",
    otherPermissions: [],
    filter: null,
  },
  directory: {
    log: "directory",
    label: "Entra's audit log",
    path: "/auditLogs/directoryAudits",
    permission: "AuditLog.Read.All",
    otherPermissions: ["Directory.Read.All"],
    // The log also holds every user that changed, and every member that a group gained or lost.
    filter: `(category eq 'Policy' or ${["Add group", "Update group", "Delete group"].map((activity) => `activityDisplayName eq '${activity}'`).join(" or ")})`,
  },
};

/** In the order in which a sync reads them. */
export const CHANGE_LOGS: readonly ChangeLog[] = ["intune", "directory"];

export function placeOf(log: ChangeLog): LogPlace {
  return PLACES[log];
}

/** The path of a log's events from `from` until `until`, both included; milliseconds since the epoch. */
export function eventsPath(log: ChangeLog, from: number, until: number): string {
  const { path, filter } = PLACES[log];
  const span = `activityDateTime ge ${new Date(from).toISOString()} and activityDateTime le ${new Date(until).toISOString()}`;
  return `${path}?$filter=${encodeURIComponent(filter === null ? span : `${span} and ${filter}`)}`;
}

/** The log that holds the changes of a family's policies. */
export function logOf(family: Pick<Family, "path">): ChangeLog {
  return /^\/device(App)?Management\//.test(family.path) ? "intune" : "directory";
}

/** An id that no two things share has a GUID in it; "0" and "1" of scope tags do not. */
const HOLDS_GUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i;

/**
 * What the resource type of an event has to contain, in lower case, for the event to be about the policy; null where the id alone
 * decides. Intune calls a resource by its entity: "RoleScopeTag" for an item of `roleScopeTags`.
 */
export function typeDemanded(family: Pick<Family, "path">, graphId: string): string | null {
  if (HOLDS_GUID.test(graphId)) return null;
  const collection = family.path.slice(family.path.lastIndexOf("/") + 1).toLowerCase();
  return collection.replace(/ies$/, "y").replace(/s$/, "");
}

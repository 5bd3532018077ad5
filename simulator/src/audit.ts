/** The audit log: one event per write, as `/deviceManagement/auditEvents` shows them. */
import { type Family } from "./family.ts";
import { text } from "./json.ts";
import type { Store } from "./store.ts";

export interface Change {
  operation: "Create" | "Patch" | "Delete" | "Action";
  /** The action's name, or the operation in words. */
  verb: string;
  family: Family;
  id: string;
  name: unknown;
  /** Milliseconds since the epoch. */
  now: number;
  actor: "application" | "administrator";
}

const CATEGORIES: Record<string, string> = {
  apps: "Application",
  appProtection: "Application",
  appConfigApps: "Application",
  appConfigDevices: "Application",
  compliance: "Compliance",
  complianceLinux: "Compliance",
  roles: "Role",
  scopeTags: "Role",
  enrollment: "Enrollment",
  autopilot: "Enrollment",
};

export function recordChange(store: Store, change: Change): void {
  const id = crypto.randomUUID();
  const type = change.family.types[0] ?? change.family.key;
  const byApplication = change.actor === "application";
  store.putResource("auditEvents", id, {
    id,
    displayName: `${change.verb} ${type}`,
    componentName: change.family.key,
    activity: null,
    activityDateTime: new Date(change.now).toISOString(),
    activityType: `${change.verb} ${type}`,
    activityOperationType: change.operation,
    activityResult: "Success",
    correlationId: crypto.randomUUID(),
    category: CATEGORIES[change.family.key] ?? "DeviceConfiguration",
    actor: {
      type: byApplication ? "Application" : "ItPro",
      auditActorType: byApplication ? "Application" : "ItPro",
      applicationDisplayName: byApplication ? "TenantAtlas" : "Microsoft Intune portal extension",
      userPrincipalName: byApplication ? null : "admin@example.test",
    },
    resources: [
      {
        displayName: text(change.name) ?? null,
        type,
        auditResourceType: type,
        resourceId: change.id,
        modifiedProperties: [],
      },
    ],
  });
}

/**
 * The audit logs: one event per write. Intune's families are in `/deviceManagement/auditEvents` (auditEvent), those of Entra in
 * `/auditLogs/directoryAudits` (directoryAudit). Shapes: Microsoft's reference of both types, and events that Microsoft's documentation
 * prints.
 */
import { z } from "zod";
import { bareType, type Family } from "./family.ts";
import { type Doc, text } from "./json.ts";
import type { Store } from "./store.ts";
import { clientOf } from "./token.ts";

/** An administrator, as the control endpoints name one. */
export const administratorSchema = z.strictObject({
  userPrincipalName: z.string().min(1),
  displayName: z.string().min(1),
  /** The application that the administrator works with. */
  application: z.string().min(1),
});
export type Administrator = z.infer<typeof administratorSchema>;

export type Actor =
  | { kind: "application"; clientId: string; name: string }
  | { kind: "administrator"; administrator: Administrator };

export interface Change {
  operation: "Create" | "Patch" | "Delete" | "Action";
  /** The action's name, or the operation in words. */
  verb: string;
  family: Family;
  id: string;
  name: unknown;
  /** The document before and after, as far as there is one and it differs. */
  before?: Doc;
  after?: Doc;
  /** Milliseconds since the epoch. */
  now: number;
  actor: Actor;
}

const IN_THE_PORTAL: Administrator = {
  userPrincipalName: "admin@example.test",
  displayName: "Anna Admin",
  application: "Microsoft Intune portal extension",
};

/** Who makes a change behind Graph's back: the one that is named, or an administrator in the portal. */
export function administrator(named: Administrator | undefined): Actor {
  return { kind: "administrator", administrator: named ?? IN_THE_PORTAL };
}

/** The application whose token a request carries. */
export function callingApplication(headers: Record<string, string>): Actor {
  return { kind: "application", clientId: clientOf(headers["authorization"]) ?? "", name: "TenantAtlas" };
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
  const intune = change.family.area === "intune";
  store.putResource(
    intune ? "auditEvents" : "directoryAudits",
    id,
    intune ? auditEvent(id, change) : directoryAudit(id, change),
  );
}

function auditEvent(id: string, change: Change): Doc {
  const type = change.family.types[0] ?? change.family.key;
  return {
    id,
    displayName: `${change.verb} ${pascal(type)}`,
    componentName: change.family.key,
    activity: null,
    activityDateTime: new Date(change.now).toISOString(),
    activityType: `${change.verb} ${pascal(type)}`,
    activityOperationType: change.operation,
    activityResult: "Success",
    correlationId: crypto.randomUUID(),
    category: CATEGORIES[change.family.key] ?? "DeviceConfiguration",
    actor: auditActor(change.actor),
    resources: [
      {
        displayName: text(change.name) ?? null,
        type,
        auditResourceType: pascal(bareType(text((change.after ?? change.before)?.["@odata.type"]) ?? type)),
        resourceId: change.id,
        modifiedProperties: modifiedProperties(change.before ?? {}, change.after ?? {}),
      },
    ],
  };
}

function auditActor(actor: Actor): Doc {
  if (actor.kind === "application") {
    return {
      type: "Application",
      auditActorType: "Application",
      applicationId: actor.clientId,
      applicationDisplayName: actor.name,
      userPrincipalName: null,
      servicePrincipalName: actor.name,
      userId: null,
    };
  }
  const { userPrincipalName, application } = actor.administrator;
  return {
    type: "ItPro",
    auditActorType: "ItPro",
    applicationId: PORTAL_ID,
    applicationDisplayName: application,
    userPrincipalName,
    servicePrincipalName: null,
    userId: userIdOf(userPrincipalName),
  };
}

/** The application id of Intune's extension of the portal. */
const PORTAL_ID = "5926fc8e-304e-4f59-8bed-58ca97cc39a4";

/** What the policies of Entra's families are called in its log. */
const DIRECTORY_NAMES: Record<string, { noun: string; service: string; property: string }> = {
  conditionalAccess: {
    noun: "conditional access policy",
    service: "Conditional Access",
    property: "ConditionalAccessPolicy",
  },
  namedLocations: { noun: "named location", service: "Conditional Access", property: "NamedLocation" },
  authStrengths: {
    noun: "authentication strength policy",
    service: "Authentication Methods",
    property: "AuthenticationStrengthPolicy",
  },
  termsOfUse: { noun: "terms of use", service: "Terms Of Use", property: "TermsOfUse" },
  groups: { noun: "group", service: "Core Directory", property: "Group" },
};

const DIRECTORY_OPERATIONS = { Create: "Add", Patch: "Update", Action: "Update", Delete: "Delete" } as const;

function directoryAudit(id: string, change: Change): Doc {
  const { noun, service, property } = DIRECTORY_NAMES[change.family.key] ?? {
    noun: change.family.key,
    service: "Core Directory",
    property: change.family.key,
  };
  const operation = DIRECTORY_OPERATIONS[change.operation];
  const isGroup = change.family.key === "groups";
  return {
    id,
    category: isGroup ? "GroupManagement" : "Policy",
    correlationId: crypto.randomUUID(),
    result: "success",
    resultReason: null,
    activityDisplayName: `${operation} ${noun}`,
    activityDateTime: new Date(change.now).toISOString(),
    loggedByService: service,
    operationType: operation,
    initiatedBy: initiator(change.actor),
    targetResources: [
      {
        id: change.id,
        displayName: text(change.name) ?? null,
        type: isGroup ? "Group" : "Policy",
        userPrincipalName: null,
        modifiedProperties: [
          { displayName: property, oldValue: jsonOrNull(change.before), newValue: jsonOrNull(change.after) },
        ],
      },
    ],
    additionalDetails: [],
  };
}

function initiator(actor: Actor): Doc {
  if (actor.kind === "application")
    return {
      user: null,
      app: { appId: actor.clientId, displayName: actor.name, servicePrincipalId: null, servicePrincipalName: null },
    };
  const { userPrincipalName, displayName } = actor.administrator;
  return {
    app: null,
    user: { id: userIdOf(userPrincipalName), displayName, userPrincipalName, ipAddress: null },
  };
}

/** Directory ids of administrators: made of their names, so that one person keeps one id. */
function userIdOf(userPrincipalName: string): string {
  let hash = 0;
  for (const character of userPrincipalName) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return `00000000-0000-4000-8000-${hash.toString(16).padStart(12, "0")}`;
}

/** Intune names properties as its own code does, and tells their values as text. */
function modifiedProperties(before: Doc, after: Doc): Doc[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => !name.includes("@") && JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => ({
      displayName: pascal(name),
      oldValue: valueText(before[name]),
      newValue: valueText(after[name]),
    }));
}

function valueText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function jsonOrNull(doc: Doc | undefined): string | null {
  return doc === undefined ? null : JSON.stringify(doc);
}

function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

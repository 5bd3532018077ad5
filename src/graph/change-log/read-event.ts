/** From an event of Microsoft's audit logs to what is kept of it: a row for each thing it changed. Pure. */
import { z } from "zod";
import type { ActorKind, ChangedProperty, ChangeLog, ChangeOperation } from "../../contract/changes.ts";
import { changedProperties, type ToldProperty } from "./changed-properties.ts";

export interface RecordedChange {
  log: ChangeLog;
  /** The log's own id of the event. With the resource it is the row's key. */
  eventId: string;
  /** In lower case: Graph spells ids in either. */
  resourceId: string;
  resourceType: string;
  /** Milliseconds since the epoch. */
  at: number;
  actorKind: ActorKind;
  actorId: string | null;
  actorName: string;
  applicationId: string | null;
  applicationName: string | null;
  activity: string;
  operation: ChangeOperation;
  properties: ChangedProperty[];
  propertiesCut: boolean;
}

const text = z.string().nullish();
const moment = z.string().transform((value, issues) => {
  const at = Date.parse(value);
  if (Number.isNaN(at)) issues.addIssue("not a time");
  return at;
});
const properties = z
  .array(z.object({ displayName: text, oldValue: text, newValue: text }))
  .nullish()
  .transform((told) => told ?? []);

const intuneSchema = z.object({
  id: z.string().min(1),
  activityDateTime: moment,
  activityType: text,
  displayName: text,
  activityOperationType: text,
  activityResult: text,
  actor: z
    .object({
      userId: text,
      userPrincipalName: text,
      servicePrincipalName: text,
      applicationId: text,
      applicationDisplayName: text,
    })
    .nullish(),
  resources: z
    .array(z.object({ resourceId: text, auditResourceType: text, type: text, modifiedProperties: properties }))
    .nullish(),
});

const directorySchema = z.object({
  id: z.string().min(1),
  activityDateTime: moment,
  activityDisplayName: text,
  operationType: text,
  result: text,
  loggedByService: text,
  initiatedBy: z
    .object({
      user: z.object({ id: text, displayName: text, userPrincipalName: text }).nullish(),
      app: z.object({ appId: text, displayName: text, servicePrincipalId: text }).nullish(),
    })
    .nullish(),
  targetResources: z.array(z.object({ id: text, type: text, modifiedProperties: properties })).nullish(),
});

/**
 * What an event of a log tells. Empty for what changed nothing (a reading, an attempt that failed), for what names no resource, and for
 * what is no event: one odd entry must not keep the others out.
 */
export function readEvent(log: ChangeLog, event: unknown): RecordedChange[] {
  return log === "intune" ? readIntuneEvent(event) : readDirectoryEvent(event);
}

function readIntuneEvent(event: unknown): RecordedChange[] {
  const parsed = intuneSchema.safeParse(event);
  if (!parsed.success) return [];
  const { id, activityDateTime: at, activityType, displayName, activityOperationType, activityResult } = parsed.data;
  const operation = INTUNE_OPERATIONS[(activityOperationType ?? "").toLowerCase()] ?? "action";
  if (operation === "read" || failed(activityResult)) return [];
  const { userId, userPrincipalName, servicePrincipalName, applicationId, applicationDisplayName } =
    parsed.data.actor ?? {};
  const user = filled(userPrincipalName);
  const application = filled(applicationDisplayName) ?? filled(servicePrincipalName);
  return (parsed.data.resources ?? []).flatMap((resource) => {
    const resourceId = resourceIdOf(resource.resourceId, resource.modifiedProperties);
    if (resourceId === null) return [];
    const { properties: changed, cut } = changedProperties(resource.modifiedProperties);
    return {
      log: "intune" as const,
      eventId: id,
      resourceId,
      resourceType: filled(resource.auditResourceType) ?? filled(resource.type) ?? "",
      at,
      ...actor(user, filled(userId), application, filled(applicationId)),
      applicationId: filled(applicationId),
      applicationName: application,
      activity: filled(activityType) ?? filled(displayName) ?? "Change",
      operation,
      properties: changed,
      propertiesCut: cut,
    };
  });
}

function readDirectoryEvent(event: unknown): RecordedChange[] {
  const parsed = directorySchema.safeParse(event);
  if (!parsed.success) return [];
  const { id, activityDateTime: at, activityDisplayName, operationType, result, initiatedBy } = parsed.data;
  if (failed(result)) return [];
  const { user, app } = initiatedBy ?? {};
  const application = filled(app?.displayName);
  const person = filled(user?.displayName) ?? filled(user?.userPrincipalName);
  return (parsed.data.targetResources ?? []).flatMap((target) => {
    const resourceId = filled(target.id)?.toLowerCase();
    if (resourceId === undefined) return [];
    const { properties: changed, cut } = changedProperties(target.modifiedProperties);
    return {
      log: "directory" as const,
      eventId: id,
      resourceId,
      resourceType: filled(target.type) ?? "",
      at,
      ...actor(person, filled(user?.id), application, filled(app?.appId) ?? filled(app?.servicePrincipalId)),
      applicationId: filled(app?.appId),
      applicationName: application,
      activity: filled(activityDisplayName) ?? "Change",
      operation: DIRECTORY_OPERATIONS[(operationType ?? "").toLowerCase()] ?? "action",
      properties: changed,
      propertiesCut: cut,
    };
  });
}

const INTUNE_OPERATIONS: Readonly<Record<string, ChangeOperation | "read">> = {
  get: "read",
  create: "create",
  patch: "update",
  update: "update",
  delete: "delete",
};
const DIRECTORY_OPERATIONS: Readonly<Record<string, ChangeOperation>> = {
  add: "create",
  update: "update",
  delete: "delete",
};

function failed(result: string | null | undefined): boolean {
  return /^(fail|timeout|error)/i.test(result ?? "");
}

/**
 * Intune tells some enrollment configurations by the GUID alone and the whole id ("<guid>_Limit") among the properties: a policy is
 * known by the whole.
 */
function resourceIdOf(resourceId: string | null | undefined, told: readonly ToldProperty[]): string | null {
  const id = filled(resourceId)?.toLowerCase();
  if (id === undefined) return null;
  const whole = told.find(({ displayName }) => displayName?.toLowerCase() === "id");
  const named = (filled(whole?.newValue) ?? filled(whole?.oldValue))?.toLowerCase();
  return named?.startsWith(`${id}_`) === true ? named : id;
}

function actor(
  user: string | null,
  userId: string | null,
  application: string | null,
  applicationId: string | null,
): Pick<RecordedChange, "actorKind" | "actorId" | "actorName"> {
  if (user !== null) return { actorKind: "user", actorId: userId, actorName: user };
  if (application !== null) return { actorKind: "application", actorId: applicationId, actorName: application };
  return { actorKind: "unknown", actorId: userId ?? applicationId, actorName: "" };
}

const MAX_TEXT = 300;

function filled(value: string | null | undefined): string | null {
  return value === null || value === undefined || value.trim() === "" ? null : value.slice(0, MAX_TEXT).toWellFormed();
}

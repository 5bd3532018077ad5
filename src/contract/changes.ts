/** Who changed a policy, as Microsoft's audit logs tell it; or why that is not known. */
import { z } from "zod";
import { timestamp } from "./lists.ts";

/** The two logs of Microsoft Graph: Intune's `auditEvents` and Entra's `directoryAudits`. */
export const changeLogSchema = z.enum(["intune", "directory"]);
export type ChangeLog = z.infer<typeof changeLogSchema>;

export const changeOperationSchema = z.enum(["create", "update", "delete", "action"]);
export type ChangeOperation = z.infer<typeof changeOperationSchema>;

export const actorKindSchema = z.enum(["user", "application", "unknown"]);
export type ActorKind = z.infer<typeof actorKindSchema>;

/** A property with its value before and after, as the log tells them: text, cut where it is long. */
export const changedPropertySchema = z.object({
  name: z.string(),
  /** Null where the log tells none: before a creation, after a removal, or for an empty value. */
  oldValue: z.string().nullable(),
  newValue: z.string().nullable(),
});
export type ChangedProperty = z.infer<typeof changedPropertySchema>;

export const knownChangeSchema = z.object({
  at: timestamp,
  actor: z.object({
    kind: actorKindSchema,
    /** Of the user or the service principal in the directory, or of the application; null where the log tells none. */
    id: z.string().nullable(),
    name: z.string(),
  }),
  /** With which the change was made; null where the log tells none. */
  application: z.object({ id: z.string().nullable(), name: z.string() }).nullable(),
  /** The log's own word: "Patch DeviceManagementConfigurationPolicy". */
  activity: z.string(),
  operation: changeOperationSchema,
  /** Made by this product's own application: by a restore. */
  ours: z.boolean(),
  properties: z.array(changedPropertySchema),
  /** The log tells more properties, or longer values, than are kept. */
  propertiesCut: z.boolean(),
  /** Changes in the same span of time that came before this one. */
  earlierChanges: z.int().min(0),
});
export type KnownChange = z.infer<typeof knownChangeSchema>;

export const unknownChangeSchema = z.object({
  code: z.enum([
    "not_read",
    "permission_missing",
    "log_unreachable",
    "log_behind",
    "older_than_kept",
    "not_in_log",
    "no_policy",
  ]),
  message: z.string(),
});
export type UnknownChange = z.infer<typeof unknownChangeSchema>;

/** Exactly one of the two. */
export const changeSchema = z.union([
  z.strictObject({ known: knownChangeSchema }),
  z.strictObject({ unknown: unknownChangeSchema }),
]);
export type Change = z.infer<typeof changeSchema>;

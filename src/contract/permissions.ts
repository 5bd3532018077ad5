/** Which application permissions a tenant has granted, as the last check found: for each policy family, to read and to write it. */
import { z } from "zod";
import { timestamp } from "./lists.ts";

/**
 * Why a verdict is as it is. `refused`: Microsoft Graph refused the reading. `claimed_but_refused`: likewise, though the token names the
 * permission. `works_unclaimed`: Graph answered, though the token names none that would do. `not_claimed`: the token does not name what
 * writing needs. All others say why a verdict is `unknown`.
 */
export const permissionReasonSchema = z.object({ code: z.string(), message: z.string() });
export type PermissionReason = z.infer<typeof permissionReasonSchema>;

export const permissionVerdictSchema = z.object({
  state: z.enum(["granted", "missing", "unknown"]),
  /** What the verdict rests on: a reading that Microsoft Graph answered, or what the token says of itself. Null when it is unknown. */
  basis: z.enum(["reading", "token"]).nullable(),
  /** What is missing, all of it; empty unless the verdict is `missing`. */
  permissions: z.array(z.string()),
  reason: permissionReasonSchema.nullable(),
});
export type PermissionVerdict = z.infer<typeof permissionVerdictSchema>;

export const familyPermissionsSchema = z.object({
  /** Family key of the catalogue. */
  family: z.string(),
  familyLabel: z.string(),
  reading: permissionVerdictSchema,
  /** From the token alone, and from the reading that comes before each write: nothing is written to try it. */
  writing: permissionVerdictSchema,
});
export type FamilyPermissions = z.infer<typeof familyPermissionsSchema>;

/** Something that the product reads beside policies, and what for. */
export const relatedReadingSchema = z.object({ key: z.string(), label: z.string(), usedFor: z.string() });
export type RelatedReading = z.infer<typeof relatedReadingSchema>;

export const relatedPermissionsSchema = relatedReadingSchema.extend({ reading: permissionVerdictSchema });
export type RelatedPermissions = z.infer<typeof relatedPermissionsSchema>;

/** A permission to grant, and what it is missing for: labels, in the catalogue's order. */
export const missingPermissionSchema = z.object({
  permission: z.string(),
  toRead: z.array(z.string()),
  toWrite: z.array(z.string()),
  toReadBeside: z.array(z.string()),
});
export type MissingPermission = z.infer<typeof missingPermissionSchema>;

export const permissionCheckSchema = z.object({
  /** When Microsoft Graph was asked. Later grants are not in it. */
  checkedAt: timestamp,
  /** The client id of the application that permissions are granted to. */
  application: z.string(),
  /** Whether the token named permissions. If not, what writing needs is unknown. */
  tokenNamesPermissions: z.boolean(),
  families: z.array(familyPermissionsSchema),
  related: z.array(relatedPermissionsSchema),
  missing: z.array(missingPermissionSchema),
  /**
   * Names to grant, each once: for reading everything; and for reading and writing everything, where `X.ReadWrite.All` stands for
   * `X.Read.All`.
   */
  toGrant: z.object({ toRead: z.array(z.string()), toReadAndWrite: z.array(z.string()) }),
});
export type PermissionCheck = z.infer<typeof permissionCheckSchema>;

export const permissionsSchema = z.object({
  /** The last check that asked Microsoft Graph; null when there was none. */
  check: permissionCheckSchema.nullable(),
  /** Why the newest check could not ask; null when it did. What `check` holds is then older. */
  failure: permissionReasonSchema.extend({ at: timestamp }).nullable(),
  /** Since when a check is under way; null when none is. */
  checkingSince: timestamp.nullable(),
});
export type Permissions = z.infer<typeof permissionsSchema>;

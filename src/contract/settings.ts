/** `GET` and `POST …/settings`: choices that hold for a whole tenant. */
import { z } from "zod";
import { MAX_RETENTION_DAYS } from "./limits.ts";
import { tagsSchema } from "./tags.ts";

export const MAX_BACKUP_AGE_DAYS = 400;

export const tenantSettingsSchema = z.strictObject({
  /** Days from its completion that a review pack is kept; then its file is gone. */
  reviewPackRetentionDays: z.int().min(1).max(MAX_RETENTION_DAYS),
  /** Days after which people are told that the newest whole backup is old; null for never. */
  backupAgeLimitDays: z.int().min(1).max(MAX_BACKUP_AGE_DAYS).nullable(),
  tags: tagsSchema,
});
export type TenantSettings = z.infer<typeof tenantSettingsSchema>;

/** What is absent stays as it is. */
export const changedSettingsSchema = tenantSettingsSchema
  .partial()
  .refine((change) => Object.keys(change).length > 0, "names nothing to change");

/** A weekly backup, and a day. */
export const DEFAULT_TENANT_SETTINGS: TenantSettings = {
  reviewPackRetentionDays: 90,
  backupAgeLimitDays: 8,
  tags: [],
};

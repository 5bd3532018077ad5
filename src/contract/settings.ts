/** `GET` and `POST …/settings`: choices that hold for a whole tenant. */
import { z } from "zod";

export const MAX_RETENTION_DAYS = 3_650;

export const tenantSettingsSchema = z.strictObject({
  /** Days from its completion that a review pack is kept; then its file is gone. */
  reviewPackRetentionDays: z.int().min(1).max(MAX_RETENTION_DAYS),
});
export type TenantSettings = z.infer<typeof tenantSettingsSchema>;

export const DEFAULT_TENANT_SETTINGS: TenantSettings = { reviewPackRetentionDays: 90 };

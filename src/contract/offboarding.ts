/** The end of a tenant: asked for, waited for, carried out, proven. */
import { z } from "zod";
import { listOf, timestamp } from "./lists.ts";

/** Days between the request and the deletion, in which it can be withdrawn. */
export const WAITING_DAYS = { least: 1, usual: 7, most: 30 } as const;

export const closeTenantSchema = z.strictObject({
  name: z.string().max(200).meta({ description: "The tenant's name, so that nobody closes another by mistake." }),
  reason: z.string().trim().min(1).max(500),
  days: z
    .int()
    .min(WAITING_DAYS.least)
    .max(WAITING_DAYS.most)
    .default(WAITING_DAYS.usual)
    .meta({ description: "Days until the deletion begins." }),
});
export type CloseTenant = z.output<typeof closeTenantSchema>;

/**
 * `waiting`: it can be withdrawn; `withdrawn`; `deleting`: nobody gets into the tenant any more; `deleted`: all was read again, and nothing
 * was found; `incomplete`: something was found that could not be removed, and the product tries again each hour.
 */
export const offboardingStatusSchema = z.enum(["waiting", "withdrawn", "deleting", "deleted", "incomplete"]);

const personSchema = z.object({ id: z.string(), name: z.string() });

/** Rows by table: those with 0 stand there too. */
const rowsSchema = z.record(z.string(), z.int().min(0));

export const verificationSchema = z.object({
  /** When all was read again. */
  at: timestamp,
  rows: rowsSchema,
  /** Objects below the tenant's prefix in R2. */
  objects: z.int().min(0),
  /** Open sockets in the tenant's activity hub. */
  sockets: z.int().min(0),
});
export type Verification = z.infer<typeof verificationSchema>;

export const microsoftTenantSchema = z.object({ cloud: z.string(), directoryId: z.string() });

export const offboardingSchema = z.object({
  id: z.string(),
  status: offboardingStatusSchema,
  /** What is being done, in words; null while nothing is. */
  phase: z.string().nullable(),
  tenant: z.object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    /** The Microsoft tenants that it was connected to when it was asked for. */
    microsoftTenants: z.array(microsoftTenantSchema),
  }),
  reason: z.string(),
  requestedBy: personSchema,
  /** As an owner of the tenant, or as a person who runs the product. */
  requestedAs: z.enum(["owner", "platform"]),
  requestedAt: timestamp,
  /** When the deletion begins. */
  dueAt: timestamp,
  withdrawnAt: timestamp.nullable(),
  withdrawnBy: personSchema.nullable(),
  startedAt: timestamp.nullable(),
  completedAt: timestamp.nullable(),
  /** The newest export that was complete when the deletion began; null when there was none. */
  export: z.object({ id: z.string(), sha256: z.string(), completedAt: timestamp }).nullable(),
  /** The end of the tenant's audit log; null until the deletion has come to it. */
  auditHead: z.object({ seq: z.int(), hash: z.string() }).nullable(),
  removed: z.object({
    rows: rowsSchema,
    objects: z.int().min(0),
    bytes: z.int().min(0),
    /** Uploads to R2 that were under way. */
    uploads: z.int().min(0),
    /** Objects of runs that have forgotten their run. */
    runObjects: z.int().min(0),
  }),
  verification: verificationSchema.nullable(),
  /** Objects in R2 that could not be removed, 100 at most: by a lock of the bucket, for example. */
  refused: z.array(z.string()),
});
export type Offboarding = z.infer<typeof offboardingSchema>;
export const offboardingListSchema = listOf(offboardingSchema);

/** What members see of it, and what they should know before they ask for it. */
export const tenantClosingSchema = z.object({
  /** Null while nobody has asked for the tenant's end. */
  offboarding: offboardingSchema
    .pick({
      id: true,
      status: true,
      reason: true,
      requestedBy: true,
      requestedAs: true,
      requestedAt: true,
      dueAt: true,
    })
    .nullable(),
  /** The newest export that can be downloaded. */
  latestExport: z.object({ id: z.string(), completedAt: timestamp }).nullable(),
  /** Whether something has happened in the tenant since that export was begun; null when there is no export. */
  changedSinceExport: z.boolean().nullable(),
});
export type TenantClosing = z.infer<typeof tenantClosingSchema>;

/** How a person's tenants stand beside each other, and what runs in them. */
import { z } from "zod";
import { tenantSchema } from "./access.ts";
import { listOf, timestamp } from "./lists.ts";
import { runSchema } from "./runs.ts";

const tenantNameSchema = tenantSchema.pick({ id: true, slug: true, name: true });

/** What is null is what the caller's role does not read. */
const standingFactsSchema = z.object({
  /** Runs that failed and that nothing has cured, among the newest that failed. */
  failures: z
    .object({
      uncured: z.int().min(0),
      /** Whether older failures were not looked at: then there may be more. */
      more: z.boolean(),
    })
    .nullable(),
  /** Findings that are open and critical. */
  criticalFindings: z.int().min(0).nullable(),
  /** When the newest sync of all families began among those that read some or all of them; `at` is null when none did. */
  sync: z.object({ at: timestamp.nullable() }).nullable(),
  /** The same of the newest whole backup: of all policies of the inventory, with all parts, in a set that is in service. */
  backup: z.object({ at: timestamp.nullable() }).nullable(),
  /** Runs that are not completed. */
  running: z.int().min(0).nullable(),
  connection: z.object({
    connected: z.boolean(),
    /** When the first of the secrets and certificates ends; null where that is not known. */
    credentialEndsAt: timestamp.nullable(),
    /** Whether the newest reading of a family, since the tenant was connected, was refused for its secret or certificate. */
    refused: z.boolean(),
  }),
});
export type StandingFacts = z.infer<typeof standingFactsSchema>;

export const tenantStandingSchema = z.object({
  tenant: tenantNameSchema,
  /** Null when the tenant's database did not answer: nothing is known then. */
  facts: standingFactsSchema.nullable(),
});
export type TenantStanding = z.infer<typeof tenantStandingSchema>;

export const tenantStandingListSchema = listOf(tenantStandingSchema).extend({
  /** How many more tenants of this page there may be, whose database does not answer. */
  tenantsUnread: z.int().min(0),
});

/** What runs in all of a person's tenants. */
export const activeOperationsSchema = z.object({
  /** The newest first. */
  items: z.array(z.object({ tenant: tenantNameSchema, run: runSchema })),
  /** Whether there are more than are told. */
  more: z.boolean(),
  /** Tenants whose database did not answer: whether something runs there is not known. */
  tenantsUnread: z.int().min(0),
});
export type ActiveOperations = z.infer<typeof activeOperationsSchema>;

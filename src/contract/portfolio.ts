/**
 * Runs over tenants, over HTTP: one operation in many tenants as one counted run. Its units are tenants; a tenant counts once, when the
 * operation that was started in it has ended (specs/274-portfolio-runs).
 */
import { z } from "zod";
import { tenantSchema } from "./access.ts";
import { listOf, timestamp } from "./lists.ts";
import { type BulkDeclaration, OPERATION_TYPES, type OperationType } from "./operation-types.ts";
import { progressSchema } from "./progress.ts";
import { runSchema } from "./runs.ts";
import { tagSchema } from "./tags.ts";

/** In place of a tenant's id, for what belongs to no tenant and is told by the control database. */
export const PORTFOLIO = "portfolio";
const PERSON = "person/";
/** All persons who own something: from `from`, up to and without `to`. */
export const OWNING_PEOPLE = { from: PERSON, to: "person0" } as const;

/** In place of a tenant's id, for what is a person's own: channels, rules and messages of news over tenants. */
export function ownerOf(userId: string): string {
  return PERSON + userId;
}

/** The person who owns it; null for what is a tenant's. */
export function personOfOwner(owner: string): string | null {
  return owner.startsWith(PERSON) ? owner.slice(PERSON.length) : null;
}

/** Whether it stands in place of a tenant's id. */
export function isOfNoTenant(owner: string): boolean {
  return owner === PORTFOLIO || owner.startsWith(PERSON);
}

/** Tenants of one run. */
export const MAX_PORTFOLIO_TENANTS = 2_000;
/** Tenants of a run in which its operation is under way at a time. The others wait for their turn. */
export const TENANTS_AT_A_TIME = 20;
/** Runs of a person over tenants that have not completed. */
export const MAX_ACTIVE_PORTFOLIO_RUNS = 10;

/** How a run over tenants is counted. It is no row of the table of operation types: that has what is started in one tenant. */
export const PORTFOLIO_OPERATION: BulkDeclaration & { type: "portfolio.run" } = {
  type: "portfolio.run",
  label: "Operation over tenants",
  progressMode: "counted",
  unit: { one: "tenant", other: "tenants" },
  capability: "operations.read",
  peopleOnly: true,
  overTenants: true,
  // The list of a retry is sealed where it is asked for, as every list is: nothing of another run is read for the plan.
  retry: "everything",
  makes: null,
  extent: null,
};

/**
 * What can be started in many tenants, in the words that a person chooses by: the whole of each tenant, always. Nothing that writes to a
 * tenant, and nothing that deletes, is among them.
 */
export const PORTFOLIO_WORDS = {
  "inventory.sync": "Sync the inventory",
  "backup-set.add-policies": "Back up all policies into a new set",
  "baseline.compare": "Compare with the newest baseline",
  "policy.restore-preview": "Prepare the deployment of a gold standard",
  "evidence.snapshot": "Take an evidence snapshot",
  "review-pack.generate": "Make a review pack of the newest snapshot",
} as const satisfies Partial<Record<OperationType, string>>;
export type PortfolioType = keyof typeof PORTFOLIO_WORDS;

export const portfolioTypeSchema = z.enum([
  "inventory.sync",
  "backup-set.add-policies",
  "baseline.compare",
  "policy.restore-preview",
  "evidence.snapshot",
  "review-pack.generate",
] satisfies PortfolioType[]);

export function portfolioLabel(type: PortfolioType): string {
  return `${OPERATION_TYPES[type].label} in many tenants`;
}

/** What can be about a gold standard, and what is about one only. */
const OF_STANDARDS: readonly PortfolioType[] = ["baseline.compare", "policy.restore-preview"];
const OF_STANDARDS_ONLY: readonly PortfolioType[] = ["policy.restore-preview"];

/** Whether a person chooses it without a gold standard. */
export function isForAnyTenant(type: PortfolioType): boolean {
  return !OF_STANDARDS_ONLY.includes(type);
}

/** What is wrong with the standard of an operation; null where nothing is. */
export function standardFault({
  type,
  standardId,
}: {
  type: PortfolioType;
  standardId?: string | undefined;
}): string | null {
  if (standardId === undefined && OF_STANDARDS_ONLY.includes(type)) return "has to name the standard";
  return standardId !== undefined && !OF_STANDARDS.includes(type) ? "goes with comparisons and deployments" : null;
}

/**
 * `all`: every tenant of the caller in which they may start the operation, as of the start; `tag`: of these, those with a tag. With a standard, those that follow
 * it. The list that follows is sealed.
 */
export const tenantSelectionSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("all") }),
  z.strictObject({
    kind: z.literal("list"),
    tenants: z
      .array(z.string().min(1).max(100))
      .min(1)
      .max(MAX_PORTFOLIO_TENANTS)
      .meta({ description: "Ids or slugs." }),
  }),
  z.strictObject({ kind: z.literal("tag"), tag: tagSchema.meta({ description: "In upper or lower case." }) }),
]);
export type TenantSelection = z.infer<typeof tenantSelectionSchema>;

export const newPortfolioRunSchema = z
  .strictObject({
    type: portfolioTypeSchema,
    tenants: tenantSelectionSchema,
    standardId: z.string().min(1).max(100).optional().meta({
      description:
        "A gold standard: tenants are compared with it, or its deployment is prepared in them. A tenant that does not follow it is skipped.",
    }),
  })
  .superRefine((run, context) => {
    const fault = standardFault(run);
    if (fault !== null) context.addIssue({ code: "custom", path: ["standardId"], message: fault });
  });
export type NewPortfolioRun = z.infer<typeof newPortfolioRunSchema>;

/** How the tenants of a run were chosen. */
export const chosenHowSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("all") }),
  z.object({ kind: z.literal("tag"), tag: z.string() }),
  z.object({ kind: z.literal("list") }),
]);
export type ChosenHow = z.infer<typeof chosenHowSchema>;

export function chosenHow(selection: TenantSelection): ChosenHow {
  return selection.kind === "list" ? { kind: "list" } : selection;
}

/**
 * A run over tenants as one person sees it: those of its tenants that the person may see, and nothing of others. Who may see all of them
 * sees what the run's ledger counts.
 */
export const portfolioRunSchema = runSchema
  .pick({
    id: true,
    label: true,
    status: true,
    outcome: true,
    pause: true,
    summaryCounts: true,
    initiator: true,
    createdAt: true,
    startedAt: true,
    completedAt: true,
  })
  .extend({
    type: portfolioTypeSchema,
    progress: progressSchema,
    failure: runSchema.shape.failure,
    /** The run whose failed tenants it takes again. */
    retryOf: z.string().nullable(),
    /** For its starter alone: it may name a tag of tenants that others do not see. Null for others, for a retry, and where it was not kept. */
    chosen: chosenHowSchema.nullable(),
    /** Whether the caller may cancel, pause and resume it. Where not, its operations can be canceled tenant by tenant. */
    mayControl: z.boolean(),
    /** Tenants that failed, were not taken again yet, and in which the caller may start the operation. */
    retryable: z.int().min(0),
    /** The run's page in the console. */
    href: z.string(),
  });
export type PortfolioRun = z.infer<typeof portfolioRunSchema>;

export const portfolioRunListSchema = listOf(portfolioRunSchema).extend({
  /** How many tenants of the caller may be missing, since their database does not answer. */
  tenantsUnread: z.int().min(0),
});

export const startedPortfolioRunSchema = z.object({
  run: portfolioRunSchema,
  deduplicated: z.boolean(),
});

/**
 * `waiting` for its turn; `running`: its operation is under way, or about to be; then as it ended. Of a run that was canceled: `canceled` with it, and
 * `not_reached`.
 */
export const PORTFOLIO_STATES = [
  "waiting",
  "running",
  "succeeded",
  "failed",
  "skipped",
  "canceled",
  "not_reached",
] as const;
export const portfolioStateSchema = z.enum(PORTFOLIO_STATES);
export type PortfolioState = z.infer<typeof portfolioStateSchema>;

/** A tenant of a run. */
export const portfolioTenantSchema = z.object({
  /** Null for a tenant that is not there any more. */
  tenant: tenantSchema.pick({ id: true, slug: true, name: true }).nullable(),
  state: portfolioStateSchema,
  /** Why it failed or was skipped; null for all others. */
  reason: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** Its operation, as it is now; null before there is one, where it is gone by retention, and where its database does not answer. */
  run: runSchema.nullable(),
  /** Another person, or a schedule, had started that operation: it is waited for, and not canceled with this run. */
  joined: z.boolean(),
  startedAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
});
export type PortfolioTenant = z.infer<typeof portfolioTenantSchema>;
export const portfolioTenantListSchema = listOf(portfolioTenantSchema);

/** Why a tenant failed or was skipped, in words. */
export const PORTFOLIO_REASONS = {
  run_failed: "The operation failed.",
  run_partly_failed: "The operation failed in part.",
  run_canceled: "The operation was canceled in this tenant.",
  run_gone: "The operation is not there any more.",
  forbidden: "The person who started this may not do it in this tenant any more.",
  refused: "The operation could not be started.",
  not_following: "The tenant does not follow this gold standard.",
  no_baseline: "The tenant has no baseline to compare with.",
  too_many_backup_sets: "The tenant has as many backup sets as it may have.",
  too_many_runs: "Too many operations of this tenant are under way.",
  tenant_moving: "The tenant moves to another database.",
  tenant_closing: "The tenant is to be deleted: nothing is started in it any more.",
  tenant_gone: "The tenant is not there any more.",
} as const;
export type PortfolioReason = keyof typeof PORTFOLIO_REASONS;

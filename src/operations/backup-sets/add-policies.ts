/**
 * `backup-set.add-policies`: a unit is one policy of the selection, read afresh and completely from Graph and kept in the set. The
 * selection is resolved once, when the run is planned: what a filter matches then is the run's total (F28).
 */
import { z } from "zod";
import { OPERATION_TYPES } from "../../contract/operation-types.ts";
import { addPoliciesRequestSchema, isSealedOrigin, type PolicyFilter } from "../../contract/backup-sets.ts";
import { findBackupSet } from "../../database/backups/backup-sets.ts";
import { knownPolicies, matchingPolicies } from "../../database/inventory/policies.ts";
import { decodePolicyId } from "../../database/inventory/policy-id.ts";
import { implement } from "../../runs/implement.ts";
import type { PlanPage } from "../../runs/operation.ts";
import type { PlannedUnit } from "../../runs/facts/units.ts";
import { failed } from "../../graph-work/failure-results.ts";
import { capturePolicy } from "./capture-policy.ts";
import type { TenantDatabase } from "../../database/databases.ts";

const TYPE = "backup-set.add-policies";
const UNITS_PER_PLAN_PAGE = 500;

export type AddPoliciesInput = { backupSetId: string } & ({ policyIds: string[] } | { filter: PolicyFilter });

/** Equal selections have equal text: ids in order and once, a filter with all its members. */
const inputSchema: z.ZodType<AddPoliciesInput> = addPoliciesRequestSchema.transform(
  ({ backupSetId, policyIds, filter }): AddPoliciesInput =>
    filter === undefined ? { backupSetId, policyIds: [...new Set(policyIds)].toSorted() } : { backupSetId, filter },
);

const unitInputSchema = z.union([
  z.object({ backupSetId: z.string(), family: z.string(), graphId: z.string() }),
  /** An id that is none of ours: its unit says so. */
  z.object({ backupSetId: z.string(), policyId: z.string() }),
]);
type UnitInput = z.infer<typeof unitInputSchema>;

export const addPolicies = implement(TYPE, {
  inputSchema,
  unitsPerMessage: 1,
  callsGraph: true,
  // One policy, with what belongs to it.
  needs: { queries: 40, subrequests: 1_000, memoryMiB: 16 },
  // Each has one request under way, to Graph, D1 or R2; the platform lets six wait for an answer at a time.
  concurrency: 6,
  // Intune lets through 1,000 reads in 20 s: a selection of many thousands waits for its turn, each time as long as Graph says.
  maxDeferrals: 60,

  async prepare(tenantId, input, env, making) {
    const made =
      making?.backupSet.id === input.backupSetId
        ? { ...making.backupSet, status: "active", origin: "captured" as const }
        : null;
    const set = made ?? (await findBackupSet(env.DATABASE, tenantId, input.backupSetId));
    if (set === null) return refuse("backupSetId", "is not a backup set of this tenant");
    if (set.status !== "active") return refuse("backupSetId", "is an archived backup set: restore it first");
    if (isSealedOrigin(set.origin))
      return refuse("backupSetId", "was made by a run and is complete: nothing is added to it");
    if ("filter" in input) {
      const [first] = await matchingPolicies(env.DATABASE, selection(tenantId, input.filter), null, 1);
      if (first === undefined) return refuse("filter", "matches no policy");
    }
    return { kind: "ready", input, subject: OPERATION_TYPES[TYPE].subject(set) };
  },

  plan(run, input, cursor, { env }) {
    return "filter" in input
      ? planMatches(env.DATABASE, run.tenantId, input.backupSetId, input.filter, cursor)
      : planIds(env.DATABASE, run.tenantId, input.backupSetId, input.policyIds, cursor);
  },

  async execute(task, context) {
    const target = unitInputSchema.parse(task.input);
    if ("policyId" in target) {
      return failed("not_found", "There is no such policy in the tenant. Nothing was added to the set.");
    }
    return capturePolicy(target, task, context);
  },

  // What the run has made is in the set; a run that added nothing has made nothing.
  finalize({ counts, total }, { backupSetId }) {
    const result = counts.succeeded === 0 ? null : { id: backupSetId };
    return Promise.resolve({ kind: "finalized", result, extent: total });
  },
});

function refuse(path: string, message: string) {
  return { kind: "refused" as const, fields: [{ path, message }] };
}

function selection(tenantId: string, filter: PolicyFilter) {
  return { tenantId, ...filter, removed: "hide" as const };
}

const matchCursorSchema = z.tuple([z.string(), z.string()]);

/** By the policies' keys, which never change: no policy comes twice, whatever a sync does between two pages. */
async function planMatches(
  database: TenantDatabase,
  tenantId: string,
  backupSetId: string,
  filter: PolicyFilter,
  cursor: string | null,
): Promise<PlanPage> {
  const after = cursor === null ? null : matchCursorSchema.parse(JSON.parse(cursor));
  const position = after === null ? null : { family: after[0], graphId: after[1] };
  const found = await matchingPolicies(database, selection(tenantId, filter), position, UNITS_PER_PLAN_PAGE + 1);
  const page = found.slice(0, UNITS_PER_PLAN_PAGE);
  const last = page.at(-1);
  return {
    kind: "listed",
    units: page.map(({ family, graphId, name }) => policyUnit(name, { backupSetId, family, graphId })),
    nextCursor: found.length > page.length && last ? JSON.stringify([last.family, last.graphId]) : null,
  };
}

/** All ids are units, unknown ones too: the total is what was selected. They are labelled by what the caller may know of them. */
async function planIds(
  database: TenantDatabase,
  tenantId: string,
  backupSetId: string,
  policyIds: readonly string[],
  cursor: string | null,
): Promise<PlanPage> {
  const selected = policyIds
    .map((policyId) => ({ policyId, key: decodePolicyId(policyId) }))
    .map(({ policyId, key }) =>
      policyUnit(policyId, key === null ? { backupSetId, policyId } : { backupSetId, ...key }),
    )
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const first = cursor === null ? 0 : z.coerce.number().parse(cursor);
  const page = selected.slice(first, first + UNITS_PER_PLAN_PAGE);
  const keys = page.flatMap(({ input }) => ("policyId" in input ? [] : [input]));
  const names = new Map<string, string>();
  for (const { family, graphId, name } of await knownPolicies(database, tenantId, keys)) {
    names.set(unitKey({ family, graphId }), name);
  }
  const next = first + page.length;
  return {
    kind: "listed",
    units: page.map((unit) => ({ ...unit, label: names.get(unit.key) ?? unit.label })),
    nextCursor: next < selected.length ? String(next) : null,
  };
}

function policyUnit(label: string, input: UnitInput): PlannedUnit & { input: UnitInput } {
  return { key: "policyId" in input ? `~/${input.policyId}` : unitKey(input), label, input };
}

/** Ascends as `family, graph_id` does in the database: "/" stands before every letter of a family's key, "~" after. */
function unitKey({ family, graphId }: { family: string; graphId: string }): string {
  return `${family}/${graphId}`;
}

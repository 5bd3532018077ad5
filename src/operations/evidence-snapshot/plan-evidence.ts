/** The list of a snapshot's items, in the order of their keys, with what each is to tell frozen in it. */
import type { FamilyState } from "../../contract/inventory.ts";
import { listPolicyFacts, type PolicyFactsRow } from "../../database/evidence/evidence-facts.ts";
import { openSnapshot, snapshotIdOf } from "../../database/evidence/evidence-snapshots.ts";
import { listFamilyStates } from "../../database/inventory/inventory-families.ts";
import { decodeOpaque, encodeOpaque } from "../../database/sql/opaque-id.ts";
import { familyByKey } from "../../graph/families.ts";
import type { PlanPage, RunReference, UnitContext } from "../../runs/operation.ts";
import type { PlannedUnit } from "../../runs/facts/units.ts";
import { evidenceKey, type EvidenceInput, type FamilyInput, type PolicyInput } from "./evidence-input.ts";

const POLICIES_PER_PAGE = 500;

/** Where a page of the plan begins. */
type Position = { part: "before" } | { part: "policies"; family: string; graphId: string } | { part: "after" };

/**
 * A page of the plan: what sorts before the policies, the policies in pages, then what sorts behind them. `takenAt` is fixed
 * by the first call. A tenant whose inventory nobody has ever tried to read has nothing to record: no item. Once one
 * family was tried, all of the catalogue are told of: what nobody has looked at is what an auditor must not take for empty.
 *
 * Costs one batch that opens the snapshot, one query of the families, and one for every 500 policies.
 */
export async function planEvidence(run: RunReference, cursor: string | null, context: UnitContext): Promise<PlanPage> {
  const { DATABASE } = context.env;
  const { runId, tenantId, initiatorId } = run;
  const snapshotId = snapshotIdOf(runId);
  const takenAt = await openSnapshot(DATABASE, {
    id: snapshotId,
    tenantId,
    runId,
    takenAt: context.now(),
    initiatorId,
  });
  const unit = (item: EvidenceInput["item"], label: string): PlannedUnit => ({
    key: evidenceKey(item),
    label,
    input: { snapshotId, takenAt, item } satisfies EvidenceInput,
  });

  const position = readCursor(cursor);
  switch (position.part) {
    case "before": {
      const families = await listFamilyStates(DATABASE, tenantId);
      if (families.every(({ lastAttemptAt }) => lastAttemptAt === null))
        return { kind: "listed", units: [], nextCursor: null };
      const units = [
        unit({ kind: "backup-coverage" }, "Backup coverage"),
        unit({ kind: "drift-findings" }, "Drift findings"),
        ...families.map((family) => unit(familyInput(family), `Family ${family.label}`)),
        unit({ kind: "membership" }, "Membership"),
        unit({ kind: "operations" }, "Operations"),
      ];
      units.sort((a, b) => (a.key < b.key ? -1 : 1));
      return { kind: "listed", units, nextCursor: writeCursor({ part: "policies", family: "", graphId: "" }) };
    }
    case "policies": {
      const rows = await listPolicyFacts(DATABASE, tenantId, position, POLICIES_PER_PAGE);
      const last = rows.length === POLICIES_PER_PAGE ? rows.at(-1) : undefined;
      const next: Position =
        last === undefined ? { part: "after" } : { part: "policies", family: last.family, graphId: last.graphId };
      const units = rows.map((row) => unit(policyInput(row), `${labelOf(row.family)}: ${row.name}`));
      return { kind: "listed", units, nextCursor: writeCursor(next) };
    }
    case "after":
      return { kind: "listed", units: [unit({ kind: "roles" }, "Roles")], nextCursor: null };
  }
}

function writeCursor(position: Position): string {
  return position.part === "policies"
    ? `policies.${encodeOpaque(position.family)}.${encodeOpaque(position.graphId)}`
    : position.part;
}

function readCursor(cursor: string | null): Position {
  if (cursor === null) return { part: "before" };
  const [part, family = "", graphId = ""] = cursor.split(".");
  if (part === "after") return { part: "after" };
  return { part: "policies", family: decodeOpaque(family) ?? "", graphId: decodeOpaque(graphId) ?? "" };
}

function familyInput(family: FamilyState): FamilyInput {
  return {
    kind: "family",
    family: family.key,
    label: family.label,
    readPermission: family.readPermission,
    policyCount: family.policyCount,
    lastCompleteAt: family.lastCompleteAt,
    lastAttemptAt: family.lastAttemptAt,
    lastOutcome: family.lastOutcome,
    lastReason: family.lastReason,
  };
}

function policyInput(row: PolicyFactsRow): PolicyInput {
  return {
    kind: "policy",
    family: row.family,
    graphId: row.graphId,
    name: row.name,
    platform: row.platform,
    odataType: row.odataType,
    assignmentCount: row.assignmentCount,
    versionNumber: row.versionNumber,
    contentHash: row.contentHash,
    contentBytes: row.contentBytes,
    lastModifiedAt: row.lastModifiedAt === "" ? null : row.lastModifiedAt,
    firstSeenAt: row.firstSeenAt,
    lastSeenAt: row.lastSeenAt,
    lastSeenRunId: row.lastSeenRunId,
    lastRequestId: row.lastRequestId,
    ...(row.unread === null ? {} : { unread: row.unread }),
  };
}

function labelOf(family: string): string {
  return familyByKey(family)?.label ?? family;
}

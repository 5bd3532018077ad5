/**
 * All tables that hold something of a tenant: how a tenant's rows are found in each, and what an export takes of them. A test reads the
 * schema and fails for a table that is neither here nor in `OF_NO_TENANT`.
 *
 * The order is that of removal: rows that refer to others come before them.
 */
import { getTableColumns, getTableName } from "drizzle-orm";
import { getTableConfig, type SQLiteTable } from "drizzle-orm/sqlite-core";
import { approvalRequests, approvalSettings } from "../approvals/tables.ts";
import { auditChain, auditCuts, auditEvents } from "../audit/tables.ts";
import { backupReferenceNames, backupSetItems, backupSets } from "../backups/tables.ts";
import {
  baselineComparisons,
  baselineFamilies,
  baselinePolicies,
  baselines,
  comparisonCandidates,
  comparisonFamilies,
} from "../baselines/tables.ts";
import { changeLogs, policyChanges } from "../changes/tables.ts";
import { evidenceItems, evidenceSnapshots } from "../evidence/tables.ts";
import { baselineFindings, comparisonFindings, findingEvents } from "../findings/tables.ts";
import { inventoryFamilies, policies, policyVersions, unreadablePolicies } from "../inventory/tables.ts";
import { releasedPayloads } from "../payloads/tables.ts";
import { restoreJournal, restorePlanItems, restorePlans, restoreResults } from "../restore/tables.ts";
import { policyUploads } from "../policy-files/tables.ts";
import { tenantMoves } from "../moves/tables.ts";
import { legalHolds, removedThings, retentionTurns, tenantRetention } from "../retention/tables.ts";
import { portfolioScheduleTenants, portfolioTenants } from "../portfolio/tables.ts";
import { reviewPackParts, reviewPacks, reviewPackSegments } from "../review-packs/tables.ts";
import {
  runIntents,
  idempotencyKeys,
  notifications,
  operationRunReports,
  operationRuns,
  operationRunUnitPages,
  operationRunUnits,
} from "../runs/tables.ts";
import {
  newsCarried,
  newsChannels,
  newsEvents,
  newsMessages,
  newsParts,
  newsRules,
  newsTellings,
  newsTries,
} from "../news/tables.ts";
import { scheduleOccurrences, scheduleRuns, schedules } from "../schedules/tables.ts";
import {
  apiTokenTenants,
  connectionClaims,
  connectionConsents,
  customRoles,
  invitations,
  memberDirectory,
  memberships,
  permissionChecks,
  tenantConnections,
  tenants,
  tenantSettings,
} from "../tenancy/tables.ts";
import {
  standardFollowings,
  standardMatches,
  standardPolicies,
  standards,
  standardVersions,
} from "../standards/tables.ts";
import { tenantExports } from "./tables.ts";

export interface TenantTable {
  table: SQLiteTable;
  /**
   * Through which tables' ids a tenant's rows are found: for tables without a column of the tenant's id, and those without an index that
   * begins with it. By their `tenant_id` otherwise.
   */
  through?: { column: string; parents: readonly SQLiteTable[] };
  /** A condition that all its rows meet, and that its index by tenant asks for. */
  always?: string;
  /** Its rows lie in the control database, whichever shard the tenant is in. */
  control?: true;
  /** Of a table of the control database whose rows are others' as well: a deletion empties these columns, and the row stays. */
  emptied?: readonly string[];
  /** Columns that an export leaves out; or why the table is in none. */
  exported: { without: readonly string[] } | { leftOut: string };
}

const WHOLE = { without: [] };

function ofRun(column: string): Required<Pick<TenantTable, "through">> {
  return { through: { column, parents: [operationRuns] } };
}
const ofArchive = { column: "pack_id", parents: [reviewPacks, tenantExports] };
const ofComparison = { column: "comparison_id", parents: [baselineComparisons] };
const ofBaseline = { column: "baseline_id", parents: [baselines] };
const ofPlan = { column: "plan_id", parents: [restorePlans] };

const STAGING = "Technical: what an archive is made of while it is written.";

export const TENANT_TABLES: readonly TenantTable[] = [
  { table: reviewPackSegments, through: ofArchive, exported: { leftOut: STAGING } },
  { table: reviewPackParts, through: ofArchive, exported: { leftOut: STAGING } },
  { table: reviewPacks, exported: WHOLE },
  { table: tenantExports, exported: WHOLE },
  {
    table: comparisonCandidates,
    through: ofComparison,
    exported: { leftOut: "Technical: a comparison in the making." },
  },
  { table: comparisonFamilies, through: ofComparison, exported: WHOLE },
  { table: comparisonFindings, through: ofComparison, exported: WHOLE },
  { table: findingEvents, through: { column: "finding_id", parents: [baselineFindings] }, exported: WHOLE },
  { table: baselineFindings, exported: WHOLE },
  { table: baselineComparisons, exported: WHOLE },
  { table: baselineFamilies, through: ofBaseline, exported: WHOLE },
  { table: baselinePolicies, through: ofBaseline, exported: WHOLE },
  { table: standardMatches, exported: WHOLE },
  { table: standardFollowings, exported: WHOLE },
  { table: baselines, exported: WHOLE },
  { table: standardPolicies, exported: WHOLE },
  { table: standardVersions, exported: WHOLE },
  { table: standards, exported: WHOLE },
  { table: restoreJournal, through: ofPlan, exported: WHOLE },
  { table: restoreResults, ...ofRun("run_id"), exported: WHOLE },
  { table: restorePlanItems, through: ofPlan, exported: WHOLE },
  { table: restorePlans, exported: WHOLE },
  { table: backupReferenceNames, through: { column: "backup_set_id", parents: [backupSets] }, exported: WHOLE },
  // Sealed values open with the deployment's key alone.
  { table: backupSetItems, exported: { without: ["sealed_secrets", "sealed_with"] } },
  { table: backupSets, exported: WHOLE },
  { table: policyUploads, exported: WHOLE },
  { table: releasedPayloads, exported: { leftOut: "Technical: contents that nothing refers to any more." } },
  { table: evidenceItems, through: { column: "snapshot_id", parents: [evidenceSnapshots] }, exported: WHOLE },
  { table: evidenceSnapshots, exported: WHOLE },
  { table: policyChanges, exported: WHOLE },
  { table: changeLogs, exported: WHOLE },
  { table: unreadablePolicies, exported: WHOLE },
  { table: policyVersions, exported: WHOLE },
  { table: policies, exported: WHOLE },
  { table: inventoryFamilies, exported: WHOLE },
  { table: scheduleRuns, exported: WHOLE },
  { table: scheduleOccurrences, exported: WHOLE },
  { table: schedules, exported: WHOLE },
  { table: idempotencyKeys, exported: { leftOut: "Technical: answers to repeated requests, for a day." } },
  { table: runIntents, exported: { leftOut: "Technical: requests to cancel, pause or resume that are under way." } },
  { table: notifications, exported: WHOLE },
  { table: newsTries, exported: WHOLE },
  { table: newsTellings, exported: WHOLE },
  { table: newsMessages, exported: WHOLE },
  { table: newsEvents, exported: WHOLE },
  { table: newsRules, exported: WHOLE },
  // Sealed values open with the deployment's key alone.
  { table: newsChannels, exported: { without: ["sealed"] } },
  { table: operationRunUnits, ...ofRun("run_id"), exported: WHOLE },
  { table: operationRunUnitPages, exported: WHOLE },
  { table: operationRunReports, exported: WHOLE },
  { table: operationRuns, exported: { without: ["result_href"] } },
  { table: permissionChecks, exported: WHOLE },
  {
    table: connectionConsents,
    control: true,
    exported: { leftOut: "Technical: consents that are being given, for ten minutes." },
  },
  { table: tenantConnections, exported: { without: ["sealed_client_secret"] } },
  { table: invitations, exported: { without: ["secret_hash"] } },
  { table: apiTokenTenants, control: true, exported: WHOLE },
  {
    table: memberDirectory,
    control: true,
    exported: { leftOut: "Technical: where a person's memberships are looked for." },
  },
  {
    table: portfolioTenants,
    control: true,
    emptied: ["tenant_id", "child_id", "prior_id"],
    exported: {
      leftOut:
        "Of runs over several tenants, which are the persons' who started them. The tenant's operations are exported.",
    },
  },
  {
    table: newsCarried,
    control: true,
    exported: { leftOut: "What is to be told to persons over several tenants. The tenant's events are exported." },
  },
  {
    table: newsParts,
    control: true,
    exported: { leftOut: "What persons were told over several tenants. The tenant's events are exported." },
  },
  {
    table: portfolioScheduleTenants,
    control: true,
    exported: { leftOut: "Of schedules over several tenants, which are the persons' who made them." },
  },
  {
    table: connectionClaims,
    control: true,
    exported: { leftOut: "Technical: what keeps a Microsoft tenant from two of ours." },
  },
  {
    table: tenantMoves,
    control: true,
    exported: { leftOut: "Of the deployment: in which of its databases the tenant was. The audit log tells it." },
  },
  { table: customRoles, exported: WHOLE },
  // What was asked for is in the change; the input may hold the hash of an invitation's secret.
  { table: approvalRequests, exported: { without: ["input", "sealed_secret"] } },
  { table: approvalSettings, exported: WHOLE },
  { table: removedThings, exported: WHOLE },
  { table: retentionTurns, exported: { leftOut: "Technical: when retention looks at the tenant next." } },
  { table: tenantRetention, exported: WHOLE },
  { table: legalHolds, exported: WHOLE },
  { table: tenantSettings, exported: WHOLE },
  { table: memberships, exported: WHOLE },
  { table: auditChain, exported: { leftOut: "In audit-log/, with the events." } },
  // An event without a place has one after the next chaining.
  {
    table: auditEvents,
    always: "seq > 0",
    exported: { leftOut: "In audit-log/, in the form that `npm run verify-audit` verifies." },
  },
  { table: auditCuts, exported: WHOLE },
  { table: tenants, exported: WHOLE },
];

/** Tables whose rows belong to no tenant, and why. */
export const OF_NO_TENANT: Readonly<Record<string, string>> = {
  users: "People belong to the deployment: they may be members of other tenants.",
  user_identities: "How people sign in.",
  sessions: "A session is a person's, for all their tenants.",
  sweep_cursors: "Where sweeps are.",
  portfolio_runs: "A run over tenants is a person's, and names no tenant.",
  news_listeners: "What persons' rules over tenants listen to: copies, which name tenants that are there.",
  news_runs: "Deliveries of a person's messages, which name no tenant.",
  portfolio_schedules: "A schedule over tenants is a person's. Its list of tenants is a table of its own.",
  portfolio_occurrences: "What became of due times of such schedules: names no tenant.",
  portfolio_schedule_runs: "Which runs over tenants such schedules began.",
  portfolio_notices: "What a person is told of their runs and schedules over tenants: names no tenant.",
  audit_outbox: "Events on their way to another database, for a minute.",
  api_tokens: "A token is a person's, and may reach several tenants. One that reaches none any more is removed.",
};

/** What outlives a tenant: the proof of its end. It has the tenant's id and refers to nothing of it. */
export const PROOF: readonly string[] = ["offboardings", "offboarding_counts"];

/** Fences of tenants that move between shards, or have: no record, and removed from all shards with the tenant. */
export const FENCES: readonly string[] = ["tenant_fences"];

export function nameOf({ table }: Pick<TenantTable, "table">): string {
  return getTableName(table);
}

/** Whether rows of a table refer to rows of the other: by a foreign key, or because they are found through them. */
export function refersTo({ table, through }: TenantTable, other: TenantTable): boolean {
  if (through?.parents.includes(other.table) === true) return true;
  return getTableConfig(table).foreignKeys.some((key) => key.reference().foreignTable === other.table);
}

/** The column that holds the tenant's id; null for a table that is reached through others alone. */
export function tenantColumn({ table }: Pick<TenantTable, "table">): string | null {
  if (table === tenants) return "id";
  return columnsOf(table).includes("tenant_id") ? "tenant_id" : null;
}

/** SQL that chooses a tenant's rows, by indexes. `?1` is the tenant's id. */
export function tenantRows(entry: TenantTable): string {
  const always = entry.always === undefined ? "" : ` and ${entry.always}`;
  if (entry.through === undefined) return `${tenantColumn(entry) ?? "tenant_id"} = ?1${always}`;
  const { column, parents } = entry.through;
  const ids = parents.map((parent) => `select id from ${getTableName(parent)} where tenant_id = ?1`);
  return `${column} in (${ids.join(" union all ")})`;
}

export function columnsOf(table: SQLiteTable): string[] {
  return Object.values(getTableColumns(table)).map(({ name }) => name);
}

/** The columns that hold bytes. */
export function bytesOf(table: SQLiteTable): string[] {
  return Object.values(getTableColumns(table)).flatMap((column) =>
    column.getSQLType() === "blob" ? [column.name] : [],
  );
}

/** The columns of the primary key, in its order. */
export function keyOf(table: SQLiteTable): string[] {
  const [composite] = getTableConfig(table).primaryKeys;
  if (composite !== undefined) return composite.columns.map(({ name }) => name);
  return Object.values(getTableColumns(table)).flatMap(({ name, primary }) => (primary ? [name] : []));
}

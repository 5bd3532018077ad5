/** The items of which there is one each: what they tell, from stored truth. */
import { chainAuditEvents } from "../../database/audit/audit-chain.ts";
import type { JsonObject } from "../../policies/json-value.ts";
import { fitting, MAX_LIST_BYTES } from "./fitting.ts";
import {
  countRuns,
  listRunFacts,
  readBackupCoverage,
  readOpenFindings,
} from "../../database/evidence/evidence-facts.ts";
import { listMembers } from "../../database/tenancy/members.ts";
import { listRoles } from "../../database/tenancy/roles.ts";
import type { Topic } from "./evidence-input.ts";
import { coverageException, driftException, type EvidenceException, operationsException } from "./exceptions.ts";
import type { TenantDatabase } from "../../database/databases.ts";

/** Days of operations that a snapshot tells of. */
const OPERATIONS_DAYS = 30;
const DAY_MS = 86_400_000;
/** Rows that an item spells out, as far as they fit; how many there are in all is always told. */
const MAX_LISTED = 2_000;
const MEMBERS_PAGE = 500;
const SEVERE: ReadonlySet<string> = new Set(["critical", "high"]);

export interface TopicFacts {
  title: string;
  facts: JsonObject;
  exception: EvidenceException | null;
  /** The place in the audit log that the facts pin; null where they pin none. */
  auditPlace: number | null;
}

export interface TopicRequest {
  tenantId: string;
  /** The snapshot's own run, which is no part of what it tells. */
  runId: string;
  takenAt: number;
}

export function readTopic(topic: Topic, database: TenantDatabase, request: TopicRequest): Promise<TopicFacts> {
  switch (topic) {
    case "membership":
      return membership(database, request);
    case "roles":
      return roles(database, request);
    case "operations":
      return operations(database, request);
    case "backup-coverage":
      return backupCoverage(database, request);
    case "drift-findings":
      return driftFindings(database, request);
  }
}

async function membership(database: TenantDatabase, { tenantId }: TopicRequest): Promise<TopicFacts> {
  const members: JsonObject[] = [];
  let cursor: string | null = null;
  do {
    const page = await listMembers(database, { tenantId, cursor, limit: MEMBERS_PAGE });
    for (const { userId, email, name, role } of page.items) members.push({ userId, email, name, role });
    cursor = page.nextCursor;
  } while (cursor !== null);
  const listed = fitting(members, MAX_LIST_BYTES);
  const facts = { members: listed, listed: listed.length, count: members.length };
  return { title: "Members and their roles", facts, exception: null, auditPlace: null };
}

async function roles(database: TenantDatabase, { tenantId }: TopicRequest): Promise<TopicFacts> {
  const listed = await listRoles(database, tenantId);
  const capabilities = Object.fromEntries(listed.map((role) => [role.id, role.capabilities]));
  const own = listed.filter(({ builtIn }) => !builtIn).map(({ id, name }) => ({ id, name }));
  const facts = { capabilities, ...(own.length === 0 ? {} : { own }) };
  return { title: "What each role may do", facts, exception: null, auditPlace: null };
}

async function operations(database: TenantDatabase, { tenantId, runId, takenAt }: TopicRequest): Promise<TopicFacts> {
  const span = { tenantId, from: takenAt - OPERATIONS_DAYS * DAY_MS, until: takenAt, except: runId };
  const [counted, listed] = [
    await countRuns(database, span),
    await listRunFacts(database, { ...span, limit: MAX_LISTED }),
  ];
  const head = await chainAuditEvents(database, tenantId);
  const operations = fitting(
    listed.map((run) => ({
      id: run.id,
      type: run.type,
      status: run.status,
      outcome: run.outcome,
      summaryCounts: { ...run.summaryCounts },
      failureCode: run.failureCode,
      initiator: run.initiator,
      createdAt: iso(run.createdAt),
      completedAt: run.completedAt === null ? null : iso(run.completedAt),
    })),
    MAX_LIST_BYTES,
  );
  const troubled = counted.filter(({ outcome }) => outcome === "failed" || outcome === "partially_succeeded");
  return {
    title: `Operations of the last ${OPERATIONS_DAYS} days`,
    facts: {
      from: iso(span.from),
      until: iso(span.until),
      counts: counted.map(({ type, outcome, runs }) => ({ type, outcome, runs })),
      count: sum(counted.map(({ runs }) => runs)),
      listed: operations.length,
      operations,
      // Pinned here, the whole log up to that place is as the snapshot's root vouches for.
      auditLog: { place: head.seq, hash: head.hash },
    },
    exception: operationsException(sum(troubled.map(({ runs }) => runs))),
    auditPlace: head.seq === 0 ? null : head.seq,
  };
}

async function backupCoverage(database: TenantDatabase, { tenantId }: TopicRequest): Promise<TopicFacts> {
  const coverage = await readBackupCoverage(database, tenantId, MAX_LISTED);
  const { policies, covered, oldestBackupAt } = coverage;
  const sets = coverage.sets.map((set) => ({
    id: set.id,
    name: set.name,
    policies: set.policies,
    oldestCapturedAt: iso(set.oldest),
    newestCapturedAt: iso(set.newest),
  }));
  const bare = coverage.without.map(({ family, graphId, name }) => ({ family, graphId, name }));
  const withoutBackup = fitting(bare, MAX_LIST_BYTES / 2);
  return {
    title: "Backup coverage",
    facts: {
      policies,
      covered,
      oldestBackupAt: oldestBackupAt === null ? null : iso(oldestBackupAt),
      backupSets: fitting(sets, MAX_LIST_BYTES / 2),
      withoutBackupListed: withoutBackup.length,
      withoutBackup,
    },
    exception: coverageException(coverage),
    auditPlace: null,
  };
}

async function driftFindings(database: TenantDatabase, { tenantId, takenAt }: TopicRequest): Promise<TopicFacts> {
  const { counts, findings: rows } = await readOpenFindings(database, { tenantId, at: takenAt, limit: MAX_LISTED });
  const findings = fitting(
    rows.map((finding) => ({
      id: finding.id,
      baseline: finding.baseline,
      kind: finding.kind,
      family: finding.family,
      graphId: finding.graphId,
      name: finding.name,
      severity: finding.severity,
      message: finding.message,
      status: finding.status,
      acceptedReason: finding.acceptedReason,
      acceptedUntil: finding.acceptedUntil === null ? null : iso(finding.acceptedUntil),
      firstSeenAt: iso(finding.firstSeenAt),
      lastSeenAt: iso(finding.lastSeenAt),
    })),
    MAX_LIST_BYTES,
  );
  const open = counts.filter(({ status }) => status === "open");
  const accepted = counts.filter(({ status }) => status === "accepted");
  const severe = open.some(({ severity }) => SEVERE.has(severity));
  const count = sum(open.map((row) => row.findings));
  return {
    title: "Drift findings that are not resolved",
    facts: {
      counts: { open: count, accepted: sum(accepted.map((row) => row.findings)) },
      openBySeverity: Object.fromEntries(open.map((row) => [row.severity, row.findings])),
      listed: findings.length,
      findings,
    },
    exception: driftException(count, severe),
    auditPlace: null,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

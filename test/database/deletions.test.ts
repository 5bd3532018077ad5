/**
 * Every place of `src/` that deletes something, by hand: `held` asks for a legal hold, in the statement or before it; everything else says
 * why no hold has to keep what goes there. A place that is not listed fails, and so does a row without a place.
 */
import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const HELD = "held";
const DELETIONS: Readonly<Record<string, string>> = {
  // Records of a tenant.
  "database/backups/backup-set-status.ts: ${HELD}": HELD,
  "database/backups/backup-set-status.ts: backup_reference_names": HELD,
  "database/restore/restore-plan-removal.ts: restore_plan_items": HELD,
  "database/restore/restore-plan-removal.ts: restore_plans": HELD,
  "operations/archive-making/archive-ends.ts: ArchiveStorage.clear": HELD,
  "database/retention/audit-cut.ts: audit_chain": HELD,
  "database/retention/audit-cut.ts: audit_cuts": HELD,
  "database/retention/audit-cut.ts: audit_events": HELD,
  "database/retention/parts.ts: ${table}": HELD,
  "database/retention/removal.ts: ${table}": HELD,
  "database/retention/removal.ts: notifications": HELD,
  "database/retention/removal.ts: policy_changes": HELD,
  "database/retention/removal.ts: policy_versions": HELD,
  "database/retention/removal.ts: schedule_occurrences": HELD,
  "runs/edge/remove-old-records.ts: removeDetails": HELD,
  "runs/edge/remove-old-records.ts: removeDocuments": HELD,
  "database/offboarding/removal.ts: ${table}": HELD,

  // Work that came to nothing, or that is over: it never was a record.
  "database/baselines/comparison-sealing.ts: comparison_candidates": "what a comparison has worked through",
  "database/baselines/comparison-drafts.ts: comparison_findings": "drafts of a comparison that is under way",
  "database/baselines/comparison-work.ts: comparison_candidates": "of a comparison that failed",
  "database/baselines/comparison-work.ts: comparison_findings": "drafts of a comparison that failed",
  "database/evidence/evidence-recording.ts: evidence_items": "of a snapshot that was never complete",
  "operations/evidence-snapshot/evidence-snapshot.ts: removeDocuments": "of a snapshot that was never complete",
  "database/restore/restore-plan-building.ts: restore_plan_items": "of a preview that failed",
  "database/restore/undo-items.ts: backup_set_items":
    "kept for undoing a write that never was: the policy is as it was",
  "operations/policy-restore/sweep-plans.ts: removeDetails": "of plans whose rows `restore-plan-removal.ts` names",
  "operations/policy-restore/restore-preview.ts: removeDetails": "of a preview that failed",
  "database/review-packs/review-pack-staging.ts: ${staged}": "what an archive was put together from",
  "operations/tenant-export/assemble-export.ts: ArchiveStorage.clear": "what an export was put together from",
  "storage/archive-storage.ts: remove": "what a pack was put together from",
  "operations/review-pack/assemble-pack.ts: ArchiveStorage.clear": "what a pack was put together from",

  "database/policy-files/policy-uploads.ts: policy_uploads":
    "an upload that nobody imported, or whose set is gone: what was imported is in the set",

  "database/news/channels.ts: news_tellings": "what was to be told in a channel that is off: it was told nowhere yet",
  "database/news/channels.ts: news_carried": "likewise, of a person",
  "database/news/carrying.ts: news_carried": "what a person may not be told any more: it was told nowhere yet",
  "database/news/listeners.ts: news_listeners": "copies of what a rule listens to that is none any more",
  "database/news/parts.ts: news_parts": "of a message that is not delivered, what its person may not be told any more",
  "database/news/people-runs.ts: news_runs": "old deliveries, of no tenant",
  "database/retention/peoples-news.ts: ${table}": "a person's old messages over tenants; each tenant has its events",

  // State of now, of which the audit log keeps the changes.
  "database/inventory/inventory-merge.ts: unreadable_policies": "what could not be read, until it is",
  "database/standards/follow-content.ts: baseline_families":
    "what a standard means for a tenant, written anew by each comparison",
  "database/standards/follow-content.ts: baseline_policies":
    "what a standard means for a tenant, written anew by each comparison",
  "database/standards/follow-content.ts: standard_matches": "of policies that a standard has no more",
  "database/tenancy/connection-changes.ts: permission_checks": "what a connection was found to have, which is over",
  "database/tenancy/connection-changes.ts: tenant_connections":
    "a credential: no hold may keep a secret from being wiped",
  "database/tenancy/member-changes.ts: memberships": "who has access; the audit log keeps who had",
  "database/tenancy/roles.ts: custom_roles": "a role that nobody has; the audit log keeps what it was",

  // Of no tenant, or good for a moment.
  "database/portfolio/portfolio-schedules.ts: portfolio_notices": "what a person was told of old runs over tenants",
  "database/portfolio/portfolio-schedules.ts: portfolio_occurrences":
    "what became of old due times of a person's schedules over tenants, when their runs are gone",
  "database/portfolio/portfolio-schedules.ts: portfolio_schedule_tenants":
    "the list of a schedule over tenants that its owner removes, or gives another list",
  "database/portfolio/portfolio-schedules.ts: portfolio_schedules":
    "a schedule over tenants that its owner removed long ago, when nothing is left that names it",
  "database/portfolio/portfolio-writing.ts: portfolio_notices": "what a person was told of an old run over tenants",
  "database/portfolio/portfolio-writing.ts: portfolio_schedule_runs":
    "which old runs over tenants were begun by which schedule",
  "database/portfolio/portfolio-writing.ts: portfolio_run_tenants":
    "of a person's old run over tenants; each tenant has its operation",
  "database/portfolio/portfolio-writing.ts: portfolio_runs": "a person's old runs over tenants",
  "database/moves/moving-rows.ts: ${table}":
    "rows of a tenant in a shard that it is not assigned to: the other has them",
  "database/moves/moving-rows.ts: tenants": "the copy of a tenant in a shard that it is not assigned to",
  "database/moves/fences.ts: tenant_fences": "what keeps late writes for a tenant out, when the tenant is deleted",
  "database/offboarding/removal.ts: tenants": "the list of tenants, when nothing of the tenant is left",
  "database/audit/event-outbox.ts: audit_outbox": "events that are in the log that they are for",
  "database/tenancy/connection-claims.ts: connection_claims":
    "claims to Microsoft tenants that no connection stands for",
  "database/tenancy/member-directory.ts: member_directory": "where to look for memberships that have ended",
  "database/tenancy/connection-consents.ts: connection_consents": "an unfinished sign-in at Microsoft",
  "database/tenancy/platform-people.ts: sessions": "sessions of a person, of no tenant",
  "database/tenancy/sessions.ts: sessions": "sessions of a person, of no tenant",
  "graph-work/budget/tenant-graph-budget.ts: deleteAll":
    "rates that were learned from answers of Graph, which are no record",
  "runs/reading/metrics-board-object.ts: told": "measurements of a day, which are no record",
  "database/retention/removed.ts: removed_things": "notes on what was removed",
  "database/runs/idempotency-keys.ts: idempotency_keys": "answers that are repeated for a day",
  "database/runs/run-intents.ts: cancel_intents": "a note that the audit event replaces",
  "database/payloads/payload-references.ts: released_payloads": "notes on what is freed",

  // How it is deleted; whoever calls is listed here.
  "storage/archive-storage.ts: bucket": "called by `ArchiveStorage.clear`",
  "storage/plan-details.ts: bucket": "called by `removeDetails`",
  "storage/policy-uploads.ts: bucket": "of uploads whose time is over; their policies are in sets",
  "storage/evidence-documents.ts: bucket": "called by `removeDocuments`",
  "runs/edge/operation-run-object.ts: deleteAll": "called by `forgetRuns`, whose callers ask",
};

/** What of each file deletes: rows by SQL or drizzle, objects of R2, the storage of a Durable Object. */
const SQL = /\bdelete\s+(?:from\s+["`]?)?(?<table>\$\{\w+\}|(?<=from\s["`]?)\w+)/gi;
const CALLS =
  /\b(?<call>removeDetails|removeDocuments|storage\.clear|deleteAll)\(|clear\("everything"\)|[bB]ucket\.delete\(|\.delete\(\s*[a-z]\w*\s*\)\s*\.where/g;

function placesOf(file: string): string[] {
  const text = readFileSync(`src/${file}`, "utf8").replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const places = [...text.matchAll(SQL)].map(({ groups }) => groups?.["table"] ?? "");
  for (const [found] of text.matchAll(CALLS)) {
    const [removal] = /^remove(Details|Documents)/.exec(found) ?? [];
    if (removal !== undefined && !text.includes(`function ${removal}`)) places.push(removal);
    else if (found.includes("clear(")) places.push("ArchiveStorage.clear");
    else if (found.includes("deleteAll")) places.push("deleteAll");
    else if (/[bB]ucket/.test(found)) places.push("bucket");
    else if (found.includes(".where")) places.push("drizzle");
  }
  if (/async remove\(key/.test(text)) places.push("remove");
  return places.map((place) => `${file}: ${place}`);
}

const files = globSync("**/*.ts", { cwd: "src" }).filter((file) => !file.startsWith("dashboard/"));
const found = [...new Set(files.flatMap(placesOf))].toSorted();

describe("what deletes something", () => {
  it("is listed, each place with its reason", () => {
    expect(found).toEqual(Object.keys(DELETIONS).toSorted());
  });

  it("asks for a legal hold where it has to", () => {
    for (const [place, reason] of Object.entries(DELETIONS)) {
      if (reason !== HELD) continue;
      const file = `src/${place.slice(0, place.indexOf(":"))}`;
      expect({ place, asks: asks(file) }).toEqual({ place, asks: true });
    }
  });

  it("is found when it is new", () => {
    expect([..."delete from evidence_items where true".matchAll(SQL)].map(({ groups }) => groups?.["table"])).toEqual([
      "evidence_items",
    ]);
    expect("await env.ARTIFACTS_Bucket.delete(key)".match(CALLS)).not.toBeNull();
  });
});

/** The file asks itself, or what it deletes was listed by queries that ask, each of them. */
const LISTED_BY: Readonly<Record<string, readonly string[]>> = {
  "src/runs/edge/remove-old-records.ts": ["src/database/retention/removal.ts"],
  "src/operations/archive-making/archive-ends.ts": [
    "src/database/review-packs/review-packs.ts",
    "src/database/exports/tenant-exports.ts",
  ],
};

function asks(file: string): boolean {
  return (LISTED_BY[file] ?? [file]).every((each) => /notHeld\(/.test(readFileSync(each, "utf8")));
}

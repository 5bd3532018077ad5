/**
 * Which rows refer to a payload, and which payloads wait to be freed. All that makes it safe to free one is written down in
 * decisions/060-backup-sets.md.
 */
import { and, getTableName, lte, sql } from "drizzle-orm";
import { z } from "zod";
import { backupSetItems } from "../backups/tables.ts";
import { baselinePolicies, comparisonCandidates } from "../baselines/tables.ts";
import { evidenceItems } from "../evidence/tables.ts";
import { policies, policyVersions } from "../inventory/tables.ts";
import { jsonLists } from "../sql/json-lists.ts";
import { standardPolicies } from "../standards/tables.ts";
import { notMoving } from "../moves/fences.ts";
import { notHeld } from "../retention/legal-holds.ts";
import { query, rowsOf } from "../sql/read.ts";
import { releasedPayloads } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

/** The tables whose rows keep a payload. A test finds every other table that has a `content_hash`. */
export const KEEPERS = [policyVersions, backupSetItems, baselinePolicies, evidenceItems, standardPolicies] as const;

/** ?1 the tenant, `wanted.value` a hash: whether a row of the keeper has it. A look-up by index. */
function keeps(keeper: (typeof KEEPERS)[number]): string {
  const name = getTableName(keeper);
  const hash = keeper.contentHash.name;
  if ("tenantId" in keeper)
    return `select 1 from ${name} where ${keeper.tenantId.name} = ?1 and ${hash} = wanted.value`;
  return `select 1 from ${name} kept join evidence_snapshots s on s.id = kept.snapshot_id and s.tenant_id = ?1
         where kept.${hash} = unhex(wanted.value)`;
}

/**
 * The tables that name a payload and do not keep it. The current content of a policy, and of a candidate of a comparison, is one
 * of the policy's versions; a released payload is one that waits to be freed.
 */
export const NO_KEEPERS = [policies, comparisonCandidates, releasedPayloads];

/** ?1 the tenant, ?2 hashes as JSON: those that nothing keeps. Each keeper is a look-up by index. */
export const UNREFERENCED = [
  `select wanted.value as ${policyVersions.contentHash.name} from json_each(?2) wanted where true`,
  ...KEEPERS.map((keeper) => `and not exists (${keeps(keeper)})`),
].join("\n");

const hashRowsSchema = z.array(z.object({ content_hash: z.string() }));

/** Those of the contents that no row of the tenant refers to. One query for about 6,000. */
export async function unreferencedPayloads(
  database: TenantDatabase,
  tenantId: string,
  hashes: readonly string[],
): Promise<string[]> {
  const unreferenced: string[] = [];
  for (const list of jsonLists(hashes)) {
    const { results } = await database.prepare(UNREFERENCED).bind(tenantId, list).all();
    unreferenced.push(...hashRowsSchema.parse(results).map((row) => row.content_hash));
  }
  return unreferenced;
}

/** Released payloads that it is time to look at, of all tenants without a legal hold that do not move. One query, in the order of an index. */
export async function dueReleases(
  database: TenantDatabase,
  now: number,
  limit: number,
): Promise<{ tenantId: string; hash: string }[]> {
  const r = releasedPayloads;
  return rowsOf(
    query(database)
      .select({ tenantId: r.tenantId, hash: r.contentHash })
      .from(r)
      .where(
        and(
          lte(r.dueAt, now),
          sql.raw(`${notHeld("released_payloads.tenant_id")} and ${notMoving("released_payloads.tenant_id")}`),
        ),
      )
      .orderBy(r.dueAt)
      .limit(limit),
  );
}

export interface SettledReleases {
  /** When it was looked at. What was released again since stays to be looked at. */
  at: number;
  /** Still referred to when they were looked at. */
  kept: readonly string[];
  emptied: readonly string[];
  /** To be looked at again at `dueAt`. */
  postponed: readonly string[];
  dueAt: number;
}

/** Notes what became of a tenant's released payloads. One batch. */
export async function settleReleases(
  database: TenantDatabase,
  tenantId: string,
  { at, kept, emptied, postponed, dueAt }: SettledReleases,
): Promise<void> {
  const those = "tenant_id = ?1 and content_hash in (select value from json_each(?2))";
  const each = (hashes: readonly string[], sql: string, ...more: number[]) =>
    jsonLists(hashes).map((list) => database.prepare(sql).bind(tenantId, list, ...more));
  const statements = [
    ...each(kept, `delete from released_payloads where ${those} and content_hash not in (${UNREFERENCED})`),
    ...each(emptied, `delete from released_payloads where ${those} and due_at <= ?3`, at),
    ...each(postponed, `update released_payloads set due_at = ?3 where ${those}`, dueAt),
  ];
  if (statements.length > 0) await database.batch(statements);
}

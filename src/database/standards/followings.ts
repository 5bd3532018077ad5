/**
 * Standards that a tenant follows. Each is a baseline of the tenant as well, under the same id, so that what is found against it lives as all findings do;
 * what the baseline holds is written anew by each comparison (`follow-content.ts`).
 */
import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import type { AuditAction } from "../../contract/audit-actions.ts";
import type { ReferenceMapping } from "../../contract/restore.ts";
import {
  type ChangedFollowing,
  type Following,
  MAX_FOLLOWED,
  type NewFollowing,
  type StandardVersion,
} from "../../contract/standards.ts";
import { baselineComparisons } from "../baselines/tables.ts";
import { readFindingsNow } from "../baselines/comparison-counts.ts";
import { findingsNowOf } from "../baselines/findings-now.ts";
import { firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";
import { users } from "../tenancy/tables.ts";
import { actEventWhere, type StandardAct } from "./standards.ts";
import { standardFollowings } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const f = standardFollowings;
const c = baselineComparisons;

/** As the product works with it. */
export type StoredFollowing = typeof standardFollowings.$inferSelect;

/** Null where the tenant follows none of that id, or follows it no more. One query. */
export function findFollowing(
  database: TenantDatabase,
  tenantId: string,
  followingId: string,
): Promise<StoredFollowing | null> {
  return firstOf(
    query(database)
      .select()
      .from(f)
      .where(and(eq(f.id, followingId), eq(f.tenantId, tenantId), isNull(f.stoppedAt))),
  );
}

/** The standard that a baseline is of, also where the tenant follows it no more (`stoppedAt`); null for any other baseline. One query, by key. */
export function standardOfBaseline(
  database: TenantDatabase,
  tenantId: string,
  baselineId: string,
): Promise<StoredFollowing | null> {
  return firstOf(
    query(database)
      .select()
      .from(f)
      .where(and(eq(f.id, baselineId), eq(f.tenantId, tenantId))),
  );
}

/** Those of some tenants of a shard that follow a standard. One query. */
export async function tenantsThatFollow(
  database: TenantDatabase,
  standardId: string,
  tenantIds: readonly string[],
): Promise<string[]> {
  const rows = await rowsOf(
    query(database)
      .select({ tenantId: f.tenantId })
      .from(f)
      .where(
        and(
          eq(f.standardId, standardId),
          isNull(f.stoppedAt),
          sql`${f.tenantId} in (select value from json_each(${JSON.stringify(tenantIds)}))`,
        ),
      ),
  );
  return rows.map(({ tenantId }) => tenantId);
}

/** The tenant's following of one standard; null when it follows it not. One query. */
export async function followingOf(
  database: TenantDatabase,
  tenantId: string,
  standardId: string,
): Promise<StoredFollowing | null> {
  return firstOf(
    query(database)
      .select()
      .from(f)
      .where(and(eq(f.tenantId, tenantId), eq(f.standardId, standardId), isNull(f.stoppedAt))),
  );
}

const NEWEST_COMPARISON = sql`(select n.id from ${c} n where n.baseline_id = ${f.id} and n.status = 'sealed'
  order by n.created_at desc, n.id desc limit 1)`;

/** With what has been found; without what only the home tenant's database knows. */
export type ReadFollowing = Omit<Following, "standard" | "version"> & { stored: StoredFollowing };

function followingsOf(database: TenantDatabase) {
  return query(database)
    .select({
      stored: f,
      creatorName: sql<string | null>`${users.name}`.as("creator_name"),
      comparisonId: sql<string | null>`${c.id}`.as("comparison_id"),
      comparedAt: sql<number | null>`${c.sealedAt}`.as("compared_at"),
      findingsNow: findingsNowOf(f.id).as("findings_now"),
    })
    .from(f)
    .leftJoin(users, eq(users.id, f.createdBy))
    .leftJoin(c, eq(c.id, NEWEST_COMPARISON))
    .$dynamic();
}
type Row = Awaited<ReturnType<typeof followingsOf>>[number];

function toFollowing({ stored, creatorName, comparisonId, comparedAt, findingsNow }: Row): ReadFollowing {
  const { id, parameters, skipped, overlays, mapping, createdAt, createdBy, matchedAt } = stored;
  const compared = comparisonId !== null && comparedAt !== null;
  return {
    id,
    parameters,
    skipped,
    overlays,
    mapping,
    followedAt: isoTime(createdAt),
    followedBy: personOf(createdBy, creatorName),
    matchedAt: isoTimeOrNull(matchedAt),
    latestComparison: compared ? { id: comparisonId, sealedAt: isoTime(comparedAt) } : null,
    findingsNow: compared ? readFindingsNow(findingsNow) : null,
    stored,
  };
}

/** All that the tenant follows, newest first. One query: they are few. */
export async function listFollowings(database: TenantDatabase, tenantId: string): Promise<ReadFollowing[]> {
  const rows = await rowsOf(
    followingsOf(database)
      .where(and(eq(f.tenantId, tenantId), isNull(f.stoppedAt)))
      .orderBy(desc(f.createdAt), desc(f.id)),
  );
  return rows.map(toFollowing);
}

/** Null as for `findFollowing`. One query. */
export async function readFollowing(
  database: TenantDatabase,
  tenantId: string,
  followingId: string,
): Promise<ReadFollowing | null> {
  const row = await firstOf(
    followingsOf(database).where(and(eq(f.id, followingId), eq(f.tenantId, tenantId), isNull(f.stoppedAt))),
  );
  return row === null ? null : toFollowing(row);
}

/** Of those tenants of a shard that follow a standard, each with its following. One query, by an index. */
export async function listFollowers(
  database: TenantDatabase,
  standard: { homeTenantId: string; standardId: string },
  tenantIds: readonly string[],
): Promise<ReadFollowing[]> {
  const rows = await rowsOf(
    followingsOf(database).where(
      and(
        eq(f.homeTenantId, standard.homeTenantId),
        eq(f.standardId, standard.standardId),
        isNull(f.stoppedAt),
        sql`${f.tenantId} in (select value from json_each(${JSON.stringify(tenantIds)}))`,
      ),
    ),
  );
  return rows.map(toFollowing);
}

export type NotFollowed = "followed_already" | "too_many";

/** Begins to follow a version: the following and its baseline, in one batch. Null when it did. */
export async function follow(
  database: TenantDatabase,
  act: StandardAct,
  id: string,
  chosen: Pick<NewFollowing, "parameters" | "skipped" | "overlays" | "mapping"> & {
    homeTenantId: string;
    standardId: string;
    standardName: string;
    version: Pick<StandardVersion, "number" | "policyCount" | "contentRoot">;
  },
): Promise<NotFollowed | null> {
  const { homeTenantId, standardId, standardName, version } = chosen;
  const count = (tenant: string) =>
    `(select count(*) from standard_followings o where o.tenant_id = ${tenant} and o.stopped_at is null)`;
  const free = (tenant: string, home: string, standard: string) =>
    `not exists (select 1 from standard_followings o where o.tenant_id = ${tenant} and o.home_tenant_id = ${home} and o.standard_id = ${standard}
                    and o.stopped_at is null) and ${count(tenant)} < ${MAX_FOLLOWED}`;
  const results = await database.batch([
    eventWhere(
      database,
      act,
      "standard.follow",
      id,
      { standard: standardName, version: version.number },
      {
        condition: free("?9", "?10", "?11"),
        values: [act.tenantId, homeTenantId, standardId],
      },
    ),
    database
      .prepare(
        `insert into standard_followings (id, tenant_id, home_tenant_id, standard_id, standard_name, number, parameters, skipped, overlays,
                                          mapping, created_at, created_by)
         select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12 where ${free("?2", "?3", "?4")}`,
      )
      .bind(
        id,
        act.tenantId,
        homeTenantId,
        standardId,
        standardName,
        version.number,
        JSON.stringify(chosen.parameters),
        JSON.stringify(chosen.skipped),
        JSON.stringify(chosen.overlays),
        JSON.stringify(chosen.mapping),
        act.at,
        act.actorId,
      ),
    database
      .prepare(
        `insert into baselines (id, tenant_id, run_id, name, status, policy_count, content_root, created_at, created_by, sealed_at)
         select ?1, ?2, ?1, ?3, 'sealed', ?4, ?5, ?6, ?7, ?6 where exists (select 1 from standard_followings where id = ?1)
             on conflict do nothing`,
      )
      .bind(
        id,
        act.tenantId,
        baselineName(standardName, version.number),
        version.policyCount - chosen.skipped.length,
        version.contentRoot,
        act.at,
        act.actorId,
      ),
    database.prepare(`select ${count("?1")} as held`).bind(act.tenantId),
  ]);
  if (results[0]?.meta.changes === 1) return null;
  const [held] = z.array(z.object({ held: z.int() })).parse(results.at(-1)?.results);
  return held !== undefined && held.held >= MAX_FOLLOWED ? "too_many" : "followed_already";
}

/** What a tenant's baseline of a standard is called. */
export function baselineName(standardName: string, number: number): string {
  return `${standardName} (standard, version ${number})`;
}

/** Changes what holds for the tenant. What was compared before is compared anew by the next comparison. False when it is not followed. */
export async function changeFollowing(
  database: TenantDatabase,
  act: StandardAct,
  id: string,
  change: Omit<ChangedFollowing, "version"> & {
    standardName: string;
    version: Pick<StandardVersion, "number" | "policyCount" | "contentRoot">;
    skippedCount: number;
  },
): Promise<boolean> {
  const { parameters, skipped, overlays, mapping, version, standardName, skippedCount } = change;
  const text = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  const [event] = await database.batch([
    eventWhere(
      database,
      act,
      "standard.change-following",
      id,
      {
        standard: standardName,
        version: version.number,
        changed: Object.keys(change).filter(
          (key) => key === "parameters" || key === "skipped" || key === "overlays" || key === "mapping",
        ),
      },
      {
        from: "standard_followings",
        condition: "tenant_id = ?9 and id = ?10 and stopped_at is null",
        values: [act.tenantId, id],
        detail: "json_object('previousVersion', number)",
      },
    ),
    database
      .prepare(
        `update standard_followings
            set number = ?3, standard_name = ?4, parameters = coalesce(?5, parameters), skipped = coalesce(?6, skipped),
                overlays = coalesce(?7, overlays), mapping = coalesce(?8, mapping)
          where tenant_id = ?1 and id = ?2 and stopped_at is null`,
      )
      .bind(
        act.tenantId,
        id,
        version.number,
        standardName,
        text(parameters),
        text(skipped),
        text(overlays),
        text(mapping),
      ),
    database
      .prepare("update baselines set name = ?3, policy_count = ?4, content_root = ?5 where tenant_id = ?1 and id = ?2")
      .bind(
        act.tenantId,
        id,
        baselineName(standardName, version.number),
        version.policyCount - skippedCount,
        version.contentRoot,
      ),
  ]);
  return event?.meta.changes === 1;
}

/** Adds what a person has chosen in a preview for things that the tenant lacks: a later comparison and preview know it. One statement. */
export async function rememberMapping(
  database: TenantDatabase,
  { tenantId, followingId }: { tenantId: string; followingId: string },
  chosen: readonly ReferenceMapping[],
): Promise<void> {
  if (chosen.length === 0) return;
  const following = await findFollowing(database, tenantId, followingId);
  if (following === null) return;
  await database
    .prepare("update standard_followings set mapping = ?3 where id = ?1 and tenant_id = ?2 and stopped_at is null")
    .bind(followingId, tenantId, JSON.stringify(withChoices(following.mapping, chosen)))
    .run();
}

/** The newer choice for one thing goes before the older. */
export function withChoices(
  known: readonly ReferenceMapping[],
  chosen: readonly ReferenceMapping[],
): ReferenceMapping[] {
  const isChosen = ({ kind, sourceId }: ReferenceMapping) =>
    chosen.some((choice) => choice.kind === kind && choice.sourceId === sourceId);
  return [...known.filter((each) => !isChosen(each)), ...chosen];
}

/** The tenant follows it no more: nothing is compared with it from then on. False when it does not. */
export async function stopFollowing(database: TenantDatabase, act: StandardAct, id: string): Promise<boolean> {
  const [event] = await database.batch([
    eventWhere(
      database,
      act,
      "standard.stop-following",
      id,
      {},
      {
        from: "standard_followings",
        condition: "tenant_id = ?9 and id = ?10 and stopped_at is null",
        values: [act.tenantId, id],
        detail: "json_object('standard', standard_name)",
      },
    ),
    database
      .prepare("update standard_followings set stopped_at = ?3 where tenant_id = ?1 and id = ?2 and stopped_at is null")
      .bind(act.tenantId, id, act.at),
  ]);
  return event?.meta.changes === 1;
}

function eventWhere(
  database: TenantDatabase,
  act: StandardAct,
  action: AuditAction,
  targetId: string,
  ...about: [detail: Record<string, unknown>, where: Parameters<typeof actEventWhere>[5]]
): D1PreparedStatement {
  return actEventWhere(database, act, action, { targetKind: "followed-standard", targetId }, ...about);
}

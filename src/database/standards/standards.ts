/** Standards of the tenant that keeps them: as people list them, and as they are made and changed. A version is never changed. */
import { and, asc, desc, eq, gt, sql } from "drizzle-orm";
import { z } from "zod";
import type { AuditAction } from "../../contract/audit-actions.ts";
import {
  MAX_STANDARDS,
  MAX_VERSIONS,
  type NewVersion,
  type Standard,
  type StandardDetail,
  type StandardPolicy,
  type StandardVersion,
} from "../../contract/standards.ts";
import { familyByKey } from "../../graph/families.ts";
import { auditEventWhere } from "../audit/audit-events.ts";
import { foldName } from "../inventory/policies.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { jsonLists } from "../sql/json-lists.ts";
import { beyond, contains, firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";
import { users } from "../tenancy/tables.ts";
import { standardPolicies, standards, standardVersions } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const s = standards;
const v = standardVersions;
const p = standardPolicies;

/** Who does something with standards, and when (milliseconds since the epoch). */
export interface StandardAct {
  tenantId: string;
  actorId: string;
  at: number;
}

const NEWEST = sql`(select max(n.number) from ${v} n where n.standard_id = ${s.id})`;

function standardsOf(database: TenantDatabase) {
  return query(database)
    .select({
      standard: s,
      creatorName: sql<string | null>`${users.name}`.as("creator_name"),
      number: sql<number | null>`${v.number}`.as("version_number"),
      policyCount: sql<number | null>`${v.policyCount}`.as("version_policies"),
      versionAt: sql<number | null>`${v.createdAt}`.as("version_at"),
    })
    .from(s)
    .leftJoin(users, eq(users.id, s.createdBy))
    .leftJoin(v, and(eq(v.standardId, s.id), eq(v.number, NEWEST)))
    .$dynamic();
}
type StandardRow = Awaited<ReturnType<typeof standardsOf>>[number];

function toStandard({ standard, creatorName, number, policyCount, versionAt }: StandardRow): Standard {
  const { id, name, description, retiredAt, createdAt, createdBy } = standard;
  return {
    id,
    name,
    description,
    retired: retiredAt !== null,
    version:
      number === null || policyCount === null || versionAt === null
        ? null
        : { number, policyCount, createdAt: isoTime(versionAt) },
    createdAt: isoTime(createdAt),
    createdBy: personOf(createdBy, creatorName),
  };
}

/** One page by name. One query, in the order of an index. */
export async function listStandards(
  database: TenantDatabase,
  request: { tenantId: string; cursor: string | null; limit: number },
): Promise<Page<Standard>> {
  const after = decodeCursor(request.cursor, z.tuple([z.string(), z.string()]));
  const rows = await rowsOf(
    standardsOf(database)
      .where(and(eq(s.tenantId, request.tenantId), beyond([s.sortName, s.id], ">", after)))
      .orderBy(s.sortName, s.id)
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, ({ standard }) => [standard.sortName, standard.id]),
    toStandard,
  );
}

function toVersion({
  version,
  creatorName,
}: {
  version: typeof v.$inferSelect;
  creatorName: string | null;
}): StandardVersion {
  const { number, sourceKind, sourceId, sourceName, policyCount, names, assignments, parameters, note } = version;
  return {
    number,
    source: { kind: sourceKind, id: sourceId, name: sourceName },
    policyCount,
    names,
    assignments,
    parameters,
    note,
    contentRoot: version.contentRoot,
    createdAt: isoTime(version.createdAt),
    createdBy: personOf(version.createdBy, creatorName),
  };
}

function versionsOf(database: TenantDatabase) {
  return query(database)
    .select({ version: v, creatorName: sql<string | null>`${users.name}`.as("creator_name") })
    .from(v)
    .leftJoin(users, eq(users.id, v.createdBy))
    .$dynamic();
}

/** A standard with its versions, newest first; null when the tenant keeps none of that id. One batch of two queries. */
export async function readStandard(
  database: TenantDatabase,
  tenantId: string,
  standardId: string,
): Promise<StandardDetail | null> {
  const [[row], versions] = await query(database).batch([
    standardsOf(database).where(and(eq(s.id, standardId), eq(s.tenantId, tenantId))),
    versionsOf(database)
      .where(and(eq(v.standardId, standardId), eq(v.tenantId, tenantId)))
      .orderBy(desc(v.number)),
  ]);
  return row === undefined ? null : { ...toStandard(row), versions: versions.map(toVersion) };
}

/** One version; null when the tenant keeps none such. One query, by key. */
export async function readVersion(
  database: TenantDatabase,
  tenantId: string,
  standardId: string,
  number: number,
): Promise<StandardVersion | null> {
  const row = await firstOf(
    versionsOf(database).where(and(eq(v.standardId, standardId), eq(v.number, number), eq(v.tenantId, tenantId))),
  );
  return row === null ? null : toVersion(row);
}

/** A page of a version's policies, by name. */
export async function listStandardPolicies(
  database: TenantDatabase,
  request: {
    tenantId: string;
    standardId: string;
    number: number;
    family: string | null;
    query: string | null;
    cursor: string | null;
    limit: number;
  },
): Promise<Page<StandardPolicy>> {
  const after = decodeCursor(request.cursor, z.tuple([z.string(), z.string()]));
  const rows = await rowsOf(
    query(database)
      .select()
      .from(p)
      .where(
        and(
          eq(p.standardId, request.standardId),
          eq(p.number, request.number),
          eq(p.tenantId, request.tenantId),
          request.family === null ? undefined : eq(p.family, request.family),
          request.query === null ? undefined : contains(p.sortName, foldName(request.query)),
          beyond([p.sortName, p.key], ">", after),
        ),
      )
      .orderBy(p.sortName, p.key)
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, ({ sortName, key }) => [sortName, key]),
    ({ key, family, name, platform, odataType, contentHash }) => ({
      key,
      family,
      familyLabel: familyByKey(family)?.label ?? family,
      name,
      platform,
      odataType,
      contentHash,
    }),
  );
}

/** A policy of a version, as the product works with it. */
export type VersionPolicy = typeof standardPolicies.$inferSelect;

/** A version's policies by key, from the one after `after` on: all, or those of a family. */
export function versionPolicies(
  database: TenantDatabase,
  version: { tenantId: string; standardId: string; number: number },
  { family, after, limit }: { family: string | null; after: string; limit: number },
): Promise<VersionPolicy[]> {
  return rowsOf(
    query(database)
      .select()
      .from(p)
      .where(
        and(
          eq(p.standardId, version.standardId),
          eq(p.number, version.number),
          eq(p.tenantId, version.tenantId),
          family === null ? undefined : eq(p.family, family),
          gt(p.key, after),
        ),
      )
      .orderBy(asc(p.key))
      .limit(limit),
  );
}

/** What a source holds: a policy each, with the id that a person chooses it by. */
export interface SourcePolicy {
  family: string;
  graphId: string;
  name: string;
  platform: string | null;
  odataType: string | null;
  contentHash: string;
}

export interface Source {
  name: string;
  policies: SourcePolicy[];
}

const sourceRows = z.array(
  z
    .object({
      family: z.string(),
      graph_id: z.string(),
      name: z.string(),
      platform: z.string().nullable(),
      odata_type: z.string().nullable(),
      content_hash: z.string(),
    })
    .transform(({ graph_id: graphId, odata_type: odataType, content_hash: contentHash, ...row }) => ({
      ...row,
      graphId,
      odataType,
      contentHash,
    })),
);

const SOURCES = {
  baseline: {
    name: "select name from baselines where id = ?2 and tenant_id = ?1 and status = 'sealed' and not exists (select 1 from standard_followings f where f.id = ?2)",
    policies:
      "select family, graph_id, name, platform, odata_type, content_hash from baseline_policies where baseline_id = ?2 and tenant_id = ?1 order by family, graph_id limit ?3",
  },
  "backup-set": {
    name: "select name from backup_sets where id = ?2 and tenant_id = ?1 and status = 'active' and origin in ('captured', 'import')",
    policies: `select i.family, i.graph_id, i.name, i.platform, i.odata_type, i.content_hash from backup_set_items i
      where i.backup_set_id = ?2 and i.tenant_id = ?1
        and not exists (select 1 from backup_set_items n where n.backup_set_id = i.backup_set_id and n.family = i.family and n.graph_id = i.graph_id
                           and n.captured_at >= i.captured_at and (n.captured_at, n.id) > (i.captured_at, i.id))
      order by i.family, i.graph_id limit ?3`,
  },
} as const;

/** What a version can be made of; null when the tenant has no such source, or it is not in service. One batch of two queries. */
export async function readSource(
  database: TenantDatabase,
  tenantId: string,
  source: NewVersion["source"],
  limit: number,
): Promise<Source | null> {
  const { name, policies } = SOURCES[source.kind];
  const [names, rows] = await database.batch([
    database.prepare(name).bind(tenantId, source.id),
    database.prepare(policies).bind(tenantId, source.id, limit),
  ]);
  const [named] = z.array(z.object({ name: z.string() })).parse(names?.results);
  return named === undefined ? null : { name: named.name, policies: sourceRows.parse(rows?.results) };
}

/** Makes a standard without a version. False when the tenant keeps as many as it may. */
export async function createStandard(
  database: TenantDatabase,
  act: StandardAct,
  id: string,
  { name, description }: { name: string; description: string },
): Promise<boolean> {
  const isRoom = (tenant: string) =>
    `(select count(*) from standards where tenant_id = ${tenant} and retired_at is null) < ${MAX_STANDARDS}`;
  const [event] = await database.batch([
    eventWhere(database, act, "standard.create", id, { name }, { condition: isRoom("?9"), values: [act.tenantId] }),
    database
      .prepare(
        `insert into standards (id, tenant_id, name, sort_name, description, created_at, created_by)
         select ?1, ?2, ?3, ?4, ?5, ?6, ?7 where ${isRoom("?2")}`,
      )
      .bind(id, act.tenantId, name, foldName(name), description, act.at, act.actorId),
  ]);
  return event?.meta.changes === 1;
}

/** Renames, describes, takes out of use and back. False when there is no such standard. */
export async function changeStandard(
  database: TenantDatabase,
  act: StandardAct,
  id: string,
  change: { name?: string | undefined; description?: string | undefined; retired?: boolean | undefined },
): Promise<boolean> {
  const { name = null, description = null, retired = null } = change;
  const [event] = await database.batch([
    eventWhere(
      database,
      act,
      "standard.change",
      id,
      { ...change },
      {
        from: "standards",
        condition: "tenant_id = ?9 and id = ?10",
        values: [act.tenantId, id],
        detail: "json_object('previousName', name)",
      },
    ),
    database
      .prepare(
        `update standards set name = coalesce(?3, name), sort_name = coalesce(?4, sort_name), description = coalesce(?5, description),
                retired_at = case ?6 when 1 then coalesce(retired_at, ?7) when 0 then null else retired_at end
          where tenant_id = ?1 and id = ?2`,
      )
      .bind(
        act.tenantId,
        id,
        name,
        name === null ? null : foldName(name),
        description,
        retired === null ? null : Number(retired),
        act.at,
      ),
  ]);
  return event?.meta.changes === 1;
}

export interface VersionToMake extends Pick<NewVersion, "names" | "assignments" | "parameters" | "note"> {
  standardId: string;
  number: number;
  source: StandardVersion["source"];
  contentRoot: string;
  policies: readonly (SourcePolicy & { key: string })[];
}

/**
 * Makes the version, if it is the one after the newest. False when another was made meanwhile, or the standard has as many as it may. One batch of a
 * statement for every 400,000 characters of policies, and two.
 */
export async function createVersion(
  database: TenantDatabase,
  act: StandardAct,
  version: VersionToMake,
): Promise<boolean> {
  const { standardId, number, source, policies } = version;
  const isNext = (standard: string, next: string) =>
    `${next} = (select coalesce(max(n.number), 0) + 1 from standard_versions n where n.standard_id = ${standard}) and ${next} <= ${MAX_VERSIONS}`;
  const rows = policies.map((policy) => ({ ...policy, sortName: foldName(policy.name) }));
  const [event] = await database.batch([
    eventWhere(
      database,
      act,
      "standard.version",
      standardId,
      { version: number, policies: policies.length, source: source.name },
      { condition: isNext("?9", "?10"), values: [standardId, number] },
    ),
    database
      .prepare(
        `insert into standard_versions (standard_id, number, tenant_id, source_kind, source_id, source_name, policy_count, names, assignments,
                                        parameters, note, content_root, created_at, created_by)
         select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14 where ${isNext("?1", "?2")}`,
      )
      .bind(
        standardId,
        number,
        act.tenantId,
        source.kind,
        source.id,
        source.name,
        policies.length,
        Number(version.names),
        Number(version.assignments),
        JSON.stringify(version.parameters),
        version.note,
        version.contentRoot,
        act.at,
        act.actorId,
      ),
    ...jsonLists(rows).map((list) =>
      database
        .prepare(
          `insert into standard_policies (standard_id, number, key, tenant_id, family, graph_id, name, sort_name, platform, odata_type, content_hash)
           select ?1, ?2, value ->> 'key', ?3, value ->> 'family', value ->> 'graphId', value ->> 'name', value ->> 'sortName',
                  value ->> 'platform', value ->> 'odataType', value ->> 'contentHash'
             from json_each(?4)
            where exists (select 1 from standard_versions w where w.standard_id = ?1 and w.number = ?2 and w.created_at = ?5 and w.created_by = ?6)
               on conflict do nothing`,
        )
        .bind(standardId, number, act.tenantId, list, act.at, act.actorId),
    ),
  ]);
  return event?.meta.changes === 1;
}

/** Whether the tenant keeps the standard, in use; with its name and the number of its newest version. One query. */
export async function findStandard(
  database: TenantDatabase,
  tenantId: string,
  standardId: string,
): Promise<{ name: string; retired: boolean; newest: number | null } | null> {
  const row = await firstOf(
    query(database)
      .select({ name: s.name, retiredAt: s.retiredAt, newest: sql<number | null>`${NEWEST}`.as("newest") })
      .from(s)
      .where(and(eq(s.id, standardId), eq(s.tenantId, tenantId))),
  );
  return row === null ? null : { name: row.name, retired: row.retiredAt !== null, newest: row.newest };
}

/** Keys of a version's policies by what they are in the home tenant, and by name and type where that is one alone. One query. */
export async function keysOfVersion(
  database: TenantDatabase,
  version: { tenantId: string; standardId: string; number: number },
): Promise<Pick<VersionPolicy, "key" | "family" | "graphId" | "name" | "odataType">[]> {
  return rowsOf(
    query(database)
      .select({ key: p.key, family: p.family, graphId: p.graphId, name: p.name, odataType: p.odataType })
      .from(p)
      .where(and(eq(p.standardId, version.standardId), eq(p.number, version.number), eq(p.tenantId, version.tenantId)))
      .orderBy(p.key),
  );
}

function eventWhere(
  database: TenantDatabase,
  act: StandardAct,
  action: AuditAction,
  targetId: string,
  ...about: [detail: Record<string, unknown>, where: Parameters<typeof auditEventWhere>[2]]
): D1PreparedStatement {
  return actEventWhere(database, act, action, { targetKind: "standard", targetId }, ...about);
}

/** The insert of the event of an act, for the batch that does it. */
export function actEventWhere(
  database: TenantDatabase,
  { tenantId, actorId, at }: StandardAct,
  action: AuditAction,
  target: { targetKind: string; targetId: string },
  detail: Record<string, unknown>,
  where: Parameters<typeof auditEventWhere>[2],
): D1PreparedStatement {
  return auditEventWhere(database, { tenantId, at, action, actorId, ...target, detail }, where);
}

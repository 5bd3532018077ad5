/** Who changed policies, for readers. */
import { eq } from "drizzle-orm";
import { z } from "zod";
import {
  actorKindSchema,
  changedPropertySchema,
  changeOperationSchema,
  type ChangeLog,
  type KnownChange,
} from "../../contract/changes.ts";
import { jsonLists } from "../sql/json-lists.ts";
import { query, rowsOf } from "../sql/read.ts";
import { parseStoredJson } from "../sql/stored-json.ts";
import { isoTime } from "../sql/time.ts";
import { changeLogs } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

/** Where to look for the change of a policy. */
export interface ChangeSpan {
  log: ChangeLog;
  resourceId: string;
  /** What the resource's type has to contain, in lower case; null for any. */
  type: string | null;
  /** Milliseconds since the epoch: later than `after`, not later than `until`. */
  after: number;
  until: number;
  /** Only removals, or only what is none. */
  removal: boolean;
}

export interface FoundChange {
  /** The span's place in the request. */
  span: number;
  change: KnownChange;
}

// `cross join` keeps the order: the other way round SQLite goes through all changes of the tenant.
const LATEST = `
  select * from (
    select j.key as span, c.at, c.actor_kind, c.actor_id, c.actor_name, c.application_id, c.application_name, c.activity, c.operation,
           c.ours, c.properties, c.properties_cut, count(*) over (partition by j.key) as changes,
           row_number() over (partition by j.key order by c.at desc, c.event_id desc) as place
      from json_each(?2) j
      cross join policy_changes c on c.tenant_id = ?1 and c.resource_id = j.value ->> 'resourceId' and c.log = j.value ->> 'log'
       and c.at > j.value ->> 'after' and c.at <= j.value ->> 'until'
     where (j.value ->> 'type' is null or instr(lower(c.resource_type), j.value ->> 'type') > 0)
       and (c.operation = 'delete') = (j.value ->> 'removal')
  ) where place = 1`;

const rowSchema = z.object({
  span: z.int(),
  at: z.int(),
  actor_kind: actorKindSchema,
  actor_id: z.string().nullable(),
  actor_name: z.string(),
  application_id: z.string().nullable(),
  application_name: z.string().nullable(),
  activity: z.string(),
  operation: changeOperationSchema,
  ours: z.int(),
  properties: z.string(),
  properties_cut: z.int(),
  changes: z.int(),
});

/** The latest change in each span that has one. One query for about 2,000 spans. */
export async function latestChanges(
  database: TenantDatabase,
  tenantId: string,
  spans: readonly ChangeSpan[],
): Promise<FoundChange[]> {
  const found: FoundChange[] = [];
  let first = 0;
  for (const list of jsonLists(spans)) {
    const { results } = await database.prepare(LATEST).bind(tenantId, list).all();
    for (const row of z.array(rowSchema).parse(results)) found.push({ span: first + row.span, change: toChange(row) });
    first += z.array(z.unknown()).parse(JSON.parse(list)).length;
  }
  return found;
}

function toChange(row: z.infer<typeof rowSchema>): KnownChange {
  return {
    at: isoTime(row.at),
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    application: row.application_name === null ? null : { id: row.application_id, name: row.application_name },
    activity: row.activity,
    operation: row.operation,
    ours: row.ours === 1,
    properties: z.array(changedPropertySchema).parse(parseStoredJson(row.properties)),
    propertiesCut: row.properties_cut === 1,
    earlierChanges: row.changes - 1,
  };
}

export type LogState = typeof changeLogs.$inferSelect;

/** How far the tenant's logs were read; a log that no sync has tried is missing. One query. */
export async function readLogStates(database: TenantDatabase, tenantId: string): Promise<Map<ChangeLog, LogState>> {
  const rows = await rowsOf(query(database).select().from(changeLogs).where(eq(changeLogs.tenantId, tenantId)));
  return new Map(rows.map((row) => [row.log, row]));
}

/** How the tenants of a person stand, and what runs in them: D1 alone, a fixed number of queries for each shard. */
import type { Capability, Tenant } from "../../contract/access.ts";
import type { ActiveOperations, StandingFacts, TenantStanding } from "../../contract/standing.ts";
import { type ControlEnv, databaseOfShard, type TenantDatabase } from "../../database/databases.ts";
import { isoTime, isoTimeOrNull } from "../../database/sql/time.ts";
import {
  FAILURES_LOOKED_AT,
  listActiveRunsOf,
  readEndedRuns,
  readNewestFailures,
  readStandings,
  type StandingRow,
} from "../../database/tenancy/standings.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { cureOf } from "../facts/cures.ts";
import { present } from "./run-reader.ts";

/** A tenant of the caller, with the shard that holds it. */
export type PlacedTenant = Pick<Tenant, "id" | "slug" | "name" | "capabilities" | "tags"> & { shard: string };

type Env = Pick<ControlEnv, "SHARDS">;

/** So many active runs are told in all. */
const ACTIVE_TOLD = 50;

/** A standing for each tenant, in their order. Three queries a shard. Of a shard that does not answer, `facts` are null. */
export async function readTenantStandings(
  env: Env,
  tenants: readonly PlacedTenant[],
  now: number,
): Promise<TenantStanding[]> {
  const facts = new Map<string, StandingFacts>();
  await eachShard(env, tenants, async (database, those) => {
    for (const [id, found] of await readFacts(database, those, now)) facts.set(id, found);
  });
  return tenants.map((tenant) => ({ tenant: nameOf(tenant), facts: facts.get(tenant.id) ?? null }));
}

/** What runs now where the caller may follow it. One query a shard. */
export async function readActiveOperations(env: Env, tenants: readonly PlacedTenant[]): Promise<ActiveOperations> {
  const followed = tenants.filter(({ capabilities }) => capabilities.includes("operations.read"));
  const byId = new Map(followed.map((tenant) => [tenant.id, tenant]));
  const found: ActiveOperations["items"] = [];
  const tenantsUnread = await eachShard(env, followed, async (database, those) => {
    const rows = await listActiveRunsOf(
      database,
      those.map(({ id }) => id),
      ACTIVE_TOLD + 1,
    );
    for (const row of rows) {
      const tenant = byId.get(row.tenantId);
      if (tenant !== undefined) found.push({ tenant: nameOf(tenant), run: present(row, tenant.slug) });
    }
  });
  const items = found.toSorted((one, other) => (one.run.createdAt < other.run.createdAt ? 1 : -1));
  return { items: items.slice(0, ACTIVE_TOLD), more: items.length > ACTIVE_TOLD, tenantsUnread };
}

/** Reads shards side by side. Gives the number of tenants whose shard failed. */
async function eachShard(
  env: Env,
  tenants: readonly PlacedTenant[],
  look: (database: TenantDatabase, tenants: readonly PlacedTenant[]) => Promise<void>,
): Promise<number> {
  const unread = await Promise.all(
    [...Map.groupBy(tenants, ({ shard }) => shard)].map(async ([shard, those]) => {
      try {
        await look(databaseOfShard(env, shard), those);
        return 0;
      } catch (error) {
        logEvent("error", "shard_unread", { shard, ...errorFields(error) });
        return those.length;
      }
    }),
  );
  return unread.reduce((sum, count) => sum + count, 0);
}

async function readFacts(
  database: TenantDatabase,
  tenants: readonly PlacedTenant[],
  now: number,
): Promise<Map<string, StandingFacts>> {
  const ids = tenants.map(({ id }) => id);
  const [rows, failures] = await Promise.all([
    readStandings(database, ids, now),
    readUncured(database, idsWith(tenants, "operations.read")),
  ]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return new Map(
    tenants.flatMap(({ id, capabilities }) => {
      const row = byId.get(id);
      return row === undefined ? [] : [[id, toFacts(row, failures.get(id) ?? null, capabilities)] as const];
    }),
  );
}

function idsWith(tenants: readonly PlacedTenant[], capability: Capability): string[] {
  return tenants.flatMap(({ id, capabilities }) => (capabilities.includes(capability) ? [id] : []));
}

function toFacts(
  row: StandingRow,
  failures: StandingFacts["failures"],
  capabilities: readonly Capability[],
): StandingFacts {
  const read = <T>(capability: Capability, fact: T): T | null => (capabilities.includes(capability) ? fact : null);
  return {
    failures,
    criticalFindings: read("baseline.read", row.criticalFindings),
    sync: read("inventory.read", { at: isoTimeOrNull(row.lastSyncAt) }),
    backup: read("backup.read", { at: isoTimeOrNull(row.lastBackupAt) }),
    running: read("operations.read", row.running),
    connection: {
      connected: row.connectedId !== null,
      credentialEndsAt: row.credentialEndsAt === null ? null : isoTime(row.credentialEndsAt),
      refused: row.refused === 1,
    },
  };
}

/** Of each tenant, how many of its newest failures nothing has cured: by `cureOf`, as the list of failures has it. Two queries. */
async function readUncured(
  database: TenantDatabase,
  tenantIds: readonly string[],
): Promise<Map<string, NonNullable<StandingFacts["failures"]>>> {
  const failed = Map.groupBy(await readNewestFailures(database, tenantIds), ({ tenantId }) => tenantId);
  const types = [...failed].flatMap(([tenantId, runs]) =>
    [...new Set(runs.map(({ type }) => type))].map((type) => ({ tenantId, type })),
  );
  const ended = Map.groupBy(await readEndedRuns(database, types), ({ tenantId }) => tenantId);
  return new Map(
    tenantIds.map((id) => {
      const [runs = [], among = []] = [failed.get(id), ended.get(id)];
      const uncured = runs.slice(0, FAILURES_LOOKED_AT).filter((run) => {
        const told = among.find((each) => each.id === run.id);
        return told === undefined || cureOf(told, among) === null;
      });
      return [id, { uncured: uncured.length, more: runs.length > FAILURES_LOOKED_AT }];
    }),
  );
}

function nameOf({ id, slug, name }: PlacedTenant): TenantStanding["tenant"] {
  return { id, slug, name };
}

/**
 * The databases of a deployment: one that holds what belongs to no tenant, and shards, each of which holds everything of its tenants. The
 * only file that takes them from the platform's bindings: a function that is given the wrong one does not compile
 * (decisions/152-control-and-shards.md).
 */
import { isOfNoTenant } from "../contract/portfolio.ts";
import { isDatabase } from "./sql/gated-database.ts";

declare const holdsControl: unique symbol;
declare const holdsTenants: unique symbol;

/** People, their sessions and API tokens, which tenants there are and where they are. */
export type ControlDatabase = D1Database & { readonly [holdsControl]: true };

/** A shard. Who has one has reached it by a tenant's assignment, or goes through all shards. */
export type TenantDatabase = D1Database & { readonly [holdsTenants]: true };

type Bindings = Omit<Env, "DATABASE" | `SHARD_${number}`>;

/** What an invocation works with before it knows a tenant. */
export interface ControlEnv extends Bindings {
  CONTROL: ControlDatabase;
  /** By their names, which are those of their bindings; in the order in which sweeps go through them. */
  SHARDS: ReadonlyMap<string, TenantDatabase>;
}

/** What an invocation works with for a tenant, or for the tenants of one shard. */
export interface TenantEnv extends ControlEnv {
  /** The shard. */
  DATABASE: TenantDatabase;
  /** Its name. */
  SHARD: string;
}

/** The first shard lies in the control database, so that a deployment with one database has all it needs. */
export const FIRST_SHARD = "DATABASE";
const FURTHER_SHARD = /^SHARD_\d+$/;

const entered = new WeakMap<Env, ControlEnv>();

/** The environment of an invocation. The same for the same bindings. */
export function enter(bindings: Env): ControlEnv {
  const known = entered.get(bindings);
  if (known !== undefined) return known;
  const { DATABASE, ...others } = bindings;
  const further = Object.entries(others)
    .flatMap(([name, value]) => (FURTHER_SHARD.test(name) && isDatabase(value) ? [[name, value] as const] : []))
    .toSorted(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  const shards = [[FIRST_SHARD, DATABASE] as const, ...further].map(([name, database]): [string, TenantDatabase] => [
    name,
    asShard(database),
  ]);
  const env: ControlEnv = { ...others, CONTROL: asControl(DATABASE), SHARDS: new Map(shards) };
  entered.set(bindings, env);
  return env;
}

function asControl(database: D1Database): ControlDatabase {
  // oxlint-disable-next-line typescript/consistent-type-assertions, typescript/no-unsafe-type-assertion -- where the brand is given
  return database as ControlDatabase;
}

function asShard(database: D1Database): TenantDatabase {
  // oxlint-disable-next-line typescript/consistent-type-assertions, typescript/no-unsafe-type-assertion -- where the brand is given
  return database as TenantDatabase;
}

/** A shard's database. Throws for one that the deployment does not have. */
export function databaseOfShard({ SHARDS }: Pick<ControlEnv, "SHARDS">, shard: string): TenantDatabase {
  const database = SHARDS.get(shard);
  if (database === undefined) throw new Error(`There is no shard ${shard}: its binding is missing`);
  return database;
}

const ofShards = new WeakMap<ControlEnv, Map<string, TenantEnv>>();

/**
 * The environment for the tenants of a shard; the same for the same environment.
 * @throws {Error} for a shard that the deployment does not have: its binding is missing.
 */
export function envOfShard(env: ControlEnv, shard: string): TenantEnv {
  const known = ofShards.get(env) ?? new Map<string, TenantEnv>();
  ofShards.set(env, known);
  const made = known.get(shard) ?? { ...env, DATABASE: databaseOfShard(env, shard), SHARD: shard };
  known.set(shard, made);
  return made;
}

/** The environments of all shards, for what goes through all tenants. */
export function envOfEachShard(env: ControlEnv): TenantEnv[] {
  return [...env.SHARDS.keys()].map((shard) => envOfShard(env, shard));
}

/**
 * The shard that a tenant is assigned to. One query, by key.
 * @throws {NoSuchTenantError} for a tenant that is not there any more.
 */
export async function shardOf({ CONTROL }: Pick<ControlEnv, "CONTROL">, tenantId: string): Promise<string> {
  // What belongs to no tenant works with the control database, and with other shards as it needs them.
  if (isOfNoTenant(tenantId)) return FIRST_SHARD;
  const row = await CONTROL.prepare("select shard from tenants where id = ?1")
    .bind(tenantId)
    .first<{ shard: string }>();
  if (row === null) throw new NoSuchTenantError(`There is no tenant ${tenantId}`);
  return row.shard;
}

/** Work for a tenant that was deleted meanwhile. */
export class NoSuchTenantError extends Error {
  override name = "NoSuchTenantError";
}

/** The environment for a tenant, as it is assigned at this moment: for an invocation to begin with. */
export async function envOfTenant(env: ControlEnv, tenantId: string): Promise<TenantEnv> {
  return envOfShard(env, await shardOf(env, tenantId));
}

/** Where the tenants of an invocation are. */
export interface TenantEnvs {
  /** Each tenant is looked up once. A look that fails is repeated. */
  of(tenantId: string): TenantEnv | Promise<TenantEnv>;
  /** Who tells it knows that the tenant cannot move while the invocation works for it. */
  learn(tenantId: string, shard: string): void;
}

/** For an invocation that works for several tenants. */
export function tenantEnvs(env: ControlEnv): TenantEnvs {
  const found = new Map<string, TenantEnv | Promise<TenantEnv>>();
  return {
    learn: (tenantId, shard) => {
      found.set(tenantId, envOfShard(env, shard));
    },
    of: (tenantId) => {
      const known = found.get(tenantId);
      if (known !== undefined) return known;
      const looked = envOfTenant(env, tenantId);
      found.set(tenantId, looked);
      looked.catch(() => found.delete(tenantId));
      return looked;
    },
  };
}

/** Those of some tenants that are assigned to a shard, and those that are not there any more. One query. */
export async function notElsewhere(
  { CONTROL }: Pick<ControlEnv, "CONTROL">,
  shard: string,
  tenantIds: readonly string[],
): Promise<Set<string>> {
  const { results } = await CONTROL.prepare(
    "select id from tenants where id in (select value from json_each(?1)) and shard <> ?2",
  )
    .bind(JSON.stringify(tenantIds), shard)
    .all<{ id: string }>();
  const elsewhere = new Set(results.map(({ id }) => id));
  return new Set(tenantIds.filter((id) => !elsewhere.has(id)));
}

/**
 * Looks for something of which only its own key is known: asks one shard after the other. What a shard has of a tenant that is assigned to
 * another is a copy of a move, and no find. A shard that does not answer stops the look only where no other shard has it.
 * @throws {unknown} what the shard threw, when nothing was found and a shard did not answer.
 */
export async function findAmongShards<Found>(
  env: Pick<ControlEnv, "CONTROL" | "SHARDS">,
  look: (database: TenantDatabase) => Promise<Found | null>,
  tenantOf: (found: Found) => string,
): Promise<{ database: TenantDatabase; found: Found } | null> {
  const failures: unknown[] = [];
  for (const [shard, database] of env.SHARDS) {
    try {
      const found = await look(database);
      if (found === null) continue;
      const isHere = await notElsewhere(env, shard, [tenantOf(found)]);
      if (isHere.size > 0) return { database, found };
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return null;
}

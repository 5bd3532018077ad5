/**
 * The product's own operations over tenants of the simulated Graph, with SQLite for D1 and memory for R2, and a process that may die at any call to one of the
 * three: the call is made or not, and none after it. What was under way is then begun again, as its run's object and the queue would begin it.
 */
import { DatabaseSync } from "node:sqlite";
import {
  TenantBuckets,
  type PermitRequest,
  type RefusalReport,
} from "../../../src/graph-work/budget/tenant-buckets.ts";
import type { TenantDatabase, TenantEnv } from "../../../src/database/databases.ts";
import type {
  BulkOperation,
  PhasedOperation,
  PhaseResult,
  PlanPage,
  RunUnitTask,
  UnitContext,
  UnitResult,
} from "../../../src/runs/operation.ts";
import { standardOfBaseline } from "../../../src/database/standards/followings.ts";
import { writeDownChoices } from "../../../src/operations/standards/held-policies.ts";
import { UnitOrder } from "../../../src/runs/unit-order.ts";
import { connectionSecretContext, sealSecret } from "../../../src/secrets/secret-box.ts";
import { migratedDatabase } from "../../support/all-tables.ts";
import type { Ended } from "../../support/drive-phases.ts";
import { runReference } from "../../support/run-reference.ts";
import { type Control, controlOf } from "../../support/simulator-server.ts";
import { d1Of } from "../../support/sqlite-d1.ts";
import type { Random } from "../random.ts";
import { MemoryBucket, type Watch } from "./memory-bucket.ts";

const MIGRATED = migratedDatabase().serialize();
const SECRETS_KEY = Buffer.alloc(32, 7).toString("base64");
const OWNER = "user-owner";
const FAMILIES = ["settingsCatalog", "filters"];
/** What an operation may wait in a row, or begin anew, before it counts as hanging. */
const PATIENCE = 400;

class Death extends Error {
  override name = "Death";
}

export interface WorldOptions {
  simulatorUrl: string;
  random: Random;
  /** How likely a process dies at a call. */
  deaths: number;
  /** Faults that are planted to see whether they are found. */
  planted?: PlantedFault | undefined;
}

/**
 * `reads-choices-anew`: each step works with what is chosen now, not with what its run has written down. `forgets-the-journal`: a process that dies takes with it
 * what a restore has noted of its requests.
 */
export type PlantedFault = "reads-choices-anew" | "forgets-the-journal";

export class World {
  readonly control: Control;
  readonly #options: WorldOptions;
  readonly #database: TenantDatabase;
  readonly #bucket = new MemoryBucket();
  readonly #directories = new Map<string, string>();
  /** What time has gone by while something waited, in milliseconds. */
  #waitedMs = 0;
  #runs = 0;
  readonly #name: string;
  deaths = 0;
  calls = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.control = controlOf(options.simulatorUrl);
    const sqlite = new DatabaseSync(":memory:");
    sqlite.deserialize(MIGRATED);
    sqlite.exec(
      `insert into users (id, email, name, created_at) values ('${OWNER}', 'o@example.test', 'Olga Owner', 0)`,
    );
    this.#database = d1Of(sqlite);
    this.#name = `story-${crypto.randomUUID().slice(0, 8)}`;
  }

  get database(): TenantDatabase {
    return this.#database;
  }

  /** A connected tenant without a policy, and its id. */
  async tenant(name: string): Promise<string> {
    const directory = `${this.#name}-${name}`;
    const tenantId = `tenant-${directory}`;
    this.#directories.set(tenantId, directory);
    const key = { current: SECRETS_KEY, previous: [] };
    const sealed = await sealSecret(key, "simulator-secret", connectionSecretContext(tenantId));
    await this.#database.batch([
      this.#database
        .prepare("insert into tenants (id, slug, name, created_at) values (?1, ?2, ?2, 0)")
        .bind(tenantId, directory),
      this.#database
        .prepare(
          "insert into tenant_connections (tenant_id, cloud, directory_id, client_id, sealed_client_secret) values (?, 'local', ?, 'client', ?)",
        )
        .bind(tenantId, directory, sealed),
    ]);
    await this.control.createTenant(directory, { policies: 0 });
    return tenantId;
  }

  directory(tenantId: string): string {
    return this.#directories.get(tenantId) ?? "";
  }

  now(): number {
    return Date.now() + this.#waitedMs;
  }

  newRunId(): string {
    return `run_${this.#name}-${(this.#runs += 1)}`;
  }

  /** What a person's act is done with: it does not die. */
  act(tenantId: string) {
    return { tenantId, actorId: OWNER, at: this.now() };
  }

  #env(watch: Watch): TenantEnv {
    const database = watched(this.#database, watch);
    const buckets = new TenantBuckets(new Map(), Date.now());
    const budget = {
      take: (request: PermitRequest) => Promise.resolve(buckets.take(request, Date.now())),
      refused: (report: RefusalReport) => Promise.resolve(buckets.refused(report, Date.now())),
    };
    const env = {
      DATABASE: database,
      CONTROL: database,
      SHARD: "DATABASE",
      SHARDS: new Map([["DATABASE", database]]),
      ARTIFACTS: this.#bucket.through(watch),
      GRAPH_BUDGETS: { getByName: () => budget },
      TENANTATLAS_LOCAL_MODE: "1",
      TENANTATLAS_GRAPH_URL: this.#options.simulatorUrl,
      TENANTATLAS_SECRETS_KEY: SECRETS_KEY,
    };
    // The one cast: what these operations use of the environment.
    return env as unknown as TenantEnv;
  }

  /** Works with a process that may die. Answers null when it did. */
  async #mortal<T>(work: (context: UnitContext) => Promise<T>): Promise<T | null> {
    const { random, deaths, planted } = this.#options;
    let isDead = false;
    const controller = new AbortController();
    const die = (how: string): never => {
      isDead = true;
      // Nobody waits for a dead process to try again.
      controller.abort();
      throw new Death(how);
    };
    const watch: Watch = async (name, call) => {
      if (isDead) throw new Death("dead");
      this.calls += 1;
      const strikes = random.chance(deaths);
      const before = strikes && random.chance(0.5);
      if (before) die(`before ${name}`);
      const result = await call();
      if (strikes) die(`after ${name}`);
      return result;
    };
    const real = globalThis.fetch;
    globalThis.fetch = (...values) => watch("fetch", () => real(...values));
    try {
      const result = await work({ env: this.#env(watch), now: () => this.now(), signal: controller.signal });
      if (!isDead) return result;
    } catch (error) {
      if (!isDead) throw error;
    } finally {
      globalThis.fetch = real;
    }
    this.deaths += 1;
    if (planted === "forgets-the-journal") await this.#database.prepare("delete from restore_journal").run();
    return null;
  }

  async #planted(tenantId: string, cursor: string | null): Promise<string | null> {
    if (this.#options.planted !== "reads-choices-anew" || cursor?.includes('"choices"') !== true) return cursor;
    const following = await standardOfBaseline(this.#database, tenantId, "flw_story");
    if (following === null) return cursor;
    const written = await writeDownChoices(
      this.#env((_, call) => call()),
      following,
    );
    if (written.kind === "failed") throw new Error(written.message);
    return cursor.replace(/"choices":"[0-9a-f]+"/, `"choices":"${written.choices}"`);
  }

  /** Takes a phased operation to its end. `between` is called after each step that was done or cut off, with the cursor that now holds. */
  async drive(
    operation: PhasedOperation,
    tenantId: string,
    rawInput: unknown,
    runId: string,
    between: (cursor: string | null) => Promise<void> = async () => {},
  ): Promise<Ended> {
    const input = operation.inputSchema.parse(rawInput);
    const reference = this.#reference(tenantId, runId);
    let cursor: string | null = null;
    for (let patience = PATIENCE; patience > 0;) {
      const at: string | null = await this.#planted(tenantId, cursor);
      const answer: PhaseResult | null = await this.#mortal((context) =>
        operation.advance({ ...reference, cursor: at }, input, context),
      );
      if (answer === null) patience -= 1;
      else if (answer.kind === "wait") {
        patience -= 1;
        this.#waitedMs += answer.delaySeconds * 1_000;
      } else if (answer.kind === "continue") {
        ({ cursor } = answer);
      } else return answer;
      await between(cursor);
    }
    throw new Error(`${operation.type} does not end`);
  }

  #reference(tenantId: string, runId: string) {
    return runReference(tenantId, runId, {
      tenantSlug: this.directory(tenantId),
      initiatorId: OWNER,
      createdAt: this.now(),
    });
  }

  /** Executes a run's units in their order. Those that wait are executed again when their time has come; an answer may be lost, and the unit delivered again. */
  async execute(
    operation: BulkOperation,
    tenantId: string,
    rawInput: unknown,
    { runId, units = Number.POSITIVE_INFINITY }: { runId: string; units?: number },
  ): Promise<UnitResult[]> {
    const { random } = this.#options;
    const input = operation.inputSchema.parse(rawInput);
    const run = this.#reference(tenantId, runId);
    await this.#database
      .prepare(
        `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, initiator_id, version, created_at, updated_at)
         values (?1, ?2, ?3, 'running', 'pending', ?4, ?1, ?5, 1, 0, 0)`,
      )
      .bind(runId, tenantId, operation.type, JSON.stringify(input), OWNER)
      .run();
    const tasks: RunUnitTask[] = [];
    for (let cursor: string | null = null; ;) {
      const at: string | null = cursor;
      const page: PlanPage | null = await this.#mortal((context) => operation.plan(run, input, at, context));
      if (page === null) continue;
      if (page.kind !== "listed") throw new Error("the plan is not a list");
      for (const unit of page.units) tasks.push({ ...unit, ...run, ordinal: tasks.length, deferrals: 0 });
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    const results: (UnitResult | null)[] = tasks.map(() => null);
    const order = UnitOrder.of(
      tasks.length,
      tasks.map(({ key, label, input: of }) => {
        const after = operation.comesAfter?.({ key, label, input: of }) ?? null;
        return { key, label, input: of, ...(after === null ? {} : { after }) };
      }),
    );
    const isOpen = (at: number) => (results[at]?.kind ?? "deferred") === "deferred";
    for (let patience = PATIENCE; ; patience -= 1) {
      const ended = results.filter((_, at) => !isOpen(at)).length;
      if (ended >= Math.min(units, tasks.length)) break;
      if (patience === 0) throw new Error(`${operation.type} does not end: ${JSON.stringify(results)}`);
      const firstOpen = tasks.findIndex((_, at) => isOpen(at));
      const open = tasks.filter((_, at) => isOpen(at) && order.isFree(at, firstOpen)).slice(0, units - ended);
      let longest = 0;
      for (const task of open) {
        const result = await this.#mortal((context) => operation.execute(task, context));
        // The answer got lost: it is delivered again.
        if (result === null || random.chance(0.05)) continue;
        results[task.ordinal] = result;
        if (result.kind !== "deferred") continue;
        const before = task.lastDeferral?.reasonCode === result.reasonCode ? task.lastDeferral.inARow : 0;
        task.deferrals += 1;
        task.lastDeferral = { reasonCode: result.reasonCode, inARow: before + 1 };
        longest = Math.max(longest, result.delaySeconds);
      }
      this.#waitedMs += longest * 1_000;
    }
    await this.#database
      .prepare("update operation_runs set status = 'completed', completed_at = ?2 where id = ?1")
      .bind(runId, this.now())
      .run();
    return results.filter((result) => result !== null);
  }

  /** What the inventory knows is what the tenant has. */
  async sync(operation: BulkOperation, tenantId: string): Promise<void> {
    const results = await this.execute(operation, tenantId, { families: FAMILIES }, { runId: this.newRunId() });
    const bad = results.find(({ kind }) => kind !== "succeeded");
    if (bad !== undefined) throw new Error(JSON.stringify(bad));
  }
}

function watched(real: TenantDatabase, watch: Watch): TenantDatabase {
  const originals = new WeakMap<object, D1PreparedStatement>();
  const wrap = (statement: D1PreparedStatement, sql: string): D1PreparedStatement => {
    const wrapped = {
      bind: (...values: unknown[]) => wrap(statement.bind(...values), sql),
      run: () => watch(sql, () => statement.run()),
      all: () => watch(sql, () => statement.all()),
      raw: () => watch(sql, () => statement.raw()),
      first: (column?: string) =>
        watch(sql, async () => {
          const row: Record<string, unknown> | null = await statement.first();
          return column === undefined || row === null ? row : (row[column] ?? null);
        }),
    } as unknown as D1PreparedStatement;
    originals.set(wrapped, statement);
    return wrapped;
  };
  return {
    prepare: (sql: string) => wrap(real.prepare(sql), sql),
    batch: (statements: D1PreparedStatement[]) =>
      watch("batch", () => real.batch(statements.map((statement) => originals.get(statement) ?? statement))),
  } as unknown as TenantDatabase;
}

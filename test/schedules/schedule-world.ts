/**
 * Schedules of tenants, or over tenants, on the product's own tables and SQL, swept by a moved clock: SQLite for D1, and runs that end after a time that the test chooses. Sweeps
 * can crash before or after any of their calls of the database.
 */
import { DatabaseSync } from "node:sqlite";
import type { NewSchedule, Step } from "../../src/contract/schedules.ts";
import type { ControlDatabase, TenantDatabase, TenantEnv } from "../../src/database/databases.ts";
import { createSchedule } from "../../src/database/schedules/schedule-changes.ts";
import { createPortfolioSchedule } from "../../src/database/portfolio/portfolio-schedules.ts";
import { OF_TENANT, type ScheduleNames } from "../../src/database/schedules/schedule-names.ts";
import type { TenantSelection } from "../../src/contract/portfolio.ts";
import type { PortfolioStep } from "../../src/contract/portfolio-schedules.ts";
import { runPortfolioSchedules } from "../../src/runs/edge/portfolio/run-portfolio-schedules.ts";
import { runSchedules } from "../../src/runs/edge/scheduling/run-schedules.ts";
import { timesOf } from "../../src/schedules/times.ts";
import { migratedDatabase } from "../support/all-tables.ts";
import { Crash, type CrashMoment, type CrashPlan, crashingDatabase } from "../support/crashing-database.ts";
import { d1Of } from "../support/sqlite-d1.ts";

export const MINUTE = 60_000;
export const OWNER = "user-owner";

/** The migrations take thirty times as long as copying what they make. */
const MIGRATED = migratedDatabase().serialize();

/** What a run of a schedule comes to, and after how long. */
export interface Course {
  minutes: number;
  outcome: "succeeded" | "partially_succeeded" | "failed" | "canceled";
}

export interface Planned {
  tenantId: string;
  name: string;
  steps: readonly Step[];
  pattern: string;
  timeZone: string;
  missed?: NewSchedule["missed"];
  offsetMinutes?: number;
  tellAfter?: number;
}

export interface PlannedOverTenants extends Omit<Planned, "tenantId" | "steps" | "offsetMinutes"> {
  steps: readonly PortfolioStep[];
  tenants: TenantSelection;
}

export interface OccurrenceFact {
  dueAt: number;
  startsAt: number;
  state: string;
  reason: string | null;
  count: number;
  madeUp: boolean;
  endedAt: number | null;
  runs: string[];
}

export class ScheduleWorld {
  readonly sqlite = new DatabaseSync(":memory:");
  readonly database: ControlDatabase & TenantDatabase = d1Of(this.sqlite);
  /** When runs began and ended, by the moved clock. */
  readonly log = new Map<string, { type: string; tenantId: string; began: number; ended: number | null }>();
  readonly #course: (scheduleId: string, type: string) => Course;

  readonly #names: ScheduleNames;

  constructor(
    tenants: readonly string[],
    course: (scheduleId: string, type: string) => Course,
    names: ScheduleNames = OF_TENANT,
  ) {
    this.#course = course;
    this.#names = names;
    this.sqlite.deserialize(MIGRATED);
    this.sqlite.exec(
      `insert into users (id, email, name, created_at) values ('${OWNER}', 'o@example.test', 'Olga Owner', 0)`,
    );
    for (const id of tenants) {
      this.sqlite.exec(`insert into tenants (id, slug, name, created_at) values ('${id}', '${id}', '${id}', 0);
        insert into memberships (tenant_id, user_id, role) values ('${id}', '${OWNER}', 'owner');
        insert into member_directory (user_id, tenant_id, mark, noted_at) values ('${OWNER}', '${id}', 'm', 0);
        insert into policies (tenant_id, family, graph_id, name, sort_name, version_number, content_hash, content_bytes, comparable_hash,
                              changed_run_id, last_modified_at, first_seen_at, appeared_run_id)
        values ('${id}', 'filters', 'g1', 'One', 'one', 1, 'h', 1, 'h', 'r', '', 0, 'r')`);
    }
  }

  async add(planned: Planned, now: number): Promise<string> {
    const { tenantId, name, steps, pattern, timeZone, missed = "skip", offsetMinutes = 0, tellAfter = 1 } = planned;
    const id = `sch_${name.toLowerCase().replaceAll(/\W+/g, "_")}`;
    const schedule = { name, steps: [...steps], pattern, timeZone, spreadMinutes: 240, missed, tellAfter };
    const plan = { offsetMs: offsetMinutes * MINUTE, nextDueAt: timesOf({ pattern, timeZone }).next(now) };
    if (!(await createSchedule(this.database, { tenantId, actorId: OWNER, at: now }, id, schedule, plan))) {
      throw new Error("the schedule was not made");
    }
    return id;
  }

  /** A schedule over tenants. */
  async addOverTenants(planned: PlannedOverTenants, now: number): Promise<string> {
    const { name, steps, pattern, timeZone, missed = "skip", tellAfter = 1, tenants } = planned;
    const id = `psch_${name.toLowerCase().replaceAll(/\W+/g, "_")}`;
    const schedule = { name, steps: [...steps], pattern, timeZone, missed, tellAfter, tenants };
    const plan = { offsetMs: 0, nextDueAt: timesOf({ pattern, timeZone }).next(now) };
    if (!(await createPortfolioSchedule(this.database, { ownerId: OWNER, at: now }, id, schedule, plan))) {
      throw new Error("the schedule was not made");
    }
    return id;
  }

  #run(env: TenantEnv, now: number): Promise<void> {
    return this.#names.ofTenant ? runSchedules(env, now) : runPortfolioSchedules(env, now);
  }

  /** The environment of a sweep whose database crashes as the plan says. Each wakes no object: a run is as long as its row says. */
  env(plan: CrashPlan = { calls: 0, at: 0, moment: "before" }): TenantEnv {
    const database = crashingDatabase(this.database, plan);
    // The one cast: what starts a run needs these bindings and no other.
    return {
      CONTROL: database,
      DATABASE: database,
      SHARD: "DATABASE",
      SHARDS: new Map([["DATABASE", database]]),
      VERSION: { id: "v", tag: "" },
      OPERATION_RUNS: { getByName: () => ({ start: () => Promise.resolve() }) },
    } as unknown as TenantEnv;
  }

  /**
   * Whether a sweep of this minute finds all as the one before has left it: nothing is due or to start, and no run has ended. Such minutes are most of a
   * week, and one in ten of them is swept.
   */
  isQuiet(now: number): boolean {
    const { schedules, occurrences, stepRuns, runs } = this.#names;
    const [row] =
      this.rows(`select exists (select 1 from ${schedules} where status = 'active' and next_due_at <= ${now})
        or exists (select 1 from ${occurrences} where state = 'waiting' and starts_at between ${now - MINUTE} and ${now})
        or exists (select 1 from ${occurrences} o join ${stepRuns} s on s.schedule_id = o.schedule_id and s.due_at = o.due_at
                     and s.step = o.step join ${runs} r on r.id = s.run_id
                    where o.state = 'running' and r.status = 'completed') as busy`);
    const isOver = [...this.log].some(([id, { ended, began, type }]) => {
      return ended === null && now >= began + this.#course(this.#scheduleOf(id), type).minutes * MINUTE;
    });
    return row?.["busy"] === 0 && !isOver && !this.#again && (now / MINUTE) % 10 !== 0;
  }

  /** Something was done in the last sweep, so the next may find more: what waited for it. */
  #again = false;

  /** A sweep, after the runs whose time is over have ended. */
  async sweep(now: number): Promise<void> {
    this.#let(now);
    const before = this.#mark();
    await this.#run(this.env(), now);
    this.#see(now);
    this.#again = this.#mark() !== before;
  }

  #mark(): string {
    return JSON.stringify(
      this.rows(`select state, step, count(*) from ${this.#names.occurrences} group by state, step`),
    );
  }

  /** A sweep that dies at a call; false when it has no such call. */
  async sweepThatDies(now: number, at: number, moment: CrashMoment): Promise<boolean> {
    this.#let(now);
    const plan: CrashPlan = { calls: 0, at, moment };
    // After its death nothing more is done: each later call fails as well.
    const dead: CrashPlan = new Proxy(plan, {
      get: (target, key) => (key === "at" && target.calls > at ? target.calls : Reflect.get(target, key)),
    });
    try {
      await this.#run(this.env(dead), now);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
    this.#see(now);
    this.#again = true;
    return plan.calls >= at;
  }

  /** Ends runs whose time is over. */
  #let(now: number): void {
    for (const [id, run] of this.log) {
      if (run.ended !== null) continue;
      const { minutes, outcome } = this.#course(this.#scheduleOf(id), run.type);
      if (now < run.began + minutes * MINUTE) continue;
      run.ended = now;
      this.sqlite
        .prepare(`update ${this.#names.runs} set status = 'completed', outcome = ?, completed_at = ? where id = ?`)
        .run(outcome, now, id);
    }
  }

  /** Notes the runs that have begun. */
  #see(now: number): void {
    const rows = this.sqlite
      .prepare(
        `select id, type, ${this.#names.holder.replace("owner_id", "starter_id")} as tenant_id from ${this.#names.runs} where status <> 'completed'`,
      )
      .all();
    for (const { id, type, tenant_id: tenantId } of rows) {
      if (this.log.has(String(id))) continue;
      this.log.set(String(id), { type: String(type), tenantId: String(tenantId), began: now, ended: null });
    }
  }

  #scheduleOf(runId: string): string {
    const row = this.sqlite.prepare(`select schedule_id from ${this.#names.stepRuns} where run_id = ?`).get(runId);
    return String(row?.["schedule_id"]);
  }

  /** All that became of a schedule's due times, in their order. */
  occurrences(scheduleId: string): OccurrenceFact[] {
    const runs = this.sqlite
      .prepare(`select due_at, run_id from ${this.#names.stepRuns} where schedule_id = ? order by due_at, step`)
      .all(scheduleId);
    return this.sqlite
      .prepare(`select * from ${this.#names.occurrences} where schedule_id = ? order by due_at`)
      .all(scheduleId)
      .map((row) => ({
        dueAt: Number(row["due_at"]),
        startsAt: Number(row["starts_at"]),
        state: String(row["state"]),
        reason: row["reason"] === null ? null : String(row["reason"]),
        count: Number(row["count"]),
        madeUp: row["made_up"] === 1,
        endedAt: row["ended_at"] === null ? null : Number(row["ended_at"]),
        runs: runs.filter((run) => run["due_at"] === row["due_at"]).map((run) => String(run["run_id"])),
      }));
  }

  rows(sql: string): Record<string, unknown>[] {
    return this.sqlite
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  }

  close(): void {
    this.sqlite.close();
  }
}

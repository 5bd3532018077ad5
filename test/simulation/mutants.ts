/** Bugs that such engines are known for, planted in a copy of the sources, to show that the oracle can fail. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { DatabaseKind, Failure } from "./batch.ts";
import { SOURCE_ROOT } from "./engine.ts";
import type { Guide } from "./schedule.ts";
import { runInOneThread } from "./threads.ts";

interface Patch {
  file: string;
  find: string;
  replace: string;
}

export interface Mutant {
  name: string;
  /** Schedules within which it has to be caught. */
  within: number;
  database: DatabaseKind;
  /** Of a bug that only a rare kind of schedule meets. */
  guide?: Guide;
  patches: Patch[];
}

const SETTLES_TWICE: Patch[] = [
  {
    file: "runs/ledger.ts",
    find: "if (this.settled.has(ordinal) || seen.has(ordinal)) {",
    replace: "if (seen.has(ordinal)) {",
  },
  {
    file: "runs/ledger.ts",
    find: "if (!this.settled.add(ordinal)) throw new Error(`journal entry ${entry.seq} settles ordinal ${ordinal} again`);",
    replace: "this.settled.add(ordinal);",
  },
];

export const MUTANTS: readonly Mutant[] = [
  { name: "double settle", within: 500, database: "model", patches: SETTLES_TWICE },
  {
    name: "clamp at total",
    within: 500,
    database: "model",
    // Counts settle calls and hides the surplus: the ledger stays right, what readers are shown does not.
    patches: [
      {
        file: "runs/ledger.ts",
        find: "  #counters: OutcomeCounters = {};",
        replace: "  #counters: OutcomeCounters = {}; #surplus = 0;",
      },
      {
        file: "runs/ledger.ts",
        find: "duplicates += 1;\n        return false;",
        replace: "duplicates += 1; this.#surplus += 1;\n        return false;",
      },
      {
        file: "runs/ledger.ts",
        find: "processed: this.processed,",
        replace: "processed: Math.min(this.total, this.processed + this.#surplus),",
      },
    ],
  },
  {
    name: "completion before sealed",
    within: 100,
    database: "model",
    patches: [
      {
        file: "runs/lifecycle.ts",
        find: 'if (facts.total === null) return { kind: "not_yet" };',
        replace: 'if (facts.total === null) return { kind: "complete", outcome: "succeeded", failure: null };',
      },
    ],
  },
  {
    name: "projection without version guard",
    within: 2_000,
    // The guard is in the SQL, so the SQL itself is under test.
    database: "sqlite",
    patches: [
      {
        file: "database/runs/run-writing.ts",
        find: "where id = ?1 and version < ?12 and status",
        replace: "where id = ?1 and status",
      },
    ],
  },
  {
    name: "settle before effect",
    within: 100,
    database: "model",
    patches: [
      {
        file: "queue/unit-group.ts",
        find: "return [await this.#operation.execute(first, context)];",
        replace: 'void this.#operation.execute(first, context).catch(() => {}); return [{ kind: "succeeded" }];',
      },
    ],
  },
  {
    name: "acknowledge before settle",
    within: 100,
    database: "model",
    patches: [
      {
        file: "queue/unit-consumer.ts",
        find: "await group.work();",
        replace: "for (const { message } of deliveries) message.ack(); await group.work();",
      },
    ],
  },
  {
    name: "chore left out of the arming",
    within: 100,
    database: "model",
    // The alarm heals when it rings, and rings for everything else: a run hangs only where nothing else is due.
    patches: [
      {
        file: "runs/run-coordinator.ts",
        find: "const dueAt = chore.dueAt();\n      if (dueAt !== null && (next",
        replace: 'const dueAt = chore.name === "heal" ? null : chore.dueAt();\n      if (dueAt !== null && (next',
      },
    ],
  },
  {
    name: "projection without an alarm for the next",
    within: 500,
    database: "model",
    patches: [
      {
        file: "runs/projector.ts",
        find: "this.#rearm();\n    if (projection.partial) return;",
        replace: "if (projection.partial) return;",
      },
    ],
  },
  {
    name: "claim counted with each of its settles",
    within: 500,
    database: "model",
    patches: [
      {
        file: "runs/delivery-record.ts",
        find: "const of = ticket === null || this.#claims.has(ticket.number) ? null : ticket;",
        replace: "const of = ticket;",
      },
    ],
  },
  {
    name: "refused claim counted again when it is repeated",
    within: 2_000,
    database: "model",
    patches: [
      {
        file: "runs/delivery-record.ts",
        find: "deliveries: known === undefined ? deliveries : 0,",
        replace: "deliveries,",
      },
    ],
  },
  {
    name: "numbers of claims forgotten at an eviction",
    within: 2_000,
    database: "model",
    patches: [
      {
        file: "runs/run-state.ts",
        find: "for (const entry of this.store.readJournal()) this.#take(entry);",
        replace: "for (const entry of this.store.readJournal()) this.#take({ ...entry, claims: [] });",
      },
      {
        file: "runs/run-state.ts",
        find: "new DeliveryRecord(this.#pulse)",
        replace: "new DeliveryRecord({ ...this.#pulse, claims: [] })",
      },
    ],
  },
  {
    name: "numbers of claims that start anew",
    within: 500,
    database: "model",
    patches: [
      {
        file: "runs/run-state.ts",
        find: "this.#claimsNumbered = this.#pulse.claimsReserved;",
        replace: "this.#claimsNumbered = 0;",
      },
    ],
  },
  {
    name: "lease horizon that is not extended",
    within: 500,
    database: "model",
    // Units that outlast the first horizon, and an object that is lost as soon as it has canceled: it then waits for what is leased.
    guide: {
      config: {
        behavior: "slow",
        phases: "none",
        planning: "works",
        units: 12,
        runs: 1,
        order: "none",
        stopAfter: 0,
        abandons: true,
        concurrency: 1,
        batchSize: 3,
        maxDeliveries: 2,
        maxHealingRounds: 2,
      },
      points: ["step:cancel", "commit:cancel:after"],
    },
    patches: [
      {
        file: "runs/run-state.ts",
        find: "const leaseHorizon = until > this.#pulse.leaseHorizon ? until + ahead : this.#pulse.leaseHorizon;",
        replace: "const leaseHorizon = this.#pulse.leaseHorizon === 0 ? until + ahead : this.#pulse.leaseHorizon;",
      },
    ],
  },
  {
    name: "deferral that does not tell of its claim",
    within: 500,
    database: "model",
    patches: [
      {
        file: "runs/settling.ts",
        find: "state.defer(now, deferrals, telling);",
        replace: "state.defer(now, deferrals, NOTHING_TOLD);",
      },
    ],
  },
  {
    name: "refused claim that is not told of",
    within: 500,
    database: "model",
    patches: [
      {
        file: "runs/claiming.ts",
        find: 'if (granted.length === 0) state.tell("refuse", telling);',
        replace: "if (granted.length === 0) void telling;",
      },
    ],
  },
  {
    name: "report that is lost when D1 fails",
    within: 500,
    database: "model",
    guide: { config: { phases: "none", planning: "works" }, points: ["call:report:request-lost"] },
    patches: [
      {
        file: "runs/reporter.ts",
        find: "for (const page of pages) this.#stale.add(page);\n    this.#inFlight = null;",
        replace: "void pages;\n    this.#inFlight = null;",
      },
    ],
  },
  {
    name: "report that is told more often than it may",
    within: 500,
    database: "model",
    patches: [
      {
        file: "runs/reporter.ts",
        find: "this.#startedAt = now;\n    return this.#write(",
        replace: "return this.#write(",
      },
    ],
  },
  {
    name: "older report over a newer",
    within: 500,
    guide: { config: { behavior: "slow", phases: "none", planning: "works" }, points: ["call:report:slow"] },
    // The guard is in the SQL.
    database: "sqlite",
    patches: [
      {
        file: "database/runs/run-reports.ts",
        find: "`(${table}.version < excluded.version or (${table}.version = excluded.version and ${table}.at < excluded.at))`",
        replace: "`${table}.version is not null`",
      },
    ],
  },
  {
    name: "dispatch that does not wait for its turn",
    within: 500,
    database: "model",
    patches: [
      {
        file: "runs/dispatch.ts",
        find: "return order === null || ledger === null ? (header.total ?? 0) : order.freeCount(ledger.endedBelow);",
        replace: "return header.total ?? 0;",
      },
    ],
  },
  {
    name: "turn that comes when as many units have ended, whichever",
    within: 2_000,
    database: "model",
    patches: [
      {
        file: "runs/ledger.ts",
        find: "while (this.#endedBelow < this.total && this.settled.has(this.#endedBelow)) this.#endedBelow += 1;\n    return this.#endedBelow;",
        replace: "return this.settled.count;",
      },
    ],
  },
  {
    name: "turn that comes when what is before has been sent",
    within: 500,
    database: "model",
    patches: [
      {
        file: "runs/dispatch.ts",
        find: "order.freeCount(ledger.endedBelow);\n}\n\n/** Units that wait",
        replace: "order.freeCount(Math.max(ledger.endedBelow, header.dispatchedUpTo));\n}\n\n/** Units that wait",
      },
    ],
  },
  {
    name: "order that counts the places of ordinals as sent",
    within: 2_000,
    database: "model",
    patches: [
      {
        file: "runs/dispatch.ts",
        find: "if (order === null) return ledger.settled.absent(0, header.dispatchedUpTo, limit, leases.ordinals);",
        replace: "if (limit > 0) return ledger.settled.absent(0, header.dispatchedUpTo, limit, leases.ordinals);",
      },
    ],
  },
];

/** Schedules for a planted bug, until one catches it: the same for the same seed. */
export interface Hunt {
  mutant: Mutant;
  seed: number;
}

/** What caught each planted bug, in the order of the hunts; null where nothing did. All in one thread, which loads what the copies share once. */
export async function hunted(hunts: readonly Hunt[]): Promise<(Failure | null)[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "tenantatlas-mutants-"));
  try {
    cpSync(path.join(SOURCE_ROOT, "../package.json"), path.join(folder, "package.json"));
    symlinkSync(path.resolve(SOURCE_ROOT, "../node_modules"), path.join(folder, "node_modules"));
    const reports = await runInOneThread(
      hunts.map(({ mutant, seed }, at) => {
        const root = path.join(folder, `src-${at}`);
        cpSync(SOURCE_ROOT, root, { recursive: true });
        for (const patch of mutant.patches) plant(root, patch);
        return { runs: mutant.within, seed, root, database: mutant.database, guide: mutant.guide };
      }),
    );
    return reports.map(({ failure }) => failure);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function plant(root: string, { file, find, replace }: Patch): void {
  const place = path.join(root, file);
  const parts = readFileSync(place, "utf8").split(find);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places like: ${find}`);
  writeFileSync(place, parts.join(replace));
}

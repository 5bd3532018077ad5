/**
 * Reports (decisions/155-what-a-run-tells.md): what a run waits for, how it went, and what became of each unit, written to D1 for readers
 * while the run goes on. At most once an interval; once more when the run has ended; as often as it takes when D1 fails. A report is
 * built of one moment of the ledger, and is written after the row that has its counts.
 */
import type { CoordinatorPorts } from "./coordinator-ports.ts";
import type { RunReport } from "./facts/run-report.ts";
import { backoffDelay, type RunPolicy } from "./policy.ts";
import { factsOf, pageCount, unitPage, unitsPerPage } from "./report-building.ts";
import type { RunState } from "./run-state.ts";

/** A report under way: when to stop believing in it, and what D1 knows when it answers. */
interface Attempt {
  deadline: number;
  pages: readonly number[];
  facts: number;
  toTell: string;
}

export class Reporter {
  readonly #state: RunState;
  readonly #ports: CoordinatorPorts;
  readonly #policy: RunPolicy;
  readonly #rearm: () => void;
  /** Pages of units that D1 has not as they are, those first that have waited longest. */
  readonly #stale = new Set<number>();
  /** Pages that were looked at, in D1 or for a report. */
  #knownPages = 0;
  /** Changes that D1 knows. */
  #toldFacts = -1;
  /** Pages were looked at since the run has ended. */
  #toldEnd = false;
  #startedAt: number;
  #lastAt = 0;
  #inFlight: Attempt | null = null;
  #failures = 0;
  #retryAt = 0;

  /** `rearm` is called when a write has ended, one way or another: the next may be due at another time. */
  constructor(state: RunState, ports: CoordinatorPorts, policy: RunPolicy, rearm: () => void) {
    this.#state = state;
    this.#ports = ports;
    this.#policy = policy;
    this.#rearm = rearm;
    // A run that is over within the first interval is told of once.
    this.#startedAt = ports.now();
    if (state.exists && state.header.toldOf === state.toTell) {
      this.#toldFacts = state.facts;
      this.#knownPages = pageCount(state.header);
    }
  }

  /** When a report wants attention: it is due, or the one under way is overdue. Null when D1 has everything. */
  nextAt(): number | null {
    const { header } = this.#state;
    if (this.#inFlight !== null) return this.#inFlight.deadline;
    if (header.told) return null;
    // The counts go first, and the last report follows the completed row.
    if (this.#state.completed && header.projectedVersion < this.#state.version) return null;
    if (this.#failures > 0) return this.#retryAt;
    if (this.#state.completed) return 0;
    const changed = this.#toldFacts !== this.#state.facts || this.#stale.size > 0;
    return changed ? this.#startedAt + this.#policy.reportIntervalMs : null;
  }

  /** Starts a write when one is due. Returns at once; the promise never rejects. */
  kick(): Promise<void> | null {
    const now = this.#ports.now();
    const dueAt = this.nextAt();
    if (dueAt === null || dueAt > now) return null;
    if (this.#inFlight !== null) {
      this.#failed(this.#inFlight, "timed out");
      return null;
    }
    const { facts, toTell } = this.#state;
    const pages = this.#takeStale();
    const attempt = { deadline: now + this.#policy.projectionTimeoutMs, pages, facts, toTell };
    this.#inFlight = attempt;
    this.#startedAt = now;
    return this.#write(this.#build(pages, now), attempt);
  }

  /** Takes the pages that the next report carries. A run without units has none. */
  #takeStale(): number[] {
    const { header, ledger, completed } = this.#state;
    const touched = this.#state.takeTouched();
    // Of a run that ended before its units did, none is under way or waits any more.
    const ends = completed && !this.#toldEnd;
    this.#toldEnd = completed;
    const size = unitsPerPage(header);
    const pages = pageCount(header);
    for (let page = 0; page < pages; page += 1)
      if (
        page >= this.#knownPages ||
        touched.hasAny(page * size, (page + 1) * size) ||
        (ends && (ledger?.settled.absent(page * size, Math.min(ledger.total, (page + 1) * size), 1) ?? []).length > 0)
      )
        this.#stale.add(page);
    this.#knownPages = pages;
    const taken = [...this.#stale].slice(0, this.#policy.pagesPerReport);
    for (const page of taken) this.#stale.delete(page);
    return taken;
  }

  #build(pages: readonly number[], now: number): RunReport {
    const { header, version } = this.#state;
    this.#state.leases?.expire(now);
    this.#lastAt = Math.max(now, this.#lastAt + 1);
    return {
      runId: header.runId,
      tenantId: header.tenantId,
      at: this.#lastAt,
      version,
      completed: header.status === "completed",
      facts: factsOf(this.#state, this.#ports),
      pages: pages.map((page) => unitPage(this.#state, page)),
    };
  }

  async #write(report: RunReport, attempt: Attempt): Promise<void> {
    try {
      await this.#ports.report(report);
    } catch (error) {
      if (this.#inFlight === attempt) this.#failed(attempt, String(error));
      this.#rearm();
      return;
    }
    // A late answer of a report that was given up is followed by another.
    if (this.#inFlight === attempt) {
      this.#inFlight = null;
      this.#failures = 0;
      this.#toldFacts = attempt.facts;
      const whole = this.#stale.size === 0;
      const told = whole && report.completed;
      this.#state.update("told", { told, toldOf: whole ? attempt.toTell : null }, false);
    }
    this.#rearm();
  }

  #failed({ pages }: Attempt, error: string): void {
    for (const page of pages) this.#stale.add(page);
    this.#inFlight = null;
    this.#failures += 1;
    this.#retryAt = this.#ports.now() + backoffDelay(this.#policy, this.#failures);
    const { runId, tenantId } = this.#state.header;
    this.#ports.log("warn", "run_report_failed", { runId, tenantId, failures: this.#failures, error });
  }
}

/**
 * The oracle: holds what became durable, and what readers are shown, against the invariants of docs/design/progress.md, section 9. It
 * keeps logs of its own and believes no sum of the code under test. (Invariant 11 is about HTTP and is not simulated.)
 */
import type {
  ClaimAnswer,
  ClaimRequest,
  PauseAnswer,
  SettleAnswer,
  SettleRequest,
} from "../../src/runs/run-commands.ts";
import type { RunState } from "../../src/runs/run-state.ts";
import type { JournalEntry } from "../../src/runs/ledger.ts";
import { countOrdinals, forEachOrdinal } from "../../src/runs/ordinal-ranges.ts";
import type { RunReport } from "../../src/runs/facts/run-report.ts";
import type { ProjectionRow } from "../../src/runs/facts/projection-row.ts";
import type { Chore } from "../../src/runs/chores.ts";
import type { CommitName, RunCommit, RunHeader } from "../../src/runs/run-store.ts";
import type { RunDatabase } from "./database-model.ts";
import type { Engine } from "./engine.ts";
import type { RunTruth, VerdictKind } from "./run-truth.ts";

export interface Violation {
  /** The invariant's number in docs/design/progress.md, section 9, or the rule's. */
  rule: string;
  message: string;
  step: number;
}

/** Commits that answer the claim whose call makes them. */
const ANSWERS: ReadonlySet<CommitName> = new Set<CommitName>(["settle", "defer", "suppress", "refuse"]);
const KINDS: readonly VerdictKind[] = ["succeeded", "failed", "skipped"];
const TENANT_SLUG = "simulated";

export class Oracle {
  readonly #clock: () => number;
  #latest = 0;
  readonly #engine: Engine;
  readonly #database: RunDatabase;
  readonly #declaration: Parameters<Engine["presentRun"]>[2];
  readonly #runs = new Map<string, RunTruth>();
  #changesSeen = -1;
  step = 0;
  violation: Violation | null = null;

  constructor(
    engine: Engine,
    database: RunDatabase,
    declaration: Parameters<Engine["presentRun"]>[2],
    now: () => number,
  ) {
    this.#clock = now;
    this.#engine = engine;
    this.#database = database;
    this.#declaration = declaration;
  }

  get runs(): IterableIterator<RunTruth> {
    return this.#runs.values();
  }

  /** The runs that there are now; starting another does not change the list. */
  runIds(): string[] {
    return [...this.#runs.keys()];
  }

  watch(run: RunTruth): void {
    this.#runs.set(run.runId, run);
  }

  truth(runId: string): RunTruth {
    const run = this.#runs.get(runId);
    if (run === undefined) throw new Error(`nobody started ${runId}`);
    return run;
  }

  /** The latest time that there ever was: what ran out once does not come back when the clock does. */
  #now(): number {
    this.#latest = Math.max(this.#latest, this.#clock());
    return this.#latest;
  }

  /** Notes the first violation; what follows from it is of no interest. */
  fail(rule: string, message: string): void {
    this.violation ??= { rule, message, step: this.step };
  }

  #expect(holds: boolean, rule: string, message: () => string): void {
    if (!holds) this.fail(rule, message());
  }

  /** Called when a commit has become durable, and before anybody can act on it. */
  committed(runId: string, name: CommitName, write: RunCommit): void {
    const run = this.truth(runId);
    if (ANSWERS.has(name)) this.#answered(run);
    if (write.journal !== undefined) this.#journal(run, write.journal);
    for (const { ordinal } of write.deferrals ?? []) {
      if (name === "undefer" || name === "hasten") continue;
      run.deferredAt.set(ordinal, this.step);
      run.roundsAtAnswer.set(ordinal, run.healingRounds);
    }
    if (write.compactedJournal !== undefined) this.#compacted(run, write.compactedJournal);
    if (write.header !== undefined) this.#header(run, write.header, name);
  }

  /** The first answer of a claim that becomes durable counts what the claim brought: the sum that every proof has to tell. */
  #answered(run: RunTruth): void {
    const { answering } = run;
    if (answering === null || run.answered.has(answering)) return;
    run.answered.add(answering);
    run.deliveries += run.delivered.get(answering) ?? 0;
  }

  /** Units as a proof tells them, held against the oracle's own sum. */
  proved(runId: string, deliveries: number): void {
    const run = this.truth(runId);
    this.#expect(
      deliveries === run.deliveries,
      "proof",
      () => `${deliveries} deliveries are told, the claims that were answered brought ${run.deliveries}`,
    );
  }

  #journal(run: RunTruth, entry: JournalEntry): void {
    this.#expect(run.header !== null && run.header.total !== null, "2", () => "settled before the plan was sealed");
    this.#expect(
      !run.closed,
      run.header?.cancelRequested === true ? "10" : "6",
      () => "settled after the run was closed",
    );
    for (const { ordinal, reasonCode } of entry.problems) {
      const held = (run.leases.get(ordinal)?.until ?? 0) > this.#now();
      this.#expect(
        !held || (reasonCode !== "lost" && reasonCode !== "delivery_exhausted"),
        "lease",
        () => `gave ordinal ${ordinal} up as ${reasonCode} while its holder has a lease`,
      );
    }
    const wrong = run.take(entry);
    if (wrong !== null) this.fail(/^[78](?=: )/.exec(wrong)?.[0] ?? "4", wrong);
    for (const kind of KINDS) {
      this.#expect(
        entry.counts[kind] === run.tally[kind],
        "4",
        () => `entry ${entry.seq} counts ${entry.counts[kind]} ${kind}, the verdict log has ${run.tally[kind]}`,
      );
    }
    this.#expect(
      (entry.counters.items ?? 0) === run.items,
      "4",
      () => `entry ${entry.seq} sums ${entry.counters.items} items, the verdicts ${run.items}`,
    );
  }

  #compacted(run: RunTruth, journal: readonly JournalEntry[]): void {
    const seen = new Map<number, VerdictKind>();
    for (const entry of journal) {
      for (const kind of KINDS) {
        forEachOrdinal(entry[kind], (ordinal) => {
          this.#expect(!seen.has(ordinal), "4", () => `the compacted journal has ordinal ${ordinal} twice`);
          seen.set(ordinal, kind);
        });
      }
    }
    const same =
      seen.size === run.verdicts.size && [...seen].every(([ordinal, kind]) => run.verdicts.get(ordinal)?.kind === kind);
    this.#expect(same, "4", () => "compacting changed the verdicts");
  }

  #header(run: RunTruth, header: RunHeader, name: CommitName): void {
    const before = run.header;
    run.header = header;
    for (const { id } of header.pauseRequests) run.pauseRequests.add(id);
    if (header.redispatched > (before?.redispatched ?? 0)) run.healingRounds += 1;
    this.#expect(
      (before?.total ?? null) === null || header.total === before?.total,
      "2",
      () => `total moved from ${before?.total} to ${header.total}`,
    );
    if (header.total !== null && before?.total === null) {
      this.#expect(
        header.total === run.indices.length,
        "2",
        () => `sealed ${header.total} units of ${run.indices.length}`,
      );
    }
    if (header.cancelRequested && before?.cancelRequested !== true) run.processedAtCancel = run.processed;
    if (header.finalized && before?.finalized !== true) {
      this.#expect(run.artifacts.size === 1, "5", () => "finalized without its artifact");
    }
    if (before?.status === "completed") {
      const facts = ({ status, outcome, completedAt, total, result, cancelRequested }: RunHeader): string =>
        JSON.stringify([status, outcome, completedAt, total, result, cancelRequested]);
      this.#expect(facts(before) === facts(header), "6", () => `${name} changed a completed run`);
    } else if (header.status === "completed") {
      run.completions += 1;
      this.#completion(run, header);
    }
  }

  #completion(run: RunTruth, header: RunHeader): void {
    const { processed, tally, indices } = run;
    if (header.outcome === "canceled") {
      this.#expect(header.cancelRequested, "5", () => "canceled by nobody");
      return;
    }
    const failure = header.planFailure ?? header.finalizeFailure;
    if (header.planFailure !== null) return;
    if (run.phased) {
      const right = header.phaseFailure === null ? header.phaseOutcome : "failed";
      this.#expect(header.outcome === right, "5", () => `completed as ${header.outcome}, not ${right}`);
      const artifacts = header.phaseFailure === null ? 1 : run.artifacts.size;
      this.#expect(run.artifacts.size === artifacts, "5", () => "completed without its artifact");
      return;
    }
    this.#expect(header.total !== null, "2", () => "completed before its plan was sealed");
    this.#expect(processed === indices.length, "5", () => `completed at ${processed} of ${indices.length}`);
    const counted =
      tally.failed === 0 ? "succeeded" : tally.failed === indices.length ? "failed" : "partially_succeeded";
    const right = failure === null ? counted : "failed";
    this.#expect(header.outcome === right, "5", () => `completed as ${header.outcome}, not ${right}`);
  }

  /** A report leaves the object: what it tells of units is what is settled at this moment, no more and no less. */
  reporting({ runId, version, facts, pages }: RunReport): void {
    const run = this.truth(runId);
    this.#expect(facts.planned === (run.header?.total ?? null), "report", () => `planned ${facts.planned}`);
    for (const { firstOrdinal, ...page } of pages) {
      for (const [place, { state }] of this.#engine.decodeUnits(page).entries()) {
        const kind = run.verdicts.get(firstOrdinal + place)?.kind ?? null;
        const told = KINDS.find((known) => known === state) ?? null;
        this.#expect(
          kind === told,
          "report",
          () => `version ${version} tells ordinal ${firstOrdinal + place} as ${state}, it is ${kind}`,
        );
      }
    }
  }

  /** A unit is sent, or executed: all that it comes after has ended. */
  inTurn(runId: string, ordinal: number, how: "sent" | "executed"): void {
    const before = this.truth(runId).openBefore(ordinal);
    this.#expect(before === null, "order", () => `ordinal ${ordinal} was ${how} while ${before} was open`);
  }

  /** A claim arrives at the object, and `make` makes it. */
  claiming(runId: string, { claimId, ordinals }: ClaimRequest, make: () => ClaimAnswer): ClaimAnswer {
    this.truth(runId).delivered.set(claimId, countOrdinals(ordinals));
    return this.#answering(runId, claimId, make);
  }

  /** A settle arrives at the object, and `make` makes it. A settle that was answered has told of its claim, whatever it brought. */
  settling(runId: string, request: SettleRequest, make: () => SettleAnswer): SettleAnswer {
    this.#released(runId, request);
    const answer = this.#answering(runId, request.claimId, make);
    const run = this.truth(runId);
    this.#expect(
      run.answered.has(request.claimId) || run.header === null,
      "proof",
      () => `${request.settleId} was answered, and its claim is not counted`,
    );
    return answer;
  }

  #answering<T>(runId: string, claimId: string, make: () => T): T {
    const run = this.truth(runId);
    run.answering = claimId;
    try {
      return make();
    } finally {
      run.answering = null;
    }
  }

  /** A claim took effect; its lease counts even if nobody hears of it. */
  claimed(runId: string, request: ClaimRequest, answer: ClaimAnswer, instance: object | null): void {
    const run = this.truth(runId);
    const refused = answer.kind === "closed" || answer.granted.length === 0;
    this.#expect(
      !refused || run.answered.has(request.claimId) || run.header === null,
      "proof",
      () => `${request.claimId} was granted nothing, and is not counted`,
    );
    if (answer.kind === "closed") {
      this.#expect(
        run.closed || run.header === null || run.header.total === null,
        "8",
        () => "an open run called itself closed",
      );
      return;
    }
    this.#expect(!run.closed, "10", () => "granted after the run was closed");
    const stop = run.stopAfter > 0 && run.tally.failed - (run.header?.failuresBorne ?? 0) >= run.stopAfter;
    this.#expect(
      answer.granted.length === 0 || ((run.header?.pause ?? null) === null && !stop),
      "paused",
      () => `granted units of a run that is ${stop ? "to stop" : "paused"}`,
    );
    forEachOrdinal(answer.parked, (ordinal) => run.parkedAt.set(ordinal, this.step));
    forEachOrdinal(answer.granted, (ordinal) => {
      this.#expect(!run.verdicts.has(ordinal), "4", () => `granted ordinal ${ordinal}, which is settled`);
      const lease = run.leases.get(ordinal);
      const other = lease !== undefined && lease.claimId !== request.claimId;
      const held = other && lease.instance === instance && lease.until > this.#now();
      this.#expect(!held, "lease", () => `granted ordinal ${ordinal}, which is leased`);
      run.leases.set(ordinal, { claimId: request.claimId, until: this.#clock() + answer.leaseMs, instance });
    });
    const answered = new Set<number>();
    for (const ranges of [answer.granted, answer.settled, answer.parked, answer.leased])
      forEachOrdinal(ranges, (ordinal) => answered.add(ordinal));
    forEachOrdinal(request.ordinals, (ordinal) => {
      this.#expect(answered.has(ordinal), "claim", () => `no answer for ordinal ${ordinal}`);
    });
  }

  /** A person's cancel was answered: the one that stopped the run is told so, also when it had to be repeated, and no other is. */
  canceled(runId: string, cancelId: string, answer: boolean): void {
    const did = this.truth(runId).header?.cancelId === cancelId;
    this.#expect(answer === did, "10", () => `${cancelId} was answered ${answer}`);
  }

  /** A person's request to pause or resume was answered: the one that did it is told so, also when it had to be repeated. */
  pauseChanged(runId: string, id: string, answer: PauseAnswer): void {
    const did = this.truth(runId).pauseRequests.has(id);
    this.#expect((answer === "changed") === did, "paused", () => `${id} was answered ${answer}`);
  }

  /** A chore of a live object is due: an alarm has to be set for it, unless one is at work. */
  armed(runId: string, chores: readonly Chore[], armedAt: number | null): void {
    for (const chore of chores) {
      const dueAt = chore.dueAt();
      if (dueAt === null) continue;
      const latest = Math.max(dueAt, this.#now());
      this.#expect(
        armedAt !== null && armedAt <= latest,
        "due-is-armed",
        () => `${runId}: ${chore.name} is due at ${dueAt}, the alarm is set for ${armedAt}`,
      );
    }
  }

  renewed(runId: string, claimId: string, leaseMs: number): void {
    for (const lease of this.truth(runId).leases.values()) {
      if (lease.claimId === claimId) lease.until = Math.max(lease.until, this.#clock() + leaseMs);
    }
  }

  /** What a settle call gives back, before the object hears of it: from then on nobody holds it. */
  #released(runId: string, { claimId, deferred, done }: SettleRequest): void {
    const { leases } = this.truth(runId);
    for (const [ordinal, lease] of leases) {
      if (lease.claimId === claimId && (done || deferred.some((unit) => unit.ordinal === ordinal)))
        leases.delete(ordinal);
    }
  }

  /** A consumer acknowledges: nothing may be left to do for these ordinals that only this message would bring. */
  acknowledged(runId: string, first: number, last: number, sinceStep: number): void {
    const run = this.truth(runId);
    if (run.closed || run.header === null) return;
    for (let ordinal = first; ordinal <= last; ordinal += 1) {
      const takenBack = Math.max(run.deferredAt.get(ordinal) ?? -1, run.parkedAt.get(ordinal) ?? -1);
      const safe = run.verdicts.has(ordinal) || takenBack >= sinceStep;
      this.#expect(safe, "settle-before-ack", () => `acknowledged ordinal ${ordinal}, which is not settled`);
    }
  }

  advancing(runId: string): void {
    const { header } = this.truth(runId);
    const open = header?.phaseOutcome === null && header.phaseFailure === null;
    this.#expect(open, "5", () => "goes on after its last phase");
  }

  abandoning(runId: string, seen: RunHeader): void {
    const run = this.truth(runId);
    const failure = seen.planFailure ?? seen.finalizeFailure ?? seen.phaseFailure;
    this.#expect(
      seen.status === "completed" && (seen.outcome === "canceled" || failure !== null),
      "5",
      () => `cleans up after a run that is ${seen.status} ${seen.outcome}`,
    );
    const held = [...run.leases.values()].some(({ until }) => until > this.#clock());
    this.#expect(!held, "lease", () => "cleans up while a consumer may still be writing");
  }

  finalizing(runId: string): void {
    const run = this.truth(runId);
    this.#expect(
      run.processed === run.indices.length,
      "5",
      () => `finalizes at ${run.processed} of ${run.indices.length}`,
    );
  }

  /** What a live object has in memory, at the end of each step. */
  remembered(runId: string, state: RunState): void {
    const run = this.truth(runId);
    if (!state.exists || state.ledger === null) return;
    const { counts, processed, total } = state.ledger;
    const same = KINDS.every((kind) => counts[kind] === run.tally[kind]) && processed === run.processed;
    this.#expect(
      same,
      "4",
      () => `the ledger in memory has ${JSON.stringify(counts)}, the verdict log ${JSON.stringify(run.tally)}`,
    );
    this.#expect(processed >= 0 && processed <= total, "1", () => `${processed} of ${total} processed`);
  }

  /** What every reader of D1 sees, at the end of each step. */
  read(): void {
    this.#now();
    if (this.#database.changes === this.#changesSeen) return;
    this.#changesSeen = this.#database.changes;
    for (const run of this.#runs.values()) {
      const row = this.#database.readRow(run.runId);
      if (row !== null) this.#row(run, row);
    }
  }

  #row(run: RunTruth, row: ProjectionRow): void {
    const text = JSON.stringify(row);
    if (run.settledRow !== null) {
      this.#expect(run.settledRow === text, "6", () => `the completed row changed from ${run.settledRow} to ${text}`);
      return;
    }
    this.#expect(
      row.version >= run.shownVersion,
      "3",
      () => `the row went from version ${run.shownVersion} back to ${row.version}`,
    );
    this.shown(run.runId, row);
    const processed = row.summaryCounts.processed ?? 0;
    this.#expect(
      processed >= run.shownProcessed,
      "3",
      () => `the row went from ${run.shownProcessed} back to ${processed}`,
    );
    run.shownVersion = row.version;
    run.shownProcessed = processed;
    if (row.status === "completed") {
      run.settledRow = text;
      this.#wholeList(run);
    }
  }

  /** Anything that any reader is shown: a row of D1 or a frame. Returns the run as it is rendered. */
  shown(runId: string, row: ProjectionRow): ReturnType<Engine["presentRun"]>["run"] {
    const run = this.truth(runId);
    const { run: presented, anomaly } = this.#engine.presentRun(row, TENANT_SLUG, this.#declaration);
    const payload = JSON.stringify(presented);
    const known = run.payloads.get(row.version);
    if (known === payload) return presented;
    this.#expect(known === undefined, "3", () => `version ${row.version} is both ${known} and ${payload}`);
    run.payloads.set(row.version, payload);
    this.#expect(anomaly === null, "1", () => `a reader meets the anomaly ${anomaly}`);
    const { total, processed = 0, succeeded = 0, failed = 0, skipped = 0 } = row.summaryCounts;
    this.#expect(
      processed === succeeded + failed + skipped,
      "1",
      () => `${processed} processed of ${JSON.stringify(row.summaryCounts)}`,
    );
    this.#expect(processed <= (total ?? 0), "1", () => `${processed} of ${total} processed`);
    this.#expect(processed <= run.processed, "1", () => `${processed} shown, ${run.processed} settled`);
    this.#expect(
      total === undefined ? !row.sealed : total === run.indices.length,
      "2",
      () => `total ${total} of ${run.indices.length}`,
    );
    const { progress } = presented;
    const determinate = progress.kind === "counted" || progress.kind === "finalizing";
    this.#expect(
      !run.phased || row.status === "completed" || progress.kind === "phased",
      "1",
      () => `a phased run is shown as ${progress.kind}`,
    );
    this.#expect(
      !determinate || (row.sealed && run.header?.total !== null),
      "2",
      () => "a number was shown before the plan was sealed",
    );
    this.#expect(
      (progress.kind === "finished") === (row.status === "completed"),
      "5",
      () => `${progress.kind} while ${row.status}`,
    );
    if (progress.kind === "counted") {
      const floor = Math.floor((100 * processed) / run.indices.length);
      this.#expect(
        progress.percent === floor && progress.total === run.indices.length,
        "1",
        () => `${progress.text} at ${progress.percent} %`,
      );
    }
    if (progress.kind === "finalizing") {
      this.#expect(processed === run.indices.length, "1", () => `finalizing at ${progress.text}`);
    }
    return presented;
  }

  /** A completed row has its whole list of units that did not succeed. */
  #wholeList(run: RunTruth): void {
    const stored = this.#database.readUnits(run.runId);
    const right = [...run.verdicts].filter(([, { kind }]) => kind !== "succeeded").sort(([a], [b]) => a - b);
    const same =
      stored.length === right.length &&
      right.every(([ordinal, { kind, reasonCode }], index) => {
        const unit = stored[index];
        return (
          unit?.ordinal === ordinal &&
          unit.outcome === kind &&
          unit.reasonCode === reasonCode &&
          unit.key === run.keyOf(ordinal) &&
          unit.attempts >= 1
        );
      });
    this.#expect(same, "6", () => `the completed run lists ${stored.length} units, ${right.length} did not succeed`);
  }
}

/** A journal in memory that a test can crash: around any write, as often as it likes. What was written stays. */
import type {
  Attempt,
  AttemptOutcome,
  RecordedAttempt,
  RestoreJournal,
} from "../../../src/graph/calls/restore/journal.ts";

export class Crash extends Error {}

/** Which policies the restores of one tenant have created: no two journals may call one policy their own. */
export type Claims = Map<string, MemoryJournal>;

export class MemoryJournal implements RestoreJournal {
  readonly attempts: Attempt[] = [];
  /** Writes so far. */
  writes = 0;
  /** Crashes at this write, counted from 0. */
  crashAt: { write: number; when: "before" | "after" } | null = null;
  /** Called after each write. */
  afterWrite: () => Promise<void> = async () => {};
  readonly #claims: Claims;
  #ofEarlierRuns = 0;

  constructor(claims: Claims = new Map()) {
    this.#claims = claims;
  }

  /** Time passes: what was begun is that much longer ago. Graph's clock is real, so ours cannot be moved. */
  age(ms: number): void {
    for (const attempt of this.attempts) attempt.startedAt -= ms;
  }

  /** The next run of the plan goes on with what is there. */
  nextRun(): void {
    this.#ofEarlierRuns = this.attempts.length;
  }

  async read(): Promise<RecordedAttempt[]> {
    return this.attempts.map((attempt, index) => ({
      ...structuredClone(attempt),
      ofEarlierRun: index < this.#ofEarlierRuns,
    }));
  }

  async begin(attempt: Attempt): Promise<boolean> {
    return this.#write(() => {
      if (this.#find(attempt.step, attempt.number)) return false;
      this.attempts.push(structuredClone(attempt));
      return true;
    });
  }

  async end(step: string, number: number, outcome: AttemptOutcome): Promise<"recorded" | "taken" | "ended_already"> {
    return this.#write(() => {
      const attempt = this.#find(step, number);
      if (!attempt) throw new Error("ended before it was begun");
      if (attempt.outcome)
        return JSON.stringify(attempt.outcome) === JSON.stringify(outcome) ? "recorded" : "ended_already";
      if (outcome.kind === "applied" && outcome.policyId !== null) {
        const owner = this.#claims.get(outcome.policyId);
        if (owner && owner !== this) return "taken";
        this.#claims.set(outcome.policyId, this);
      }
      attempt.outcome = structuredClone(outcome);
      return "recorded";
    });
  }

  #find(step: string, number: number): Attempt | undefined {
    return this.attempts.find((attempt) => attempt.step === step && attempt.number === number);
  }

  async #write<Result>(write: () => Result): Promise<Result> {
    const crash = this.crashAt?.write === this.writes ? this.crashAt.when : null;
    this.writes += 1;
    if (crash === "before") throw new Crash("before a journal write");
    const result = write();
    await this.afterWrite();
    if (crash === "after") throw new Crash("after a journal write");
    return result;
  }
}

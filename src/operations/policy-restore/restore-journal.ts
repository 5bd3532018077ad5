/** The journal of one plan item as the executor of its writes keeps it, on D1. */
import { z } from "zod";
import { beginAttempt, endAttempt, type JournalKey, readAttempts } from "../../database/restore/restore-journal.ts";
import type { Attempt, AttemptOutcome, RecordedAttempt, RestoreJournal } from "../../graph/calls/restore/journal.ts";
import type { TenantDatabase } from "../../database/databases.ts";

const requestId = z.string().nullable();
const outcomeSchema: z.ZodType<AttemptOutcome> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("applied"), policyId: z.string().nullable(), requestId }),
  z.object({ kind: z.literal("not_applied"), requestId }),
  z.object({ kind: z.literal("lost"), requestId }),
  z.object({ kind: z.literal("parked"), code: z.string(), justification: z.string(), requestId }),
  z.object({
    kind: z.literal("declined"),
    code: z.string(),
    how: z.enum(["rejected", "canceled", "expired"]),
    requestId,
  }),
]);
const attemptSchema: z.ZodType<Attempt> = z.object({
  step: z.string(),
  number: z.int().min(1),
  startedAt: z.int(),
  existedBefore: z.array(z.string()),
  outcome: outcomeSchema.nullable(),
});

export class PlanItemJournal implements RestoreJournal {
  readonly #database: TenantDatabase;
  readonly #key: JournalKey;
  readonly #runId: string;

  constructor(database: TenantDatabase, key: JournalKey, runId: string) {
    this.#database = database;
    this.#key = key;
    this.#runId = runId;
  }

  async read(): Promise<RecordedAttempt[]> {
    const stored = await readAttempts(this.#database, this.#key);
    return stored.map(({ runId, entry }) => ({ ...attemptSchema.parse(entry), ofEarlierRun: runId !== this.#runId }));
  }

  /** Whether this run has written anything of the item. */
  async hasWritten(): Promise<boolean> {
    const attempts = await this.read();
    return attempts.some(({ ofEarlierRun, outcome }) => !ofEarlierRun && outcome?.kind === "applied");
  }

  begin(attempt: Attempt): Promise<boolean> {
    return beginAttempt(this.#database, this.#key, { runId: this.#runId, at: attempt.startedAt, entry: attempt });
  }

  end(step: string, number: number, outcome: AttemptOutcome): Promise<"recorded" | "taken" | "ended_already"> {
    const policyId = outcome.kind === "applied" ? outcome.policyId : null;
    return endAttempt(this.#database, this.#key, { step, number }, { policyId, text: JSON.stringify(outcome) });
  }
}

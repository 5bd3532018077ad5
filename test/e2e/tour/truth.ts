/** What D1 has held, moment by moment, read from its files beside the product: what the console shows is compared with it. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

const EVERY_MS = 50;

interface Held<T> {
  /** From when on at the earliest, in milliseconds since the epoch: it was not so at the look before. */
  from: number;
  /** The look that found it: the value before may have held until then. */
  until: number;
  value: T;
}

/** The values of one fact, oldest first. */
class History<T> {
  readonly #held: Held<T>[] = [];

  note(value: T, sinceLook: number, at: number): void {
    const last = this.#held.at(-1);
    if (last === undefined || JSON.stringify(last.value) !== JSON.stringify(value))
      this.#held.push({ from: sinceLook, until: at, value });
  }

  /** All that it was in a span of time. */
  between(from: number, until: number): T[] {
    return (
      this.#held
        // A value may have held until the look that found the next one.
        .filter((held, index) => held.from <= until && (this.#held[index + 1]?.until ?? Infinity) >= from)
        .map(({ value }) => value)
    );
  }
}

export interface RunRow {
  status: string;
  outcome: string;
  counts: Record<string, number>;
}

export interface TenantFacts {
  active: number;
  policies: number;
  completeFamilies: number;
}

/** The counts of a tenant and its runs as D1 has them, followed until it is closed. */
export class TruthOfD1 {
  readonly #databases: DatabaseSync[];
  readonly #runs = new Map<string, History<RunRow>>();
  readonly #facts = new History<TenantFacts>();
  readonly #timer: NodeJS.Timeout;
  readonly #tenantId: string;
  #lookedAt = Date.now();
  looks = 0;

  constructor(stateDirectory: string, tenantId: string) {
    const folder = path.join(stateDirectory, "state/v3/d1");
    this.#tenantId = tenantId;
    this.#databases = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".sqlite") && !file.includes("metadata"))
      .map((file) => new DatabaseSync(path.join(folder, file), { readOnly: true }));
    this.#look();
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
  }

  runBetween(runId: string, from: number, until: number): RunRow[] {
    return this.#runs.get(runId)?.between(from, until) ?? [];
  }

  factsBetween(from: number, until: number): TenantFacts[] {
    return this.#facts.between(from, until);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const database of this.#databases) database.close();
  }

  #look(): void {
    const at = Date.now();
    const facts: TenantFacts = { active: 0, policies: 0, completeFamilies: 0 };
    for (const database of this.#databases) {
      const runs = database
        .prepare("select id, status, outcome, summary_counts as counts from operation_runs where tenant_id = ?")
        .all(this.#tenantId);
      for (const { id, status, outcome, counts } of runs) {
        if (status !== "completed") facts.active += 1;
        const row = { status: String(status), outcome: String(outcome), counts: JSON.parse(String(counts)) };
        const history = this.#runs.get(String(id)) ?? new History();
        this.#runs.set(String(id), history);
        history.note(row, this.#lookedAt, at);
      }
      const [families] = database
        .prepare(
          `select coalesce(sum(policy_count), 0) as policies, coalesce(sum(last_outcome = 'succeeded'), 0) as complete
           from inventory_families where tenant_id = ?`,
        )
        .all(this.#tenantId);
      facts.policies += Number(families?.["policies"]);
      facts.completeFamilies += Number(families?.["complete"]);
    }
    this.#facts.note(facts, this.#lookedAt, at);
    this.#lookedAt = at;
    this.looks += 1;
  }
}

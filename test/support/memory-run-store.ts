/** A run store in memory with the same contract as the SQLite one: for pure tests and simulations. Survives its coordinator. */
import type { JournalEntry } from "../../src/runs/ledger.ts";
import type {
  CommitName,
  Deferral,
  PlanPageRow,
  RunCommit,
  RunHeader,
  RunPulse,
  RunStore,
} from "../../src/runs/run-store.ts";

export class MemoryRunStore implements RunStore {
  #header: string | null = null;
  #pulse: string | null = null;
  #journal: { seq: number; json: string }[] = [];
  readonly #plan = new Map<number, string>();
  readonly #deferrals = new Map<number, string>();
  /** Called before and after each commit; throwing before it loses the write, throwing after it keeps it. */
  onCommit: (name: CommitName, moment: "before" | "after") => void = () => {};

  loadHeader(): RunHeader | null {
    return this.#header === null ? null : parse<RunHeader>(this.#header);
  }

  loadPulse(): RunPulse | null {
    return this.#pulse === null ? null : parse<RunPulse>(this.#pulse);
  }

  readJournal(afterSeq = 0): JournalEntry[] {
    return this.#journal.filter(({ seq }) => seq > afterSeq).map(({ json }) => parse<JournalEntry>(json));
  }

  readPlanPage(ordinal: number): PlanPageRow | null {
    const firstOrdinal = Math.max(-1, ...[...this.#plan.keys()].filter((first) => first <= ordinal));
    const units = this.#plan.get(firstOrdinal);
    return units === undefined ? null : { firstOrdinal, units: parse<PlanPageRow["units"]>(units) };
  }

  loadDeferrals(): Deferral[] {
    return [...this.#deferrals.values()].map((json) => parse<Deferral>(json));
  }

  commit(name: CommitName, write: RunCommit): void {
    this.onCommit(name, "before");
    if (write.header !== undefined) this.#header = JSON.stringify(write.header);
    if (write.pulse !== undefined) this.#pulse = JSON.stringify(write.pulse);
    if (write.compactedJournal !== undefined) this.#journal = [];
    for (const entry of [write.journal, ...(write.compactedJournal ?? [])]) {
      if (entry === undefined) continue;
      if (this.#journal.some(({ seq }) => seq === entry.seq)) throw new Error(`journal entry ${entry.seq} exists`);
      this.#journal.push({ seq: entry.seq, json: JSON.stringify(entry) });
    }
    if (write.planPage !== undefined) this.#plan.set(write.planPage.firstOrdinal, JSON.stringify(write.planPage.units));
    for (const deferral of write.deferrals ?? []) this.#deferrals.set(deferral.ordinal, JSON.stringify(deferral));
    if (write.compactedJournal !== undefined && write.header?.status === "completed") {
      this.#plan.clear();
      this.#deferrals.clear();
    }
    this.onCommit(name, "after");
  }
}

/** What this class stringified itself. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it names what was stringified under that key
function parse<T>(json: string): T {
  // oxlint-disable-next-line typescript/consistent-type-assertions, typescript/no-unsafe-type-assertion -- nothing else writes here
  return JSON.parse(json) as T;
}

/** The run store on a Durable Object's SQLite. JSON in it was written by this file's own types, by this class alone. */
import type { PlannedUnit } from "../facts/units.ts";
import type { JournalEntry } from "../ledger.ts";
import type { CommitName, Deferral, PlanPageRow, RunCommit, RunHeader, RunPulse, RunStore } from "../run-store.ts";

/** Units in a stored plan row: far below the 2 MB a row may have, and few enough to parse for one claim. */
const UNITS_PER_PLAN_ROW = 200;

const TABLES = {
  run: "CREATE TABLE IF NOT EXISTS run (id INTEGER PRIMARY KEY CHECK (id = 1), header TEXT NOT NULL)",
  pulse: "CREATE TABLE IF NOT EXISTS pulse (id INTEGER PRIMARY KEY CHECK (id = 1), pulse TEXT NOT NULL)",
  journal: "CREATE TABLE IF NOT EXISTS journal (seq INTEGER PRIMARY KEY, entry TEXT NOT NULL)",
  plan: "CREATE TABLE IF NOT EXISTS plan (first_ordinal INTEGER PRIMARY KEY, units TEXT NOT NULL)",
  deferral: "CREATE TABLE IF NOT EXISTS deferral (ordinal INTEGER PRIMARY KEY, deferral TEXT NOT NULL)",
};

export class SqliteRunStore implements RunStore {
  readonly #storage: DurableObjectStorage;
  #rowsWritten = 0;
  /** A run that never was, or is forgotten, has no tables: to be asked about it leaves nothing behind. */
  #hasTables = false;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    const [known] = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'run'");
    if (known !== undefined) this.#makeTables();
  }

  #makeTables(): void {
    this.#storage.sql.exec(Object.values(TABLES).join(";"));
    this.#hasTables = true;
  }

  /** Rows written by this instance, as the platform bills them; alarms are not included. */
  get rowsWritten(): number {
    return this.#rowsWritten;
  }

  loadHeader(): RunHeader | null {
    return this.#one<RunHeader>("SELECT header AS json FROM run");
  }

  loadPulse(): RunPulse | null {
    return this.#one<RunPulse>("SELECT pulse AS json FROM pulse");
  }

  readJournal(afterSeq = 0): Iterable<JournalEntry> {
    return this.#each<JournalEntry>("SELECT entry AS json FROM journal WHERE seq > ? ORDER BY seq", afterSeq);
  }

  readPlanPage(ordinal: number): PlanPageRow | null {
    if (!this.#hasTables) return null;
    const sql = "SELECT first_ordinal, units FROM plan WHERE first_ordinal <= ? ORDER BY first_ordinal DESC LIMIT 1";
    for (const row of this.#storage.sql.exec<{ first_ordinal: number; units: string }>(sql, ordinal)) {
      return { firstOrdinal: row.first_ordinal, units: trusted<PlannedUnit[]>(row.units) };
    }
    return null;
  }

  loadDeferrals(): Iterable<Deferral> {
    return this.#each<Deferral>("SELECT deferral AS json FROM deferral");
  }

  commit(_name: CommitName, write: RunCommit): void {
    if (!this.#hasTables) this.#makeTables();
    const parts = [write.header, write.pulse, write.journal, write.planPage, write.deferrals, write.compactedJournal];
    if (
      parts.filter((part) => part !== undefined).length <= 1 &&
      write.planPage === undefined &&
      write.deferrals === undefined
    ) {
      this.#write(write);
    } else {
      this.#storage.transactionSync(() => this.#write(write));
    }
  }

  #write(write: RunCommit): void {
    const { header, pulse, journal, planPage, deferrals, compactedJournal } = write;
    if (header !== undefined)
      this.#exec("INSERT OR REPLACE INTO run (id, header) VALUES (1, ?)", JSON.stringify(header));
    if (pulse !== undefined)
      this.#exec("INSERT OR REPLACE INTO pulse (id, pulse) VALUES (1, ?)", JSON.stringify(pulse));
    if (journal !== undefined) this.#append(journal);
    if (planPage !== undefined) this.#storePlan(planPage);
    for (const deferral of deferrals ?? []) {
      const sql = "INSERT OR REPLACE INTO deferral (ordinal, deferral) VALUES (?, ?)";
      this.#exec(sql, deferral.ordinal, JSON.stringify(deferral));
    }
    if (compactedJournal === undefined) return;
    this.#empty("journal");
    for (const entry of compactedJournal) this.#append(entry);
    if (header?.status !== "completed") return;
    this.#empty("plan");
    this.#empty("deferral");
  }

  /** Drops the table instead of its rows: a deleted row counts like a written one, a dropped table counts two or three in all. */
  #empty(table: keyof typeof TABLES): void {
    this.#exec(`DROP TABLE ${table}`);
    this.#exec(TABLES[table]);
  }

  #append(entry: JournalEntry): void {
    this.#exec("INSERT INTO journal (seq, entry) VALUES (?, ?)", entry.seq, JSON.stringify(entry));
  }

  #storePlan(page: PlanPageRow): void {
    for (let start = 0; start < page.units.length; start += UNITS_PER_PLAN_ROW) {
      const units = page.units.slice(start, start + UNITS_PER_PLAN_ROW);
      const sql = "INSERT OR REPLACE INTO plan (first_ordinal, units) VALUES (?, ?)";
      this.#exec(sql, page.firstOrdinal + start, JSON.stringify(units));
    }
  }

  #exec(sql: string, ...bindings: (string | number)[]): void {
    this.#rowsWritten += this.#storage.sql.exec(sql, ...bindings).rowsWritten;
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as `trusted`
  #one<T>(sql: string): T | null {
    const [found] = this.#each<T>(sql);
    return found ?? null;
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as `trusted`
  *#each<T>(sql: string, ...bindings: number[]): Generator<T> {
    if (!this.#hasTables) return;
    for (const row of this.#storage.sql.exec<{ json: string }>(sql, ...bindings)) yield trusted<T>(row.json);
  }
}

/** The one place where stored JSON is believed: nothing but this class writes this object's tables. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it names what this class stored under that query
function trusted<T>(json: string): T {
  // oxlint-disable-next-line typescript/consistent-type-assertions, typescript/no-unsafe-type-assertion -- see above; decisions/008
  return JSON.parse(json) as T;
}

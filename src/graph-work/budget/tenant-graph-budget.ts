/** The Durable Object of a tenant's Graph budget: gives `TenantBuckets` a clock and a memory. One for each tenant, by its id. */
import { DurableObject } from "cloudflare:workers";
import { SERVICE_GROUPS, type ServiceGroup } from "../../graph/calls/service-groups.ts";
import {
  type LearnedRate,
  learnedRateSchema,
  type PermitAnswer,
  type PermitRequest,
  type RefusalReport,
  TenantBuckets,
} from "./tenant-buckets.ts";

/** A rate that rises is written down at most this often: what a restart forgets of it is learned again in seconds. */
const SAVE_EVERY_MS = 60_000;
const TABLE = "CREATE TABLE IF NOT EXISTS learned (service TEXT PRIMARY KEY, rate TEXT NOT NULL) WITHOUT ROWID";

const GROUPS: readonly ServiceGroup[] = Object.keys(SERVICE_GROUPS).filter(isGroup);

export class TenantGraphBudget extends DurableObject<Env> {
  #buckets: TenantBuckets;
  readonly #saved = new Map<ServiceGroup, { rate: LearnedRate; at: number }>();

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#buckets = this.#load();
  }

  /** Permits, or when to ask again. Nothing is written while Graph refuses nothing. */
  take(request: PermitRequest): PermitAnswer {
    const now = Date.now();
    const answer = this.#buckets.take(request, now);
    this.#save(request.group, now, false);
    return answer;
  }

  /** Graph has refused requests. Durable when it returns; the same report again closes the group for as long and lowers nothing more. */
  refused(report: RefusalReport): void {
    const now = Date.now();
    this.#buckets.refused(report, now);
    this.#save(report.group, now, true);
  }

  /** What was learned, for those groups where Graph has refused something. */
  learned(): Record<string, LearnedRate> {
    return Object.fromEntries(
      GROUPS.flatMap((group) => {
        const rate = this.#buckets.learned(group);
        return rate === null ? [] : [[group, rate]];
      }),
    );
  }

  /** Deletes all that is kept: of a tenant that is deleted. May be called any number of times. */
  async forget(): Promise<void> {
    await this.ctx.blockConcurrencyWhile(async () => {
      await this.ctx.storage.deleteAll();
      this.#saved.clear();
      this.#buckets = this.#load();
    });
  }

  #load(): TenantBuckets {
    const { sql } = this.ctx.storage;
    const learned = new Map<ServiceGroup, LearnedRate>();
    // A tenant that Graph never refused has no table: to be asked leaves nothing behind.
    const [known] = sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'learned'");
    if (known !== undefined) {
      for (const row of sql.exec<{ service: string; rate: string }>("SELECT service, rate FROM learned")) {
        const rate = learnedRateSchema.safeParse(JSON.parse(row.rate));
        // What another version wrote otherwise is learned anew.
        if (!isGroup(row.service) || !rate.success) continue;
        learned.set(row.service, rate.data);
        this.#saved.set(row.service, { rate: rate.data, at: Date.now() });
      }
    }
    return new TenantBuckets(learned, Date.now());
  }

  #save(group: ServiceGroup, now: number, atOnce: boolean): void {
    const rate = this.#buckets.learned(group);
    const saved = this.#saved.get(group);
    if (rate === null || saved?.rate === rate) return;
    if (!atOnce && saved !== undefined && Math.abs(now - saved.at) < SAVE_EVERY_MS) return;
    const { sql } = this.ctx.storage;
    sql.exec(TABLE);
    sql.exec("INSERT OR REPLACE INTO learned (service, rate) VALUES (?, ?)", group, JSON.stringify(rate));
    this.#saved.set(group, { rate, at: now });
  }
}

function isGroup(text: string): text is ServiceGroup {
  return Object.hasOwn(SERVICE_GROUPS, text);
}

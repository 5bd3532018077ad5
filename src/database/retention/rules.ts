/** How long a tenant keeps what: reading and changing its rules. */
import { eq } from "drizzle-orm";
import { type RetentionRules, retentionRulesSchema, STANDARD_RULES } from "../../contract/retention.ts";
import { auditEventWhere } from "../audit/audit-events.ts";
import { query } from "../sql/read.ts";
import { tenantSettings } from "../tenancy/tables.ts";
import { tenantRetention } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

export interface StoredRules {
  rules: RetentionRules;
  /** Grows with each change of what is stored. */
  version: number;
}

/** The tenant's rules; the standard where it has chosen nothing. One batch of two queries. */
export async function readRetentionRules(database: TenantDatabase, tenantId: string): Promise<StoredRules> {
  const [[chosen], [settings]] = await query(database).batch([
    query(database)
      .select({ rules: tenantRetention.rules, version: tenantRetention.updatedAt })
      .from(tenantRetention)
      .where(eq(tenantRetention.tenantId, tenantId)),
    query(database)
      .select({ reviewPacks: tenantSettings.reviewPackRetentionDays })
      .from(tenantSettings)
      .where(eq(tenantSettings.tenantId, tenantId)),
  ]);
  return {
    rules: retentionRulesSchema.parse({ ...STANDARD_RULES, ...chosen?.rules, ...settings }),
    version: chosen?.version ?? 0,
  };
}

export interface RulesChange {
  tenantId: string;
  actorId: string;
  /** Milliseconds since the epoch. */
  at: number;
  before: StoredRules;
  rules: RetentionRules;
  /** How many things go by them now, by kind: what the person was shown. */
  removes: Readonly<Record<string, number>>;
}

/**
 * Stores rules, with the event that tells what they were, and makes the sweep look at the tenant next. False when the rules are not those
 * of `before` any more: then nothing is stored. One batch.
 */
export async function writeRetentionRules(database: TenantDatabase, change: RulesChange): Promise<boolean> {
  const { tenantId, actorId, at, before, rules, removes } = change;
  const { reviewPacks, ...stored } = rules;
  // Parameters from `first`: the tenant, the version, the packs' days and their standard.
  const isAsBefore = (first: number) =>
    `coalesce((select updated_at from tenant_retention where tenant_id = ?${first}), 0) = ?${first + 1}
       and coalesce((select review_pack_retention_days from tenant_settings where tenant_id = ?${first}), ?${first + 3}) = ?${first + 2}`;
  const condition = [tenantId, before.version, before.rules.reviewPacks, STANDARD_RULES.reviewPacks];
  const version = Math.max(at, before.version + 1);
  // What the third statement has stored is the condition of those behind it.
  const isStored = "exists (select 1 from tenant_retention where tenant_id = ?1 and updated_at = ?2)";
  const [event] = await database.batch([
    auditEventWhere(
      database,
      {
        tenantId,
        at,
        action: "retention.change",
        actorId,
        targetKind: "retention",
        targetId: tenantId,
        detail: { rules: { ...rules }, previous: { ...before.rules }, removes },
      },
      { condition: isAsBefore(9), values: condition },
    ),
    database
      .prepare(
        `insert into tenant_retention (tenant_id, rules, updated_at) select ?1, ?5, ?6 where ${isAsBefore(1)}
         on conflict (tenant_id) do update set rules = ?5, updated_at = ?6`,
      )
      .bind(...condition, JSON.stringify(stored), version),
    database
      .prepare(
        `insert into tenant_settings (tenant_id, review_pack_retention_days, updated_at) select ?1, ?3, ?4 where ${isStored}
         on conflict (tenant_id) do update set review_pack_retention_days = ?3, updated_at = ?4`,
      )
      .bind(tenantId, version, reviewPacks, at),
    database
      .prepare(
        `insert into retention_turns (tenant_id, next_at) select ?1, 0 where ${isStored}
         on conflict (tenant_id) do update set next_at = 0`,
      )
      .bind(tenantId, version),
  ]);
  return event?.meta.changes === 1;
}

/** A tenant's rows in D1, table by table in the order of their references. */
import { chainAuditEvents } from "../../../database/audit/audit-chain.ts";
import { nameOf, TENANT_TABLES } from "../../../database/exports/tenant-tables.ts";
import { dropFence } from "../../../database/moves/fences.ts";
import {
  advance,
  cutAuditLog,
  type Deletion,
  countInControl,
  removeFromTenants,
  removeInControl,
  removeOrphans,
  removeRows,
} from "../../../database/offboarding/removal.ts";
import type { StepResult } from "./step-result.ts";
import type { TenantEnv } from "../../../database/databases.ts";

/** Removes some rows of the table that is next. Each transaction removes, and counts what it removes. */
export async function removeAllRows(env: TenantEnv, deletion: Deletion, now: number): Promise<StepResult> {
  const { DATABASE } = env;
  const { table, after } = deletion.position;
  const entry = TENANT_TABLES[table];
  if (entry === undefined || entry.control === true) {
    const some = entry ?? "api_tokens";
    if (after !== "counted") return { kind: "on", deletion: await countInControl(env, deletion, some) };
    await removeInControl(env.CONTROL, deletion, some);
    if (entry !== undefined) {
      return { kind: "on", deletion: await advance(DATABASE, deletion, { table: table + 1, after: "" }) };
    }
    // A shard that the tenant has left refuses writes for it until now.
    for (const shard of env.SHARDS.values()) await dropFence(shard, deletion.tenantId);
    await removeFromTenants(env.CONTROL, deletion.tenantId);
    const next = { step: "verify", phase: "Looking at all of it again", after: "" } as const;
    return { kind: "on", deletion: await advance(DATABASE, deletion, next) };
  }
  // The log's events and their chain go behind a cut alone.
  if (nameOf(entry) === "audit_chain" && after !== "cut") {
    await cutAuditLog(DATABASE, deletion, await chainAuditEvents(DATABASE, deletion.tenantId), now);
    return { kind: "on", deletion: await advance(DATABASE, deletion, { after: "cut" }) };
  }
  if ((await removeRows(DATABASE, deletion, entry)) > 0) return { kind: "on", deletion };
  if ((await removeOrphans(DATABASE, deletion, entry)) > 0) return { kind: "on", deletion };
  return { kind: "on", deletion: await advance(DATABASE, deletion, { table: table + 1, after: "" }) };
}

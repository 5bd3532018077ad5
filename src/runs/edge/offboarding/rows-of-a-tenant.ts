/** A tenant's rows in D1, table by table in the order of their references. */
import { chainAuditEvents } from "../../../database/audit/audit-chain.ts";
import { nameOf, TENANT_TABLES } from "../../../database/exports/tenant-tables.ts";
import {
  advance,
  cutAuditLog,
  type Deletion,
  removeOrphans,
  removeRows,
  removeTokens,
} from "../../../database/offboarding/removal.ts";
import type { StepResult } from "./step-result.ts";
import type { TenantEnv } from "../../../database/databases.ts";

/** Removes some rows of the table that is next. Each transaction removes, and counts what it removes. */
export async function removeAllRows(env: TenantEnv, deletion: Deletion, now: number): Promise<StepResult> {
  const { DATABASE } = env;
  const { table } = deletion.position;
  const entry = TENANT_TABLES[table];
  if (entry === undefined) {
    await removeTokens(DATABASE, deletion);
    const next = { step: "verify", phase: "Looking at all of it again" } as const;
    return { kind: "on", deletion: await advance(DATABASE, deletion, next) };
  }
  // The log's events and their chain go behind a cut alone.
  if (nameOf(entry) === "audit_chain" && deletion.position.after !== "cut") {
    await cutAuditLog(DATABASE, deletion, await chainAuditEvents(DATABASE, deletion.tenantId), now);
    return { kind: "on", deletion: await advance(DATABASE, deletion, { after: "cut" }) };
  }
  if ((await removeRows(DATABASE, deletion, entry)) > 0) return { kind: "on", deletion };
  if ((await removeOrphans(DATABASE, deletion, entry)) > 0) return { kind: "on", deletion };
  return { kind: "on", deletion: await advance(DATABASE, deletion, { table: table + 1, after: "" }) };
}

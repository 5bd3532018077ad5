import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { dropOldChanges, CHANGES_KEPT_MS } from "../../src/database/changes/change-recording.ts";
import { readLogStates } from "../../src/database/changes/policy-changes.ts";
import { inventorySync } from "../../src/operations/inventory-sync/inventory-sync.ts";
import type { FinalizeResult } from "../../src/runs/operation.ts";
import { runReference } from "../support/run-reference.ts";
import { settingsCatalogPolicy, simulatedTenant, type SimulatedTenant } from "./simulated-tenant.ts";

const ANNA = { userPrincipalName: "anna@contoso.test", displayName: "Anna Admin", application: "Intune portal" };
let runs = 0;

/** What a sync does after its units, step by step. */
async function readLogs(tenant: SimulatedTenant, now?: number): Promise<FinalizeResult> {
  const context = { ...tenant.context(), ...(now === undefined ? {} : { now: () => now }) };
  const reference = runReference(tenant.tenantId, `logs-${(runs += 1)}`, { createdAt: now ?? Date.now() });
  const run = { ...reference, total: 1, counts: { succeeded: 1, failed: 0, skipped: 0 } };
  let cursor: string | null = null;
  for (let step = 0; step < 60; step += 1) {
    const answer: FinalizeResult | undefined = await inventorySync.finalize?.(
      { ...run, cursor },
      { families: [] },
      context,
    );
    if (answer?.kind !== "continue") return answer ?? { kind: "finalized", result: null };
    cursor = answer.cursor;
  }
  throw new Error("the reading does not end");
}

const rowSchema = z.object({
  resource_id: z.string(),
  log: z.string(),
  actor_name: z.string(),
  application_name: z.string().nullable(),
  operation: z.string(),
  ours: z.int(),
  properties: z.string(),
});
async function stored(tenant: SimulatedTenant) {
  const { results } = await env.DATABASE.prepare(
    "select * from policy_changes where tenant_id = ? order by at, event_id",
  )
    .bind(tenant.tenantId)
    .all();
  return z.array(rowSchema).parse(results);
}

describe("The audit logs, after a sync", () => {
  it("are read into rows of who changed what, each event once however often it is read", async () => {
    const tenant = await simulatedTenant();
    const id = await tenant.add("settingsCatalog", settingsCatalogPolicy("Edge"));
    await tenant.control("PUT", `/policies/settingsCatalog/${id}`, { doc: { description: "new" }, actor: ANNA });
    const access = await tenant.add("conditionalAccess", {
      displayName: "MFA",
      state: "enabled",
      conditions: { users: { includeUsers: ["All"] }, applications: { includeApplications: ["All"] } },
      grantControls: { operator: "OR", builtInControls: ["mfa"] },
    });
    await tenant.control("PUT", `/policies/conditionalAccess/${access}`, { doc: { state: "disabled" }, actor: ANNA });

    expect(await readLogs(tenant)).toEqual({ kind: "finalized", result: null });
    const rows = await stored(tenant);
    expect(rows).toHaveLength(4);
    const edit = rows.find((row) => row.resource_id === id && row.operation === "update");
    expect(edit).toMatchObject({
      log: "intune",
      actor_name: ANNA.userPrincipalName,
      application_name: ANNA.application,
      ours: 0,
    });
    expect(JSON.parse(edit?.properties ?? "")).toContainEqual({ name: "Description", oldValue: "", newValue: "new" });
    const off = rows.find((row) => row.resource_id === access && row.operation === "update");
    expect(off).toMatchObject({ log: "directory", actor_name: ANNA.displayName });
    expect(JSON.parse(off?.properties ?? "")).toContainEqual({
      name: "state",
      oldValue: "enabled",
      newValue: "disabled",
    });

    await readLogs(tenant);
    expect(await stored(tenant)).toEqual(rows);
  });

  it("say which permission is missing, fail nothing, and are read from where they were left once it is granted", async () => {
    const tenant = await simulatedTenant();
    await tenant.control("POST", "/permissions", { remove: ["AuditLog.Read.All"] });
    expect(await readLogs(tenant)).toEqual({ kind: "finalized", result: null });
    const states = await readLogStates(env.DATABASE, tenant.tenantId);
    expect(states.get("intune")).toMatchObject({ reasonCode: null });
    expect(states.get("directory")).toMatchObject({ coveredUntil: null, reasonCode: "permission_missing" });
    expect(states.get("directory")?.reasonMessage).toContain("AuditLog.Read.All");

    await tenant.control("POST", "/permissions", { grant: ["AuditLog.Read.All"] });
    await readLogs(tenant);
    const directory = (await readLogStates(env.DATABASE, tenant.tenantId)).get("directory");
    expect(directory).toMatchObject({ reasonCode: null });
    expect(directory?.coveredUntil).not.toBeNull();
  });

  it("continue what they cover from sync to sync, and begin anew after a gap that is longer than they reach", async () => {
    const tenant = await simulatedTenant();
    const [day, first] = [86_400_000, Date.now() - 80 * 86_400_000];
    const intune = async () => (await readLogStates(env.DATABASE, tenant.tenantId)).get("intune");
    await readLogs(tenant, first);
    expect(await intune()).toMatchObject({ coveredFrom: first - 30 * day, coveredUntil: first });
    await readLogs(tenant, first + 20 * day);
    expect(await intune()).toMatchObject({ coveredFrom: first - 30 * day, coveredUntil: first + 20 * day });
    await readLogs(tenant, first + 60 * day);
    expect(await intune()).toMatchObject({ coveredFrom: first + 30 * day, coveredUntil: first + 60 * day });
  });

  it("that do not answer leave the run as it was", async () => {
    const tenant = await simulatedTenant();
    await tenant.fault({ family: "auditEvents", status: 400 });
    expect(await readLogs(tenant)).toEqual({ kind: "finalized", result: null });
    const states = await readLogStates(env.DATABASE, tenant.tenantId);
    expect(states.get("intune")).toMatchObject({ coveredUntil: null, reasonCode: "log_unreachable" });
    expect(states.get("directory")).toMatchObject({ reasonCode: null });
  });

  it("keep changes for 400 days", async () => {
    const tenant = await simulatedTenant();
    await tenant.add("settingsCatalog", settingsCatalogPolicy("Old"));
    await readLogs(tenant);
    await dropOldChanges(env.DATABASE, Date.now() + CHANGES_KEPT_MS - 60_000);
    expect(await stored(tenant)).toHaveLength(1);
    await dropOldChanges(env.DATABASE, Date.now() + CHANGES_KEPT_MS + 60_000);
    expect(await stored(tenant)).toHaveLength(0);
  });
});

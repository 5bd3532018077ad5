import { describe, expect, it } from "vitest";
import { z } from "zod";
import { STANDARD_RULES } from "../../src/contract/retention.ts";
import { cutoffsOf } from "../../src/database/retention/due.ts";
import { removeChanges } from "../../src/database/retention/removal.ts";
import { listPolicyVersions } from "../../src/database/inventory/policies.ts";
import { latestChanges, readLogStates } from "../../src/database/changes/policy-changes.ts";
import { queryPlans } from "../support/query-plans.ts";
import { backedUp, counted, previewed, remove, restored } from "./policy-restore/restores.ts";
import { settingsCatalogPolicy, simulatedTenant, type SimulatedTenant } from "./simulated-tenant.ts";
import { env } from "../support/environment.ts";

const ANNA = { userPrincipalName: "anna@contoso.test", displayName: "Anna Admin", application: "Intune portal" };
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

    expect(await tenant.readLogs()).toEqual({ kind: "finalized", result: null });
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

    await tenant.readLogs();
    expect(await stored(tenant)).toEqual(rows);
  });

  it("say which permission is missing, fail nothing, and are read from where they were left once it is granted", async () => {
    const tenant = await simulatedTenant();
    await tenant.control("POST", "/permissions", { remove: ["AuditLog.Read.All"] });
    expect(await tenant.readLogs()).toEqual({ kind: "finalized", result: null });
    const states = await readLogStates(env.DATABASE, tenant.tenantId);
    expect(states.get("intune")).toMatchObject({ reasonCode: null });
    expect(states.get("directory")).toMatchObject({ coveredUntil: null, reasonCode: "permission_missing" });
    expect(states.get("directory")?.reasonMessage).toContain("AuditLog.Read.All");

    await tenant.control("POST", "/permissions", { grant: ["AuditLog.Read.All"] });
    await tenant.readLogs();
    const directory = (await readLogStates(env.DATABASE, tenant.tenantId)).get("directory");
    expect(directory).toMatchObject({ reasonCode: null });
    expect(directory?.coveredUntil).not.toBeNull();
  });

  it("continue what they cover from sync to sync, and begin anew after a gap that is longer than they reach", async () => {
    const tenant = await simulatedTenant();
    const [day, first] = [86_400_000, Date.now() - 80 * 86_400_000];
    const intune = async () => (await readLogStates(env.DATABASE, tenant.tenantId)).get("intune");
    await tenant.readLogs(first);
    expect(await intune()).toMatchObject({ coveredFrom: first - 30 * day, coveredUntil: first });
    await tenant.readLogs(first + 20 * day);
    expect(await intune()).toMatchObject({ coveredFrom: first - 30 * day, coveredUntil: first + 20 * day });
    await tenant.readLogs(first + 60 * day);
    expect(await intune()).toMatchObject({ coveredFrom: first + 30 * day, coveredUntil: first + 60 * day });
  });

  it("tell of each version who made it, of a first one that it is older, and which changes are our own", async () => {
    const tenant = await simulatedTenant();
    const add = (name: string) => tenant.add("settingsCatalog", settingsCatalogPolicy(name));
    const id = await add("Edge");
    const lost = await add("Lost");
    const backupSetId = await backedUp(tenant, ["settingsCatalog"]);
    await tenant.control("PUT", `/policies/settingsCatalog/${id}`, { doc: { description: "new" }, actor: ANNA });
    await remove(tenant, "settingsCatalog", lost);
    await tenant.syncOne("settingsCatalog");
    const { results } = await restored(tenant, await previewed(tenant, { backupSetId }));
    expect(counted(results)).toMatchObject({ created: 1, updated: 1, failed: 0 });
    await tenant.syncOne("settingsCatalog");
    await tenant.readLogs();

    const policies = await tenant.inventory();
    const changes = async (name: string) => {
      const policyId = policies.find((policy) => policy.name === name)?.id ?? "";
      const request = { tenantId: tenant.tenantId, policyId, cursor: null, limit: 10 };
      return (await listPolicyVersions(env.DATABASE, request)).items.map(({ change }) => change);
    };
    expect(await changes("Lost")).toMatchObject([{ known: { ours: true, operation: "create" } }]);
    expect(await changes("Edge")).toMatchObject([
      { known: { ours: true, operation: "update", actor: { kind: "application", id: "client" } } },
      { known: { ours: false, operation: "update", actor: { kind: "user", name: ANNA.userPrincipalName } } },
      { known: { ours: false, operation: "create" } },
    ]);
    await env.DATABASE.prepare("delete from policy_changes where tenant_id = ?").bind(tenant.tenantId).run();
    expect((await changes("Edge")).map((change) => ("unknown" in change ? change.unknown.code : "known"))).toEqual([
      "not_in_log",
      "not_in_log",
      "older_than_kept",
    ]);
  });

  it("are looked through by an index", async () => {
    const span = { log: "intune" as const, resourceId: "r", type: null, after: 0, until: 1, removal: false };
    const plans = await queryPlans(env.DATABASE, async (database) => {
      await latestChanges(database, "tenant", [span]);
      await removeChanges(database, {
        tenantId: "tenant",
        cutoffs: cutoffsOf(STANDARD_RULES, 1e12),
        at: 1e12,
        limit: 1_000,
      });
    });
    expect(plans[0]?.plan).toContain(
      "USING INDEX policy_changes_by_resource (tenant_id=? AND resource_id=? AND log=? AND at>? AND at<?)",
    );
    const removal = plans.find(({ sql }) => sql.startsWith("delete from policy_changes"));
    expect(removal?.plan).toMatch(/USING (COVERING )?INDEX policy_changes_by_age \(tenant_id=\? AND at<\?\)/);
  });

  it("that do not answer leave the run as it was", async () => {
    const tenant = await simulatedTenant();
    await tenant.fault({ family: "auditEvents", status: 400 });
    expect(await tenant.readLogs()).toEqual({ kind: "finalized", result: null });
    const states = await readLogStates(env.DATABASE, tenant.tenantId);
    expect(states.get("intune")).toMatchObject({ coveredUntil: null, reasonCode: "log_unreachable" });
    expect(states.get("directory")).toMatchObject({ reasonCode: null });
  });

  it("keep changes for 400 days", async () => {
    const tenant = await simulatedTenant();
    await tenant.add("settingsCatalog", settingsCatalogPolicy("Old"));
    await tenant.readLogs();
    const keptMs = 400 * 86_400_000;
    const removeAt = (at: number) =>
      removeChanges(env.DATABASE, {
        tenantId: tenant.tenantId,
        cutoffs: cutoffsOf(STANDARD_RULES, at),
        at,
        limit: 1_000,
      });
    await removeAt(Date.now() + keptMs - 60_000);
    expect(await stored(tenant)).toHaveLength(1);
    await removeAt(Date.now() + keptMs + 60_000);
    expect(await stored(tenant)).toHaveLength(0);
  });
});

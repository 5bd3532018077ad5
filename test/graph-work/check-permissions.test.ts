/** The check against the simulator, which has a table of its own of what opens which path. */
import { beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import type { CheckFindings } from "../../src/graph/permissions/permission-report.ts";
import { FAMILIES, type FamilyKey } from "../../src/graph/families.ts";
import { findGrants } from "../../src/graph-work/check-permissions.ts";
import { RestoreBench } from "../graph/restore/simulated-restore.ts";

const TENANT = "permission-check";
const { control } = new RestoreBench(TENANT);

/** A client of its own each time, and so a new token. */
async function check(limits: { maxTotalWaitMs?: number } = {}): Promise<CheckFindings> {
  const result = await findGrants(new RestoreBench(TENANT).client(limits), "client", Date.now);
  if (result.kind !== "checked") throw new Error(result.reason.message);
  return result.findings;
}

function familiesWith(findings: CheckFindings, direction: "reading" | "writing", state: string): FamilyKey[] {
  return FAMILIES.flatMap(({ key }) => (findings.families[key]?.[direction].state === state ? [key] : []));
}

const batchSchema = z.object({ responses: z.array(z.object({ id: z.string(), status: z.int() })) });

/** The families whose writing the simulator refuses with 403. What else is wrong with what is sent, it would say later. */
async function refusedWrites(): Promise<FamilyKey[]> {
  const url = inject("simulatorUrl");
  const form = {
    grant_type: "client_credentials",
    client_id: "c",
    client_secret: "simulator-secret",
    scope: "x/.default",
  };
  const issued = await fetch(`${url}/${TENANT}/oauth2/v2.0/token`, { method: "POST", body: new URLSearchParams(form) });
  const { access_token: token } = z.object({ access_token: z.string() }).parse(await issued.json());
  const keys: FamilyKey[] = [];
  for (let first = 0; first < FAMILIES.length; first += 20) {
    const requests = FAMILIES.slice(first, first + 20).map(({ key, path }) => ({
      id: key,
      method: "POST",
      url: path,
      headers: { "content-type": "application/json" },
      body: {},
    }));
    const answer = await fetch(`${url}/beta/$batch`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ requests }),
    });
    const { responses } = batchSchema.parse(await answer.json());
    keys.push(
      ...FAMILIES.flatMap(({ key }) => (responses.some(({ id, status }) => id === key && status === 403) ? [key] : [])),
    );
  }
  return keys;
}

beforeAll(restored);

describe("The permission check", () => {
  it("finds that a tenant lacks nothing, with a token and one batch for every 20 readings", async () => {
    await control.clearCounters(TENANT);
    const findings = await check();
    expect(familiesWith(findings, "reading", "granted")).toEqual(FAMILIES.map(({ key }) => key));
    expect(familiesWith(findings, "writing", "granted")).toEqual(FAMILIES.map(({ key }) => key));
    expect(new Set(Object.values(findings.related).map(({ state }) => state))).toEqual(new Set(["granted"]));
    const { tokensIssued, families, totals } = await control.counters(TENANT);
    expect([tokensIssued, families["$batch"]?.requests, totals.writes]).toEqual([1, 3, 0]);
  });

  it("agrees with what Graph then refuses to read and to write, whatever is missing", async () => {
    const { permissions } = await control.state(TENANT);
    const writing = permissions.filter((name) => name.includes(".ReadWrite."));
    // One by one where the twin of a reading permission does not tell the same, and all together.
    const alone = permissions.filter((name) => name.includes(".Read.") || name.startsWith("Policy."));
    for (const removed of [permissions, writing, ...alone.map((name) => [name])]) {
      await control.removePermissions(TENANT, ...removed);
      const findings = await check();
      const unread = familiesWith(findings, "reading", "missing");
      const unwritten = await refusedWrites();
      // A restore reads what it replaces.
      const expected = FAMILIES.flatMap(({ key }) => (unread.includes(key) || unwritten.includes(key) ? [key] : []));
      expect([removed, familiesWith(findings, "writing", "missing")]).toEqual([removed, expected]);
      const asked = Object.values(findings.families).flatMap((each) => [each.reading, each.writing]);
      expect(asked.flatMap((verdict) => verdict.permissions).filter((name) => !permissions.includes(name))).toEqual([]);
      expect(asked.map(({ reason }) => reason?.code).filter((code) => code === "claimed_but_refused")).toEqual([]);
      if (removed === permissions) expect(unread).toHaveLength(FAMILIES.length);
      if (removed === writing) expect([unread, unwritten]).toEqual([[], FAMILIES.map(({ key }) => key)]);
      await control.grantPermissions(TENANT, ...permissions);
    }
  });

  it("names what is missing beside the families, and takes Directory.Read.All for enough where Microsoft does", async () => {
    const removed = ["Group", "User", "AuditLog", "Application", "DeviceManagementApps"].map(
      (area) => `${area}.Read.All`,
    );
    await control.removePermissions(TENANT, ...removed, "RoleManagement.Read.Directory");
    expect((await check()).related).toMatchObject({
      groups: { state: "missing", permissions: ["Group.Read.All"] },
      users: { state: "missing", permissions: ["User.Read.All"] },
      applications: { state: "missing", permissions: ["Application.Read.All"] },
      directoryRoles: { state: "missing", permissions: ["RoleManagement.Read.Directory"] },
      directoryChangeLog: { state: "missing", permissions: ["AuditLog.Read.All"] },
      approvalRequests: { state: "granted" },
    });
    await control.grantPermissions(TENANT, "Directory.Read.All");
    const opened = { state: "granted", reason: null };
    expect((await check()).related).toMatchObject({
      groups: opened,
      users: opened,
      applications: opened,
      directoryRoles: opened,
      directoryChangeLog: opened,
    });
    await restored();
  });

  it.each(["noRoles", "opaque"] as const)(
    "takes a token that names nothing (%s) for no news of what is granted",
    async (tokenShape) => {
      await control.configure(TENANT, { tokenShape });
      await control.removePermissions(TENANT, "Agreement.Read.All");
      const findings = await check();
      expect(findings.tokenNamesPermissions).toBe(false);
      expect(familiesWith(findings, "reading", "missing")).toEqual(["termsOfUse"]);
      expect(familiesWith(findings, "writing", "missing")).toEqual(["termsOfUse"]);
      expect(familiesWith(findings, "writing", "unknown")).toHaveLength(FAMILIES.length - 1);
      await restored();
    },
  );

  it("tells what it was not told, family by family, and lets Graph's refusal win over the token", async () => {
    await control.planFault(TENANT, { family: "filters", status: 429, retryAfter: 30 });
    await control.planFault(TENANT, { family: "roles", status: 404 });
    await control.planFault(TENANT, { family: "bios", status: 503 });
    await control.planFault(TENANT, {
      family: "compliance",
      permissionMissing: "DeviceManagementConfiguration.Read.All",
    });
    await control.planFault(TENANT, {
      family: "autopilot",
      status: 400,
      message: JSON.stringify({ _version: 3, Message: "Request not applicable to target tenant." }),
    });
    const { families } = await check();
    const reasons = Object.entries(families).flatMap(([key, { reading }]) =>
      reading.state === "granted" ? [] : [`${key}: ${reading.state} ${reading.reason?.code}`],
    );
    expect(reasons.toSorted()).toEqual([
      "autopilot: unknown intune_not_licensed",
      "bios: unknown graph_unavailable",
      "compliance: missing claimed_but_refused",
      "filters: unknown throttled",
      "roles: unknown not_found",
    ]);
    expect(families["compliance"]?.reading.reason?.message).toMatch(/must have one of the following scopes/);
    expect(families["filters"]?.writing).toMatchObject({ state: "granted", basis: "token" });
    await restored();
  });

  it("fails as a whole only where no token is to be had", async () => {
    await control.planFault(TENANT, { family: "token", status: 401, code: "invalid_client" });
    const result = await findGrants(new RestoreBench(TENANT).client(), "client", Date.now);
    expect(result).toMatchObject({ kind: "failed", reason: { code: "credentials_rejected" } });
    await restored();
  });
});

/** All that the product asks for is granted, and nothing goes wrong. */
async function restored(): Promise<void> {
  await control.createTenant(TENANT, { policies: 0 });
  await control.configure(TENANT, { permissionsFrom: "token" });
  await control.grantPermissions(TENANT, "RoleManagement.Read.Directory");
}

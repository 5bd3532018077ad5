/** Connecting tenants by applications of their own, against the simulator's login; consents are in `consent.workers.test.ts`. */
import { beforeAll, describe, expect, inject, it } from "vitest";
import { type ApprovalRequest, approvalAskedSchema, approvalRequestSchema } from "../../src/contract/approvals.ts";
import { auditEventListSchema } from "../../src/contract/audit-events.ts";
import { type Connections, connectionsSchema } from "../../src/contract/connections.ts";
import { permissionsSchema } from "../../src/contract/permissions.ts";
import { connectTenant } from "../../src/graph-work/connect.ts";
import { createApp } from "../../src/http/routing/app.ts";
import { allServed } from "../../src/http/served-routes.ts";
import { resealSecrets } from "../../src/runs/edge/reseal-secrets.ts";
import { sealedPrefix } from "../../src/secrets/secret-box.ts";
import { readCertificate } from "../../src/secrets/certificate.ts";
import { simulatedTenant, type SimulatedTenant } from "../operations/simulated-tenant.ts";
import { CERTIFICATE, OTHER_CERTIFICATE } from "../support/certificates.ts";
import { checkDescribed } from "./described-answer.ts";
import { ORIGIN, problemOf, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";

const CLIENT = "5d0a5c1e-8f0b-4c8e-9f0e-2a7a3f1d6b42";
const SECRET = { kind: "secret", secret: "simulator-secret", endsAt: "2027-05-28T00:00:00.000Z" } as const;
const CERTIFIED = { kind: "certificate", ...CERTIFICATE } as const;

const app = createApp(allServed());
const reaching = (url: string) => ({ ...env, TENANTATLAS_GRAPH_URL: url });
const worker = reaching(inject("simulatorUrl"));

beforeAll(seedDemoData);

async function ask(
  tenant: string,
  path: string,
  body?: unknown,
  as = "owner",
  through: object = worker,
): Promise<Response> {
  const sent = new Request(`${ORIGIN}/api/tenants/${tenant}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "x-local-user": `${as}@example.test`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const response = await app.fetch(sent, through);
  await checkDescribed(sent.method, new URL(sent.url), response);
  return response;
}

async function connections(response: Response): Promise<Connections["connections"]> {
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return connectionsSchema.parse(await response.json()).connections;
}

/** A Microsoft tenant of the simulator's, and one of ours that is not connected to it. */
async function twoSides(): Promise<{ ours: SimulatedTenant; directory: string }> {
  const ours = await simulatedTenant();
  await env.DATABASE.prepare("delete from tenant_connections where tenant_id = ?").bind(ours.tenantId).run();
  return { ours, directory: await microsoftTenant() };
}

async function control(method: string, path: string, body: unknown): Promise<void> {
  const response = await fetch(`${inject("simulatorUrl")}/_control/tenants${path}`, {
    method,
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  await response.body?.cancel();
}

async function microsoftTenant(): Promise<string> {
  const name = crypto.randomUUID();
  await control("POST", "", { name, policies: 0, throttling: "off" });
  await control("PATCH", `/${name}`, { certificate: CERTIFICATE.certificate });
  return name;
}

const wanted = (directory: string, credential: object = SECRET, purpose = "read") => ({
  purpose,
  cloud: "local",
  microsoftTenantId: directory,
  clientId: CLIENT,
  credential,
});

async function events(tenant: string) {
  const response = await ask(tenant, "/audit-events?limit=100");
  const { items } = auditEventListSchema.parse(await response.json());
  return items.filter(({ action }) => action.startsWith("connection."));
}

/** Everything that D1 holds of connections, as text. */
async function storedText(): Promise<string> {
  const tables = ["tenant_connections", "audit_events", "permission_checks", "connection_consents"];
  const rows = await Promise.all(tables.map((table) => env.DATABASE.prepare(`select * from ${table}`).all()));
  return JSON.stringify(rows.map(({ results }) => results));
}

/** Sends a change with a reason for the person who approves it, or approves the request that a change asks for. */
async function sent(tenant: string, path: string, body: object, as = "owner", reason?: string): Promise<Response> {
  const request = new Request(`${ORIGIN}/api/tenants/${tenant}${path}`, {
    method: "POST",
    headers: {
      "x-local-user": `${as}@example.test`,
      "content-type": "application/json",
      ...(reason === undefined ? {} : { "approval-reason": reason }),
    },
    body: JSON.stringify(body),
  });
  const response = await app.fetch(request, worker);
  await checkDescribed("POST", new URL(request.url), response);
  return response;
}

async function requestsText(): Promise<string> {
  return JSON.stringify((await env.DATABASE.prepare("select * from approval_requests").all()).results);
}

describe("connections that need another person's approval", () => {
  it("wait with their secret sealed, are made with it when they are approved, and forget it at each end", async () => {
    const { ours, directory } = await twoSides();
    await env.DATABASE.batch([
      env.DATABASE.prepare(
        "insert into memberships (tenant_id, user_id, role) values (?, 'user-manager', 'owner')",
      ).bind(ours.tenantId),
      env.DATABASE.prepare(
        `insert into approval_settings (tenant_id, subjects, request_hours, updated_at) values (?, '["connection"]', 72, 0)`,
      ).bind(ours.tenantId),
    ]);
    expect(await problemOf(await ask(ours.name, "/connection", wanted(directory)))).toMatchObject({
      code: "approval_required",
    });
    // What Microsoft refuses is refused at once: nobody is asked.
    const wrong = wanted(directory, { ...SECRET, secret: "not the secret" });
    expect(await problemOf(await sent(ours.name, "/connection", wrong, "owner", "New"))).toMatchObject({
      code: "credentials_refused",
    });
    const sealedIn = async () => {
      const { results } = await env.DATABASE.prepare("select sealed_secret from approval_requests where tenant_id = ?")
        .bind(ours.tenantId)
        .all<{ sealed_secret: string | null }>();
      return results.map(({ sealed_secret: sealed }) => sealed);
    };
    const asked = async (path: string, body: object) => {
      const response = await sent(ours.name, path, body, "owner", "New%20secret");
      if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`);
      return approvalAskedSchema.parse(await response.json()).approvalRequest;
    };
    const approved = async ({ id, hash }: ApprovalRequest) => {
      const response = await sent(ours.name, `/approval-requests/${id}/approve`, { hash }, "manager");
      return approvalRequestSchema.parse(await response.json());
    };
    const first = await asked("/connection", wanted(directory));
    expect(first.change).toMatchObject({ before: null, after: { kind: "secret", clientId: CLIENT } });
    expect(await sealedIn()).toEqual([expect.stringMatching(/^v2\./)]);
    // A change of the key does not end what waits.
    const [next, ring] = [btoa("k".repeat(32)), env.TENANTATLAS_SECRETS_KEY];
    const reseal = (current: string, previous: string) => {
      const worker = { ...env, TENANTATLAS_SECRETS_KEY: current, TENANTATLAS_SECRETS_KEY_PREVIOUS: previous };
      return resealSecrets(worker, 0);
    };
    await reseal(next, ring);
    expect(await sealedIn()).toEqual([expect.stringContaining(await sealedPrefix(next))]);
    await reseal(ring, next);
    expect(await connections(await ask(ours.name, "/connection"))).toEqual([]);
    expect((await approved(first)).state).toBe("carried_out");
    expect(await sealedIn()).toEqual([null]);
    expect((await ours.syncOne("filters")).kind).toBe("succeeded");

    await control("PATCH", `/${directory}`, { certificate: OTHER_CERTIFICATE.certificate });
    const renewed = await asked("/connection/renew", {
      purpose: "read",
      credential: { kind: "certificate", ...OTHER_CERTIFICATE },
    });
    expect((await approved(renewed)).state).toBe("carried_out");
    const late = await asked("/connection/renew", { purpose: "read", credential: SECRET });
    expect((await sealedIn()).filter((sealed) => sealed !== null)).toHaveLength(1);
    const ended = await asked("/connection/disconnect", { purpose: "read" });
    expect((await approved(ended)).state).toBe("carried_out");
    expect(await connections(await ask(ours.name, "/connection"))).toEqual([]);
    // What it was to renew is gone.
    expect(await approved(late)).toMatchObject({ state: "failed", failure: { code: "not_connected" } });
    expect(await sealedIn()).toEqual([null, null, null, null]);
    for (const [action, changed] of [
      ["connection.connect", first],
      ["connection.renew", renewed],
      ["connection.disconnect", ended],
    ] as const) {
      const event = (await events(ours.name)).find((each) => each.action === action);
      expect(event).toMatchObject({ actor: { id: "user-owner" }, origin: { approvedBy: "user-manager" } });
      expect(event?.origin.approvalId).toBe(changed.id);
    }
    const everything = (await storedText()) + (await requestsText());
    for (const secret of [SECRET.secret, OTHER_CERTIFICATE.privateKey.trim()]) expect(everything).not.toContain(secret);
  });
});

describe("a tenant", () => {
  it("is connected by a client secret, which nothing tells again", async () => {
    const { ours, directory } = await twoSides();
    expect(await connections(await ask(ours.name, "/connection"))).toEqual([]);
    const made = await ask(ours.name, "/connection", wanted(directory.toUpperCase()));
    const expected = {
      purpose: "read",
      kind: "secret",
      cloud: "local",
      microsoftTenantId: directory,
      clientId: CLIENT,
      credentialEndsAt: SECRET.endsAt,
      certificateThumbprint: null,
      connectedAt: expect.any(String),
    };
    expect(await connections(made)).toEqual([expected]);
    expect(await connections(await ask(ours.name, "/connection"))).toEqual([expected]);
    expect(await storedText()).not.toContain(SECRET.secret);
    expect((await ours.syncOne("filters")).kind).toBe("succeeded");
    expect(await events(ours.name)).toMatchObject([
      {
        action: "connection.connect",
        target: { kind: "connection", id: "read" },
        detail: { kind: "secret", microsoftTenantId: directory, clientId: CLIENT, previous: null },
      },
    ]);
  });

  it("is connected by a certificate, and its check names what is missing", async () => {
    const { ours, directory } = await twoSides();
    await control("POST", `/${directory}/permissions`, { remove: ["DeviceManagementScripts.Read.All"] });
    const reading = await readCertificate(CERTIFICATE);
    if (reading.kind !== "read") throw new Error(reading.message);
    const { endsAt, thumbprint } = reading.facts;
    expect(await connections(await ask(ours.name, "/connection", wanted(directory, CERTIFIED)))).toMatchObject([
      { kind: "certificate", certificateThumbprint: thumbprint, credentialEndsAt: new Date(endsAt).toISOString() },
    ]);
    expect(await storedText()).not.toContain(CERTIFICATE.privateKey.slice(60, 120));
    const checked = permissionsSchema.parse(await (await ask(ours.name, "/permissions/check", {})).json());
    expect(checked.failure).toBeNull();
    expect(checked.check?.application).toBe(CLIENT);
    expect(checked.check?.toGrant.toRead).toContain("DeviceManagementScripts.Read.All");
  });

  it.each([
    ["a wrong secret", { ...SECRET, secret: "guess" }, "invalid_client"],
    ["a certificate that is not registered", { kind: "certificate", ...OTHER_CERTIFICATE }, "invalid_client"],
  ])("is not connected by %s, and nothing is stored", async (_what, credential, told) => {
    const { ours, directory } = await twoSides();
    const problem = await problemOf(await ask(ours.name, "/connection", wanted(directory, credential)));
    expect(problem).toMatchObject({ status: 409, code: "credentials_refused", detail: expect.stringContaining(told) });
    expect(await connections(await ask(ours.name, "/connection"))).toEqual([]);
    expect(await events(ours.name)).toEqual([]);
  });

  it("is not connected while Microsoft's login does not answer, and is told so", async () => {
    const { ours, directory } = await twoSides();
    const response = await ask(ours.name, "/connection", wanted(directory), "owner", reaching("http://127.0.0.1:9"));
    expect(await problemOf(response)).toMatchObject({ status: 503, code: "unavailable" });
    expect(response.headers.get("retry-after")).not.toBeNull();
    expect(await connections(await ask(ours.name, "/connection"))).toEqual([]);
  });

  it.each([
    [
      "a key in PKCS#1",
      { credential: { ...CERTIFIED, privateKey: "-----BEGIN RSA PRIVATE KEY-----" } },
      "credential.privateKey",
    ],
    [
      "another key's certificate",
      { credential: { ...CERTIFIED, certificate: OTHER_CERTIFICATE.certificate } },
      "credential.certificate",
    ],
    ["a domain instead of an id", { microsoftTenantId: "contoso.onmicrosoft.com" }, "microsoftTenantId"],
    ["a cloud that is none", { cloud: "https://evil.example" }, "cloud"],
    ["an address for a client id", { clientId: "../../x" }, "clientId"],
  ])("refuses %s and names the field", async (_what, change, path) => {
    const body = { ...wanted(crypto.randomUUID()), ...change };
    const problem = await problemOf(await ask("contoso", "/connection", body));
    expect(problem).toMatchObject({ code: "invalid_input", fields: [{ path }] });
  });

  it("belongs to nobody else: a second claim is refused without a word about the first", async () => {
    const { ours, directory } = await twoSides();
    const other = await twoSides();
    await connections(await ask(ours.name, "/connection", wanted(directory)));
    const taken = await problemOf(await ask(other.ours.name, "/connection", wanted(directory)));
    expect(taken).toMatchObject({ status: 409, code: "microsoft_tenant_taken" });
    expect(JSON.stringify(taken)).not.toMatch(new RegExp(`${ours.name}|${ours.tenantId}|${directory}`));
    // Nor is it told to those who cannot prove that it is theirs.
    const guess = await problemOf(
      await ask(other.ours.name, "/connection", wanted(directory, { ...SECRET, secret: "x" })),
    );
    expect(guess.code).toBe("credentials_refused");
    // Of two at once one is connected.
    const free = await microsoftTenant();
    const third = await twoSides();
    const statuses = await Promise.all(
      [other.ours.name, third.ours.name].map(async (name) => (await ask(name, "/connection", wanted(free))).status),
    );
    expect(new Set(statuses)).toEqual(new Set([200, 409]));
  });

  it("is not moved to another Microsoft tenant unless it is disconnected first", async () => {
    const { ours, directory } = await twoSides();
    await connections(await ask(ours.name, "/connection", wanted(directory)));
    const other = await microsoftTenant();
    const problem = await problemOf(await ask(ours.name, "/connection", wanted(other)));
    expect(problem).toMatchObject({
      code: "microsoft_tenant_taken",
      detail: expect.stringContaining("Disconnect it first"),
    });
    await connections(await ask(ours.name, "/connection/disconnect", { purpose: "read" }));
    expect(await connections(await ask(ours.name, "/connection", wanted(other)))).toMatchObject([
      { microsoftTenantId: other },
    ]);
  });

  it("is an owner's to connect, renew and disconnect", async () => {
    for (const path of ["/connection", "/connection/renew", "/connection/disconnect", "/connection/consent"]) {
      for (const as of ["manager", "operator", "readonly"]) {
        expect([path, as, (await ask("contoso", path, {}, as)).status]).toEqual([path, as, 403]);
      }
    }
  });
});

describe("a connection", () => {
  it("is renewed with another credential, tried first; what was before is told in the log", async () => {
    const { ours, directory } = await twoSides();
    await connections(await ask(ours.name, "/connection", wanted(directory)));
    await control("PATCH", `/${directory}`, { clientSecret: "second-secret" });
    const stale = await problemOf(await ask(ours.name, "/connection/renew", { purpose: "read", credential: SECRET }));
    expect(stale.code).toBe("credentials_refused");
    const renewed = { ...SECRET, secret: "second-secret", endsAt: null };
    expect(
      await connections(await ask(ours.name, "/connection/renew", { purpose: "read", credential: renewed })),
    ).toMatchObject([{ kind: "secret", clientId: CLIENT, credentialEndsAt: null }]);
    expect((await ours.syncOne("filters")).kind).toBe("succeeded");
    expect((await events(ours.name))[0]).toMatchObject({
      action: "connection.renew",
      detail: { credentialEndsAt: null, previous: { credentialEndsAt: SECRET.endsAt } },
    });
    expect(
      await problemOf(await ask(ours.name, "/connection/renew", { purpose: "write", credential: SECRET })),
    ).toMatchObject({
      code: "not_connected",
    });
  });

  it("for restoring stands beside the one for reading, in the same Microsoft tenant, and is used by restores alone", async () => {
    const { ours, directory } = await twoSides();
    const alone = await problemOf(await ask(ours.name, "/connection", wanted(directory, SECRET, "write")));
    expect(alone.code).toBe("not_connected");
    await connections(await ask(ours.name, "/connection", wanted(directory)));
    const elsewhere = wanted(await microsoftTenant(), SECRET, "write");
    expect((await problemOf(await ask(ours.name, "/connection", elsewhere))).code).toBe("microsoft_tenant_taken");
    const WRITER = crypto.randomUUID();
    const both = { ...wanted(directory, CERTIFIED, "write"), clientId: WRITER };
    expect(await connections(await ask(ours.name, "/connection", both))).toMatchObject([
      { purpose: "read", clientId: CLIENT },
      { purpose: "write", kind: "certificate", clientId: WRITER },
    ]);
    const used = async (purpose?: "write") => {
      const connecting = await connectTenant(ours.tenantId, ours.context(), purpose === undefined ? {} : { purpose });
      if (connecting.kind !== "connected") return connecting.kind;
      expect((await connecting.client.tokenRoles()).kind).toBe("ok");
      return connecting.clientId;
    };
    expect([await used(), await used("write")]).toEqual([CLIENT, WRITER]);
    const check = async (query: string) =>
      permissionsSchema.parse(await (await ask(ours.name, `/permissions/check${query}`, {})).json()).check?.application;
    expect([await check(""), await check("?connection=write")]).toEqual([CLIENT, WRITER]);

    await connections(await ask(ours.name, "/connection/disconnect", { purpose: "write" }));
    expect([await used(), await used("write")]).toEqual([CLIENT, CLIENT]);
    expect((await problemOf(await ask(ours.name, "/permissions/check?connection=write", {}))).code).toBe(
      "not_connected",
    );
  });

  it("leaves nothing sealed and no token behind when it is disconnected, and work under way ends with the reason", async () => {
    const { ours, directory } = await twoSides();
    await connections(await ask(ours.name, "/connection", wanted(directory)));
    await connections(await ask(ours.name, "/connection", wanted(directory, CERTIFIED, "write")));
    await ask(ours.name, "/permissions/check", {});
    expect((await ours.syncOne("filters")).kind).toBe("succeeded");
    expect(await connections(await ask(ours.name, "/connection/disconnect", { purpose: "read" }))).toEqual([]);
    for (const table of ["tenant_connections", "permission_checks"]) {
      const { results } = await env.DATABASE.prepare(`select * from ${table} where tenant_id = ?`)
        .bind(ours.tenantId)
        .all();
      expect(results).toEqual([]);
    }
    expect(await ours.syncOne("filters")).toMatchObject({ kind: "failed", reasonCode: "not_connected" });
    expect((await events(ours.name))[0]).toMatchObject({
      action: "connection.disconnect",
      detail: { ended: [{ purpose: "read", clientId: CLIENT }, { purpose: "write" }] },
    });
    const again = await problemOf(await ask(ours.name, "/connection/disconnect", { purpose: "read" }));
    expect(again).toMatchObject({ status: 409, code: "not_connected" });
  });

  it("of an older version stays as it is, and can be replaced by one that names the Microsoft tenant", async () => {
    const ours = await simulatedTenant();
    expect(await connections(await ask(ours.name, "/connection"))).toMatchObject([
      { kind: "secret", microsoftTenantId: ours.name, connectedAt: null, credentialEndsAt: null },
    ]);
    const directory = await microsoftTenant();
    expect(await connections(await ask(ours.name, "/connection", wanted(directory)))).toMatchObject([
      { microsoftTenantId: directory },
    ]);
  });
});

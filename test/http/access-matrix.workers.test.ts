/**
 * Identity × route: everybody who may come, at every route, downloads and the socket among them. What each may do follows from the rows that are
 * written by hand (`access-rows.ts`), not from what the guard reads.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { ROLES, type Capability } from "../../src/contract/access.ts";
import { capabilitiesOf, FOR_TOKENS } from "../../src/contract/roles.ts";
import { routes } from "../../src/contract/routes/all.ts";
import type { Route, RouteTable } from "../../src/contract/routes/route.ts";
import { newApiToken } from "../../src/access/api-tokens.ts";
import { insertApiToken } from "../../src/database/tenancy/api-tokens.ts";
import { ROWS } from "./access-rows.ts";
import { ORIGIN, request, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";

const CUSTOM: readonly Capability[] = ["tenant.read", "operations.read", "review-pack.read", "review-pack.download"];
const DAY_MS = 86_400_000;

interface Identity {
  /** Of a demo person, or the token. */
  headers: Record<string, string>;
  /** What it is let in to in Contoso; null where Contoso does not exist for it, `unknown` where it is nobody. */
  may: readonly Capability[] | null | "unknown";
  isToken?: boolean;
  platform?: boolean;
}

const rows: Readonly<Record<string, Readonly<Record<string, string>>>> = ROWS;
const tables: [string, RouteTable][] = Object.entries(routes);
const described = tables.flatMap(([noun, table]) =>
  Object.entries(table).map(([name, route]) => ({ name: `${noun}.${name}`, route, row: rows[noun]?.[name] ?? "" })),
);

/** A token of the person, stored as the product stores it. */
async function tokenOf(
  makerId: string,
  { capabilities = FOR_TOKENS, tenantId = "tenant-contoso", expiresAt = Date.now() + DAY_MS } = {},
): Promise<{ id: string; headers: Record<string, string> }> {
  const { id, token, secretHash } = await newApiToken();
  const times = { createdAt: expiresAt - DAY_MS, expiresAt };
  await insertApiToken(env.CONTROL, {
    id,
    name: id,
    secretHash,
    makerId,
    capabilities,
    tenantIds: [tenantId],
    ...times,
  });
  return { id, headers: { authorization: `Bearer ${token}` } };
}

const as = (name: string): Record<string, string> => ({ "x-local-user": `${name}@example.test` });

const IDENTITIES: Record<string, () => Promise<Identity>> = {
  "nobody known": async () => ({ headers: as("nobody"), may: "unknown" }),
  ...Object.fromEntries(
    ROLES.map((role) => [
      `a member with the role ${role}`,
      async (): Promise<Identity> => ({ headers: as(role), may: capabilitiesOf(role) }),
    ]),
  ),
  "a member with a role of the tenant's own": async () => ({ headers: as("custom"), may: CUSTOM }),
  "another tenant's member": async () => ({ headers: as("outsider"), may: null }),
  "a platform administrator who is no member": async () => ({ headers: as("platform"), may: null, platform: true }),
  "a disabled owner": async () => ({ headers: as("disabled"), may: "unknown" }),
  "a token of an owner for everything": async () => ({
    headers: (await tokenOf("user-owner")).headers,
    may: FOR_TOKENS,
    isToken: true,
  }),
  "a token of a platform administrator who owns another tenant": async () => ({
    headers: (await tokenOf("user-platform", { tenantId: "tenant-fabrikam" })).headers,
    may: null,
    isToken: true,
  }),
  "a token for one thing": async () => ({
    headers: (await tokenOf("user-owner", { capabilities: ["tenant.read", "inventory.read"] })).headers,
    may: ["tenant.read", "inventory.read"],
    isToken: true,
  }),
  "a token for more than its maker may": async () => ({
    headers: (await tokenOf("user-readonly")).headers,
    may: capabilitiesOf("readonly"),
    isToken: true,
  }),
  "a token that reaches another tenant alone": async () => ({
    headers: (await tokenOf("user-owner", { tenantId: "tenant-fabrikam" })).headers,
    may: null,
    isToken: true,
  }),
  "an expired token": async () => ({
    headers: (await tokenOf("user-owner", { expiresAt: Date.now() - 1 })).headers,
    may: "unknown",
  }),
  "a revoked token": async () => {
    const { id, headers } = await tokenOf("user-owner");
    await env.DATABASE.prepare("update api_tokens set revoked_at = 1 where id = ?").bind(id).run();
    return { headers, may: "unknown" };
  },
  "a token of a disabled owner": async () => ({ headers: (await tokenOf("user-disabled")).headers, may: "unknown" }),
  "a token of a person who was removed": async () => ({
    headers: (await tokenOf("user-outsider")).headers,
    may: "unknown",
  }),
  "a token with another secret": async () => {
    const { headers } = await tokenOf("user-owner");
    const other = await newApiToken();
    const mixed = (headers["authorization"] ?? "").slice(0, -43) + other.token.slice(-43);
    return { headers: { authorization: mixed }, may: "unknown" };
  },
};

/** The status with which the identity has to be refused at the route; null where it is let in. */
function expected(row: string, { may, isToken = false, platform = false }: Identity): 401 | 403 | 404 | null {
  if (row === "everybody") return null;
  if (may === "unknown") return 401;
  const peopleOnly = row.includes("people");
  if (row === "known" || row === "people") return isToken && peopleOnly ? 403 : null;
  if (row === "platform people") return platform ? null : 403;
  if (may === null) return 404;
  const capability = row.replace("people: ", "");
  return may.some((each) => each === capability) && !(isToken && peopleOnly) ? null : 403;
}

/** What the guard says: null where it lets in, and what comes behind it may say 404 of an id that nothing has. */
async function refusalOf(route: Route, { headers, may }: Identity): Promise<number | null> {
  const path = route.path.replace(":tenantId", "contoso").replace(/:\w+/g, "no-such-id");
  const socket: Record<string, string> = route.frame === null ? {} : { upgrade: "websocket", origin: ORIGIN };
  const response = await request(path, { method: route.method, headers: { ...headers, ...socket } });
  const { status } = response;
  if (response.webSocket) {
    response.webSocket.accept();
    response.webSocket.close();
  } else await response.body?.cancel();
  return [401, 403].includes(status) || (status === 404 && may === null && typeof route.access === "object")
    ? status
    : null;
}

beforeAll(async () => {
  await seedDemoData();
  const { DATABASE } = env;
  const user =
    "insert into users (id, email, name, created_at, disabled_at, platform_administrator_since) values (?, ?, ?, 0, ?, ?)";
  const member = "insert into memberships (tenant_id, user_id, role) values (?, ?, ?)";
  await DATABASE.batch([
    DATABASE.prepare(user).bind("user-custom", "custom@example.test", "Custom", null, null),
    DATABASE.prepare(user).bind("user-platform", "platform@example.test", "Platform", null, 1),
    DATABASE.prepare(user).bind("user-disabled", "disabled@example.test", "Disabled", 1, null),
    DATABASE.prepare(
      "insert into custom_roles (id, tenant_id, name, capabilities, created_at) values (?, ?, ?, ?, 0)",
    ).bind("role_downloads", "tenant-contoso", "Downloads", JSON.stringify(CUSTOM)),
    DATABASE.prepare(member).bind("tenant-contoso", "user-custom", "role_downloads"),
    DATABASE.prepare(member).bind("tenant-contoso", "user-disabled", "owner"),
    DATABASE.prepare(member).bind("tenant-fabrikam", "user-platform", "owner"),
  ]);
});

describe("who may ask what", () => {
  it("is described for each route as its row says", () => {
    for (const { name, route, row } of described) {
      const { access, peopleOnly } = route;
      const said =
        typeof access === "object"
          ? access.capability
          : { public: "everybody", platform: "platform", "signed-in": "known" }[access];
      const people = peopleOnly ? ({ known: "people", platform: "platform people" }[said] ?? `people: ${said}`) : said;
      expect([name, people]).toEqual([name, row]);
    }
  });

  it.each(Object.keys(IDENTITIES))("is asked at each route by %s", async (name) => {
    const identity = await IDENTITIES[name]?.();
    if (identity === undefined) throw new Error("no identity");
    const told = await Promise.all(
      described.map(
        async ({ name: at, route, row }) => [at, await refusalOf(route, identity), expected(row, identity)] as const,
      ),
    );
    expect(told.filter(([, is, should]) => is !== should)).toEqual([]);
    // Even an owner is refused what belongs to the platform.
    expect(told.some(([, , should]) => should !== null)).toBe(true);
    expect(told.some(([, , should]) => should === null)).toBe(true);
  });
});

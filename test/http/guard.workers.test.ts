/** The guard before all routes. Who is let in where is in `access-matrix.workers.test.ts`. */
import { beforeAll, describe, expect, it } from "vitest";
import { routes } from "../../src/contract/routes/all.ts";
import { type Route, type RouteTable, TENANT_BASE } from "../../src/contract/routes/route.ts";
import { createApp } from "../../src/http/routing/app.ts";
import { allServed, servedRoutes } from "../../src/http/served-routes.ts";
import { ORIGIN, post, problemOf, request, seedDemoData } from "./demo.ts";

const tables: [string, RouteTable][] = Object.entries(routes);
const described = tables.flatMap(([noun, table]) =>
  Object.entries(table).map(([name, route]) => ({ name: `${noun}.${name}`, route })),
);
const ofTenants = described.flatMap(({ name, route }) =>
  typeof route.access === "object"
    ? [{ name, method: route.method, path: route.path, capability: route.access.capability }]
    : [],
);

beforeAll(seedDemoData);

function addressOf(tenant: string, path: string): string {
  return path.replace(":tenantId", tenant).replace(/:\w+/g, "no-such-id");
}

describe("the tenant guard", () => {
  it("F40: stands before all routes under a tenant: what is mounted is what is described, each with its handler", () => {
    const addresses = new Set(described.map(({ route: { method, path } }) => `${method} ${path}`));
    const mounted = createApp(allServed())
      .routes.filter(({ method, path }) => method !== "ALL" && !path.endsWith("/*"))
      .map(({ method, path }) => `${method} ${path}`);
    expect(new Set(mounted)).toEqual(addresses);
    expect(addresses.size).toBe(described.length);
    expect(ofTenants.length).toBeGreaterThan(40);
  });

  it("pairs each description with its own handler", () => {
    const servedTables: [string, Record<string, { route: Route }>][] = Object.entries(servedRoutes);
    const served = servedTables.flatMap(([noun, table]) =>
      Object.entries(table).map(([name, { route }]) => ({ name: `${noun}.${name}`, route })),
    );
    expect(served.map(({ name }) => name).sort()).toEqual(described.map(({ name }) => name).sort());
    for (const { name, route } of served) {
      expect(route, name).toBe(described.find((one) => one.name === name)?.route);
    }
  });

  it("describes each address once, with a schema for each of its parameters", () => {
    for (const { name, route } of described) {
      const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, parameter]) => parameter);
      expect(new Set(Object.keys(route.params.shape)), name).toEqual(new Set(inPath));
      expect(route.path.startsWith(`${TENANT_BASE}/`) || route.path === TENANT_BASE, name).toBe(
        typeof route.access === "object",
      );
    }
  });

  it("answers non-members exactly as for a tenant that does not exist", async () => {
    await Promise.all(
      ofTenants.map(async ({ name, method, path }) => {
        const told = [];
        for (const tenant of ["contoso", "tenant-contoso", "no-such-tenant"]) {
          const response = await request(addressOf(tenant, path), { method, as: "outsider" });
          const { requestId: _, ...problem } = await problemOf(response);
          const headers = [...response.headers].filter(([header]) => header !== "x-request-id");
          told.push({ name, problem, headers });
        }
        expect(told[0]).toMatchObject({ problem: { status: 404, code: "not_found" } });
        expect(told[1]).toEqual(told[0]);
        expect(told[2]).toEqual(told[0]);
      }),
    );
  });

  it("stands before the socket too", async () => {
    const live = (as: string) =>
      request("/api/tenants/contoso/activity/live", { as, headers: { upgrade: "websocket", origin: ORIGIN } });
    expect(await problemOf(await live("outsider"))).toMatchObject({ status: 404, code: "not_found" });
    const opened = await live("readonly");
    expect(opened.status).toBe(101);
    opened.webSocket?.accept();
    opened.webSocket?.close();
  });

  it("refuses a reader the start of a sync with 403, and stores no run", async () => {
    const response = await post("/api/tenants/contoso/operations", { type: "inventory.sync" }, { as: "readonly" });
    expect(await problemOf(response)).toMatchObject({ status: 403, code: "forbidden" });
    const runs = await request("/api/tenants/contoso/operations", { as: "readonly" });
    expect(await runs.json()).toEqual({ items: [], nextCursor: null });
  });

  it("lets a member in by the tenant's id and by its slug", async () => {
    const bySlug = await request("/api/tenants/contoso", { as: "readonly" });
    const byId = await request("/api/tenants/tenant-contoso", { as: "readonly" });
    expect(bySlug.status).toBe(200);
    expect(await byId.json()).toEqual(await bySlug.json());
  });

  it.each(["/healthz", "/api/me", "/api/tenants", "/api/openapi.json"])(
    "answers other methods of %s with 405",
    async (path) => {
      const response = await request(path, { method: "DELETE" });
      expect(response.headers.get("allow")).toBe("GET");
      expect(await problemOf(response)).toMatchObject({ status: 405, code: "method_not_allowed" });
    },
  );

  it("answers a known path's other methods with 405 to members and with 404 to all others", async () => {
    const member = await request("/api/tenants/contoso/members", { method: "DELETE" });
    expect(member.headers.get("allow")).toBe("GET");
    expect(await problemOf(member)).toMatchObject({ status: 405, code: "method_not_allowed" });
    const outsider = await request("/api/tenants/contoso/members", { method: "DELETE", as: "outsider" });
    expect(await problemOf(outsider)).toMatchObject({ status: 404, code: "not_found" });
  });
});

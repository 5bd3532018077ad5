import { beforeAll, describe, expect, it } from "vitest";
import { can } from "../../src/access/capabilities.ts";
import { ROLES } from "../../src/contract/access.ts";
import { createApp, tenantRouter } from "../../src/http/app.ts";
import { TENANT_BASE } from "../../src/http/routing/router.ts";
import { post, problemOf, request, seedDemoData } from "./demo.ts";

const routes = tenantRouter().routes;

beforeAll(seedDemoData);

function addressOf(tenant: string, path: string): string {
  return TENANT_BASE.replace(":tenantId", tenant) + path.replace(/:\w+/g, "no-such-id");
}

describe("the tenant guard", () => {
  it("F40: stands before every route under a tenant: none was added past the router", () => {
    const guarded = new Set(routes.map(({ method, path }) => `${method} ${TENANT_BASE}${path}`));
    const mounted = createApp()
      .routes.filter(({ method, path }) => method !== "ALL" && path.startsWith(TENANT_BASE))
      .map(({ method, path }) => `${method} ${path}`);
    expect(new Set(mounted)).toEqual(guarded);
    expect(guarded.size).toBeGreaterThan(10);
  });

  it.each(routes)(
    "answers $method $path to a non-member exactly as for a tenant that does not exist",
    async ({ method, path }) => {
      const told = [];
      for (const tenant of ["contoso", "tenant-contoso", "no-such-tenant"]) {
        const response = await request(addressOf(tenant, path), { method, as: "outsider" });
        const { requestId: _, ...problem } = await problemOf(response);
        const headers = [...response.headers].filter(([name]) => name !== "x-request-id");
        told.push({ problem, headers });
      }
      expect(told[0]?.problem).toMatchObject({ status: 404, code: "not_found" });
      expect(told[1]).toEqual(told[0]);
      expect(told[2]).toEqual(told[0]);
    },
  );

  const refusals = routes.flatMap((route) =>
    ROLES.filter((role) => !can(role, route.capability)).map((role) => ({ ...route, role })),
  );
  it.each(refusals)("refuses $method $path to a $role with 403", async ({ method, path, role }) => {
    const response = await request(addressOf("contoso", path), { method, as: role });
    expect(await problemOf(response)).toMatchObject({ status: 403, code: "forbidden" });
  });

  it("has roles to refuse: a reader may neither cancel nor retry", () => {
    expect(refusals.map(({ path, role }) => `${role} ${path}`)).toEqual(
      expect.arrayContaining(["readonly /operations/:runId/cancel", "readonly /operations/:runId/retry"]),
    );
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

  it.each(["/healthz", "/api/me", "/api/tenants"])("answers other methods of %s with 405", async (path) => {
    const response = await request(path, { method: "DELETE" });
    expect(response.headers.get("allow")).toBe("GET");
    expect(await problemOf(response)).toMatchObject({ status: 405, code: "method_not_allowed" });
  });

  it("answers a known path's other methods with 405 to members and with 404 to all others", async () => {
    const member = await request("/api/tenants/contoso/members", { method: "DELETE" });
    expect(member.headers.get("allow")).toBe("GET");
    expect(await problemOf(member)).toMatchObject({ status: 405, code: "method_not_allowed" });
    const outsider = await request("/api/tenants/contoso/members", { method: "DELETE", as: "outsider" });
    expect(await problemOf(outsider)).toMatchObject({ status: 404, code: "not_found" });
  });
});

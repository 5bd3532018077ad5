import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Simulator, startSimulator } from "../support/simulator-server.ts";
import { type Doc, docSchema, errorOf, requestToken, signIn, tokenForm } from "./client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ quiet: true });
});
afterAll(() => simulator.stop());

/** What a new token says of itself. */
async function claimsOf(tenant: string): Promise<Doc> {
  const { body } = await requestToken(simulator, tenant);
  const [, payload = ""] = z.string().parse(body["access_token"]).split(".");
  return docSchema.parse(JSON.parse(Buffer.from(payload, "base64url").toString()));
}

describe("the token endpoint", () => {
  it("issues a bearer token that Graph accepts", async () => {
    const answer = await requestToken(simulator, "contoso");
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ token_type: "Bearer", expires_in: 3599 });
    const graph = await signIn(simulator, "contoso");
    expect((await graph.get("/v1.0/organization")).status).toBe(200);
  });

  it.each([
    ["another grant type", { grant_type: "password" }, 400, "unsupported_grant_type"],
    ["a scope that is not /.default", { scope: "https://graph.example/User.Read" }, 400, "invalid_scope"],
    ["a missing client id", { client_id: "" }, 400, "invalid_request"],
    ["a wrong secret", { client_secret: "guess" }, 401, "invalid_client"],
  ])("refuses %s the way the identity platform does", async (_what, overrides, status, error) => {
    const answer = await requestToken(simulator, "contoso", tokenForm(overrides));
    expect(answer.status).toBe(status);
    expect(answer.body["error"]).toBe(error);
    expect(answer.body["error_description"]).toMatch(/^AADSTS\d+: /);
  });

  it("takes the secret that the tenant was configured with", async () => {
    await simulator.control.createTenant("secretive", { policies: 0 });
    await simulator.control.configure("secretive", { clientSecret: "another" });
    expect((await requestToken(simulator, "secretive")).status).toBe(401);
    expect((await requestToken(simulator, "secretive", tokenForm({ client_secret: "another" }))).status).toBe(200);
  });

  it("answers 401 without a token, with a made-up one and with an expired one", async () => {
    await simulator.control.createTenant("brief", { policies: 0 });
    await simulator.control.configure("brief", { tokenSeconds: 1 });
    const graph = await signIn(simulator, "brief");
    await expect.poll(async () => (await graph.get("/v1.0/groups")).status, { timeout: 10_000 }).toBe(401);
    const expired = await graph.get("/v1.0/groups");
    expect(errorOf(expired)).toMatchObject({
      code: "InvalidAuthenticationToken",
      message: expect.stringContaining("expired"),
    });
    for (const headers of [{ authorization: "Bearer made.up" }, { authorization: "" }]) {
      const answer = await graph.get("/v1.0/groups", headers);
      expect(answer.status).toBe(401);
      expect(errorOf(answer).code).toBe("InvalidAuthenticationToken");
    }
  });

  it("keeps tenants apart by the token alone", async () => {
    const [contoso, outside] = [await signIn(simulator, "contoso"), await signIn(simulator, "outside")];
    const organization = async (graph: typeof contoso) =>
      (await graph.all("/v1.0/organization")).map((doc) => doc["displayName"]);
    expect(await organization(contoso)).toEqual(["Contoso AG"]);
    expect(await organization(outside)).toEqual(["Outside AG"]);
  });

  it("issues JWTs whose roles are the permissions of that moment, and decides by them as Graph does when it is told to", async () => {
    const [tenant, permission] = ["granting", "DeviceManagementApps.Read.All"];
    const list = "/beta/deviceAppManagement/mobileApps";
    await simulator.control.createTenant(tenant, { policies: 0 });
    await simulator.control.configure(tenant, { permissionsFrom: "token" });
    const { permissions } = await simulator.control.state(tenant);
    expect(await claimsOf(tenant)).toMatchObject({ appid: "app", idtyp: "app", tid: tenant, roles: permissions });
    const early = await signIn(simulator, tenant);
    await simulator.control.removePermissions(tenant, permission);
    expect((await early.get(list)).status).toBe(200);
    const between = await signIn(simulator, tenant);
    expect((await between.get(list)).status).toBe(403);
    expect(z.array(z.string()).parse((await claimsOf(tenant))["roles"])).not.toContain(permission);
    await simulator.control.grantPermissions(tenant, permission);
    expect((await between.get(list)).status).toBe(403);
    expect((await (await signIn(simulator, tenant)).get(list)).status).toBe(200);
  });

  it("can leave the roles out, and can issue what is no JWT, and takes both back", async () => {
    await simulator.control.createTenant("silent", { policies: 0 });
    await simulator.control.configure("silent", { tokenShape: "noRoles" });
    expect(await claimsOf("silent")).not.toHaveProperty("roles");
    await simulator.control.configure("silent", { tokenShape: "opaque" });
    const { body } = await requestToken(simulator, "silent");
    expect(z.string().parse(body["access_token"]).split(".")).toHaveLength(1);
    expect((await (await signIn(simulator, "silent")).get("/v1.0/groups")).status).toBe(200);
  });

  it("can be made to fail like any other path", async () => {
    await simulator.control.createTenant("flaky", { policies: 0 });
    await simulator.control.planFault("flaky", { family: "token", status: 503, count: 1, retryAfter: "2" });
    const failed = await requestToken(simulator, "flaky");
    expect([failed.status, failed.headers.get("retry-after")]).toEqual([503, "2"]);
    expect((await requestToken(simulator, "flaky")).status).toBe(200);
  });
});

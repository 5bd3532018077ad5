import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../support/simulator-server.ts";
import { errorOf, requestToken, signIn, tokenForm } from "./client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ quiet: true });
});
afterAll(() => simulator.stop());

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

  it("can be made to fail like any other path", async () => {
    await simulator.control.createTenant("flaky", { policies: 0 });
    await simulator.control.planFault("flaky", { family: "token", status: 503, count: 1, retryAfter: "2" });
    const failed = await requestToken(simulator, "flaky");
    expect([failed.status, failed.headers.get("retry-after")]).toEqual([503, "2"]);
    expect((await requestToken(simulator, "flaky")).status).toBe(200);
  });
});

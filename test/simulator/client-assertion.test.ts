/** The simulator's judgement of client assertions, by assertions that the product did not make; and one that it did. */
import { importPKCS8, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientAssertion } from "../../src/graph/calls/client-assertion.ts";
import { readCertificate } from "../../src/secrets/certificate.ts";
import { CERTIFICATE, OTHER_CERTIFICATE } from "../support/certificates.ts";
import { type Simulator, startSimulator } from "../support/simulator-server.ts";
import { requestToken, tokenForm } from "./client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ quiet: true });
  await simulator.control.createTenant("certified", { policies: 0 });
  await simulator.control.configure("certified", { certificate: CERTIFICATE.certificate });
});
afterAll(() => simulator.stop());

const now = () => Math.floor(Date.now() / 1_000);

async function thumbprintOf(pair: typeof CERTIFICATE): Promise<string> {
  const reading = await readCertificate(pair);
  if (reading.kind === "refused") throw new Error(reading.message);
  return reading.facts.thumbprint;
}

async function signed(
  claims: Record<string, unknown> = {},
  { key = CERTIFICATE.privateKey, thumbprint = "", alg = "PS256" } = {},
): Promise<string> {
  return new SignJWT({
    iss: "app",
    sub: "app",
    aud: `${simulator.url}/certified/oauth2/v2.0/token`,
    jti: crypto.randomUUID(),
    nbf: now() - 5,
    exp: now() + 300,
    ...claims,
  })
    .setProtectedHeader({
      alg,
      typ: "JWT",
      "x5t#S256": thumbprint === "" ? await thumbprintOf(CERTIFICATE) : thumbprint,
    })
    .sign(await importPKCS8(key, alg));
}

function send(assertion: string, overrides: Record<string, string> = {}) {
  const form = tokenForm({
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: assertion,
    ...overrides,
  });
  form.delete("client_secret");
  return requestToken(simulator, "certified", form);
}

describe("a client assertion", () => {
  it("gets a token, and so does the one that the product makes", async () => {
    expect((await send(await signed())).status).toBe(200);
    const credential = { privateKey: CERTIFICATE.privateKey, thumbprint: await thumbprintOf(CERTIFICATE) };
    const tokenUrl = `${simulator.url}/certified/oauth2/v2.0/token`;
    const made = await clientAssertion(credential, { clientId: "app", tokenUrl, now: Date.now() });
    expect(await send(made)).toMatchObject({ status: 200, body: { token_type: "Bearer" } });
  });

  it.each([
    ["is expired", async () => signed({ nbf: now() - 700, exp: now() - 400 }), 700024],
    ["lives for too long", async () => signed({ exp: now() + 86_400 }), 700024],
    [
      "is for another address",
      async () => signed({ aud: "https://login.example/certified/oauth2/v2.0/token" }),
      700023,
    ],
    ["is of another application", async () => signed({ iss: "other" }), 7000213],
    ["has no id", async () => signed({ jti: undefined }), 7000213],
    [
      "names another certificate",
      async () => signed({}, { thumbprint: await thumbprintOf(OTHER_CERTIFICATE) }),
      700027,
    ],
    ["is signed by another key", async () => signed({}, { key: OTHER_CERTIFICATE.privateKey }), 700027],
    ["is signed in another way", async () => signed({}, { alg: "RS256" }), 700027],
    ["is none", async () => "not.a.token", 50027],
  ])("that %s is refused as Entra refuses it", async (_what, make, number) => {
    const { status, body } = await send(await make());
    expect({ status, error: body["error"] }).toEqual({ status: 401, error: "invalid_client" });
    expect(body["error_description"]).toMatch(new RegExp(`^AADSTS${number}: `));
  });

  it("is of no use where no certificate is registered, or with another type", async () => {
    await simulator.control.createTenant("uncertified", { policies: 0 });
    const form = tokenForm({
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await signed({ aud: `${simulator.url}/uncertified/oauth2/v2.0/token` }),
    });
    expect((await requestToken(simulator, "uncertified", form)).status).toBe(401);
    expect((await send(await signed(), { client_assertion_type: "saml" })).status).toBe(400);
  });
});

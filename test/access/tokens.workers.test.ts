/** Tokens of both identity providers: what holds, and everything that must not. Keys are published by a server that is not ours. */
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { readAccessToken } from "../../src/access/cloudflare-access.ts";
import { readIdToken } from "../../src/access/entra.ts";
import type { AccessSettings, EntraSettings } from "../../src/access/identity-settings.ts";
import { IdentityUnavailableError } from "../../src/access/key-sets.ts";

const TENANT = "11111111-2222-4333-8444-555555555555";
const OTHER_TENANT = "66666666-2222-4333-8444-555555555555";
const OID = "aaaaaaaa-0000-4000-8000-000000000001";
const CLIENT = "99999999-8888-4777-8666-555555555555";

const provider = inject("identityUrl");
let published: CryptoKeyPair;
let unpublished: CryptoKeyPair;
let sets = 0;
/** A place of its own for each test: key sets are kept for a while. */
let base: string;

async function publish(path: string, keys: Record<string, unknown>[]): Promise<void> {
  await fetch(`${provider}/_keys${path}`, { method: "PUT", body: JSON.stringify({ keys }) });
}

async function jwkOf({ publicKey }: CryptoKeyPair, more: Record<string, unknown> = {}) {
  return { ...(await exportJWK(publicKey)), kid: "current", alg: "RS256", use: "sig", ...more };
}

beforeAll(async () => {
  published = await generateKeyPair("RS256", { extractable: true });
  unpublished = await generateKeyPair("RS256", { extractable: true });
});

beforeEach(async () => {
  base = `/set-${(sets += 1)}`;
  await publish(`${base}/${TENANT}/discovery/v2.0/keys`, [await jwkOf(published)]);
  await publish(`${base}/organizations/discovery/v2.0/keys`, [
    await jwkOf(published, { issuer: `${provider}${base}/{tenantid}/v2.0` }),
  ]);
  await publish(`${base}/cdn-cgi/access/certs`, [await jwkOf(published)]);
});

afterEach(() => {
  vi.useRealTimers();
});

interface Signing {
  claims?: JWTPayload;
  /** Seconds from now. */
  issued?: number;
  expires?: number | null;
  begins?: boolean;
  key?: CryptoKey | Uint8Array;
  alg?: string;
  kid?: string;
}

async function sign(payload: JWTPayload, signing: Signing): Promise<string> {
  const { claims = {}, issued = 0, expires = 300, begins = true, key, alg = "RS256", kid = "current" } = signing;
  const now = Math.floor(Date.now() / 1_000);
  const times = {
    iat: now + issued,
    ...(begins ? { nbf: now + issued } : {}),
    ...(expires === null ? {} : { exp: now + expires }),
  };
  return new SignJWT({ ...times, ...payload, ...claims })
    .setProtectedHeader({ alg, kid })
    .sign(key ?? published.privateKey);
}

const unsigned = (payload: JWTPayload): string =>
  [{ alg: "none" }, payload].map((part) => btoa(JSON.stringify(part)).replace(/=+$/, "")).join(".") + ".";

async function publicKeyAsSecret(): Promise<Uint8Array> {
  return new TextEncoder().encode(await exportSPKI(published.publicKey));
}

describe("an ID token of Microsoft Entra ID", () => {
  const settings = (tenant = TENANT): EntraSettings => ({
    origin: "http://localhost:8787",
    loginUrl: provider + base,
    tenant,
    clientId: CLIENT,
    clientSecret: "x",
    secretsKeys: { current: "x", previous: [] },
  });
  const payload = (tid = TENANT) => ({
    iss: `${provider}${base}/${tid}/v2.0`,
    aud: CLIENT,
    sub: "pairwise",
    tid,
    oid: OID,
    nonce: "n",
    name: "Anna",
    email: "Anna@Fabrikam.example",
  });

  it("tells a person by the tenant's issuer and the object id", async () => {
    expect(await readIdToken(settings(), await sign(payload(), {}), "n")).toEqual({
      issuer: `${provider}${base}/${TENANT}/v2.0`,
      subject: OID,
      name: "Anna",
      email: "anna@fabrikam.example",
      tenantId: TENANT,
      directoryRoles: [],
    });
  });

  it("of another tenant holds only where all organizations may sign in", async () => {
    const foreign = await sign(payload(OTHER_TENANT), {});
    expect(await readIdToken(settings("organizations"), foreign, "n")).toMatchObject({
      issuer: `${provider}${base}/${OTHER_TENANT}/v2.0`,
    });
    expect(await readIdToken(settings(), foreign, "n")).toBeNull();
  });

  const refused: [string, Signing][] = [
    ["that has expired", { issued: -900, expires: -300 }],
    ["that never expires", { expires: null }],
    ["that begins in the future", { issued: 300, expires: 600 }],
    ["for another application", { claims: { aud: "00000000-8888-4777-8666-555555555555" } }],
    ["of another issuer", { claims: { iss: "https://login.evil.example/v2.0" } }],
    ["whose tenant is not that of its issuer", { claims: { tid: OTHER_TENANT } }],
    ["of another sign-in", { claims: { nonce: "another" } }],
    ["without a nonce", { claims: { nonce: undefined } }],
    ["without an object id", { claims: { oid: undefined } }],
    ["whose object id is no GUID", { claims: { oid: "owner@example.test" } }],
    ["that an unknown key signed", { kid: "unknown" }],
  ];
  it.each(refused)("%s is refused", async (_what, signing) => {
    for (const tenant of [TENANT, "organizations"]) {
      expect(await readIdToken(settings(tenant), await sign(payload(), signing), "n")).toBeNull();
    }
  });

  it("is refused when it is signed by another key, not at all, or with the public key as a secret", async () => {
    const forged = [
      await sign(payload(), { key: unpublished.privateKey }),
      unsigned(payload()),
      await sign(payload(), { alg: "HS256", key: await publicKeyAsSecret() }),
      "no token",
    ];
    for (const token of forged) expect(await readIdToken(settings(), token, "n")).toBeNull();
    const [header = "", body = "", signature = ""] = (await sign(payload(), {})).split(".");
    const other = btoa(atob(body.replace(/-/g, "+").replace(/_/g, "/")).replace("Anna", "Eve!")).replace(/=+$/, "");
    expect(await readIdToken(settings(), [header, other, signature].join("."), "n")).toBeNull();
  });

  it("is refused when the key that signed it serves another issuer", async () => {
    await publish(`${base}/organizations/discovery/v2.0/keys`, [
      await jwkOf(published, { issuer: `${provider}${base}/${OTHER_TENANT}/v2.0` }),
    ]);
    expect(await readIdToken(settings("organizations"), await sign(payload(), {}), "n")).toBeNull();
  });

  it("is nobody's fault when the keys cannot be had", async () => {
    base = "/no-such-set";
    await expect(readIdToken(settings(), await sign(payload(), {}), "n")).rejects.toThrow(IdentityUnavailableError);
  });
});

describe("a token of Cloudflare Access", () => {
  const AUDIENCE = "a".repeat(64);
  const settings = (): AccessSettings => ({ teamUrl: provider + base, audience: AUDIENCE });
  const payload = () => ({
    iss: provider + base,
    aud: [AUDIENCE],
    sub: "7335d417-61da-459d-899c-0a01c76a2f94",
    email: "Anna@Fabrikam.example",
    type: "app",
  });

  it("tells a person by their subject, and a service by its common name", async () => {
    expect(await readAccessToken(settings(), await sign(payload(), {}))).toEqual({
      issuer: provider + base,
      subject: "7335d417-61da-459d-899c-0a01c76a2f94",
      name: "Anna@Fabrikam.example",
      email: "anna@fabrikam.example",
      isService: false,
    });
    const service = { claims: { sub: "", email: undefined, common_name: "e367826f.access.example" }, begins: false };
    expect(await readAccessToken(settings(), await sign(payload(), service))).toEqual({
      issuer: provider + base,
      subject: "common_name:e367826f.access.example",
      name: "e367826f.access.example",
      email: "",
      isService: true,
    });
  });

  const refused: [string, Signing][] = [
    ["that has expired", { issued: -900, expires: -300 }],
    ["that never expires", { expires: null }],
    ["that begins in the future", { issued: 300, expires: 600 }],
    ["of another application", { claims: { aud: ["b".repeat(64)] } }],
    ["of another team", { claims: { iss: "https://evil.cloudflareaccess.com" } }],
    ["of the whole team", { claims: { type: "org" } }],
    ["of nobody", { claims: { sub: "" } }],
    ["that an unknown key signed", { kid: "unknown" }],
  ];
  it.each(refused)("%s is refused", async (_what, signing) => {
    expect(await readAccessToken(settings(), await sign(payload(), signing))).toBeNull();
  });

  it("is refused when it is signed by another key, not at all, or with the public key as a secret", async () => {
    const forged = [
      await sign(payload(), { key: unpublished.privateKey }),
      unsigned(payload()),
      await sign(payload(), { alg: "HS256", key: await publicKeyAsSecret() }),
    ];
    for (const token of forged) expect(await readAccessToken(settings(), token)).toBeNull();
  });

  it("is verified by a key that was published after the first one was read, without a restart", async () => {
    expect(await readAccessToken(settings(), await sign(payload(), {}))).not.toBeNull();
    await publish(`${base}/cdn-cgi/access/certs`, [await jwkOf(published), await jwkOf(unpublished, { kid: "next" })]);
    const next = () => sign(payload(), { key: unpublished.privateKey, kid: "next" });
    // Not more often than every 30 seconds: who sends unknown keys must not cause requests.
    expect(await readAccessToken(settings(), await next())).toBeNull();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 31_000 });
    expect(await readAccessToken(settings(), await next())).toMatchObject({ isService: false });
  });
});

import { describe, expect, it } from "vitest";
import { readIdentitySettings } from "../../src/access/identity-settings.ts";

const KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const TENANT = "11111111-2222-4333-8444-555555555555";
const ENTRA = {
  TENANTATLAS_IDENTITY: "entra",
  TENANTATLAS_ORIGIN: "https://atlas.example.com",
  TENANTATLAS_ENTRA_TENANT: TENANT,
  TENANTATLAS_ENTRA_CLIENT_ID: TENANT,
  TENANTATLAS_ENTRA_CLIENT_SECRET: "s",
  TENANTATLAS_SECRETS_KEY: KEY,
};
const ACCESS = {
  TENANTATLAS_IDENTITY: "access",
  TENANTATLAS_ACCESS_TEAM: "fabrikam",
  TENANTATLAS_ACCESS_AUDIENCE: "tag",
};

const problemOf = (env: object): string => {
  const settings = readIdentitySettings({ ...env });
  return settings.mode === "none" ? settings.problem : `lets people in (${settings.mode})`;
};

describe("the identity settings", () => {
  it("are complete for each mode", () => {
    expect(readIdentitySettings({ TENANTATLAS_LOCAL_MODE: "1" })).toEqual({ mode: "local" });
    expect(readIdentitySettings(ACCESS)).toEqual({
      mode: "access",
      access: { teamUrl: "https://fabrikam.cloudflareaccess.com", audience: "tag" },
    });
    expect(readIdentitySettings(ENTRA)).toEqual({
      mode: "entra",
      entra: {
        origin: "https://atlas.example.com",
        loginUrl: "https://login.microsoftonline.com",
        tenant: TENANT,
        clientId: TENANT,
        clientSecret: "s",
        secretsKeys: { current: KEY, previous: [] },
      },
    });
    expect(readIdentitySettings({ ...ENTRA, TENANTATLAS_ENTRA_CLOUD: "usGov" })).toMatchObject({
      entra: { loginUrl: "https://login.microsoftonline.us" },
    });
  });

  it("prefer the mode that is named to local mode", () => {
    expect(readIdentitySettings({ ...ACCESS, TENANTATLAS_LOCAL_MODE: "1" }).mode).toBe("access");
  });

  it("let nobody in, and say what to set, when they are missing", () => {
    expect(problemOf({})).toBe("Set TENANTATLAS_IDENTITY to entra or to access");
    expect(problemOf({ TENANTATLAS_IDENTITY: "entra" })).toBe(
      "TENANTATLAS_IDENTITY is entra: set TENANTATLAS_ORIGIN, TENANTATLAS_ENTRA_TENANT, TENANTATLAS_ENTRA_CLIENT_ID, TENANTATLAS_ENTRA_CLIENT_SECRET, TENANTATLAS_SECRETS_KEY",
    );
    expect(problemOf({ ...ACCESS, TENANTATLAS_ACCESS_AUDIENCE: "" })).toBe(
      "TENANTATLAS_IDENTITY is access: set TENANTATLAS_ACCESS_AUDIENCE",
    );
    for (const name of Object.keys(ENTRA).filter((each) => each !== "TENANTATLAS_IDENTITY")) {
      expect(problemOf({ ...ENTRA, [name]: undefined })).toBe(`TENANTATLAS_IDENTITY is entra: set ${name}`);
    }
  });

  it("let nobody in when they contradict each other", () => {
    expect(problemOf({ ...ENTRA, TENANTATLAS_ACCESS_TEAM: "fabrikam" })).toContain("remove TENANTATLAS_ACCESS_TEAM");
    expect(problemOf({ ...ACCESS, TENANTATLAS_ENTRA_CLIENT_ID: TENANT })).toContain(
      "remove TENANTATLAS_ENTRA_CLIENT_ID",
    );
    expect(problemOf({ TENANTATLAS_IDENTITY: "local" })).toContain("needs TENANTATLAS_LOCAL_MODE=1");
  });

  it.each([
    ["TENANTATLAS_IDENTITY", "okta"],
    ["TENANTATLAS_ORIGIN", "http://atlas.example.com"],
    ["TENANTATLAS_ORIGIN", "https://atlas.example.com/console"],
    ["TENANTATLAS_ENTRA_TENANT", "common"],
    ["TENANTATLAS_ENTRA_TENANT", "fabrikam.example"],
    ["TENANTATLAS_ENTRA_CLIENT_ID", "our application"],
    ["TENANTATLAS_ENTRA_CLOUD", "china"],
    ["TENANTATLAS_ENTRA_LOGIN_URL", "https://login.evil.example"],
  ])("let nobody in when %s is %s, and name it without repeating it", (name, value) => {
    const problem = problemOf({ ...ENTRA, [name]: value });
    expect(problem).toContain(name);
    expect(problem).not.toContain(value);
  });

  it("let no address pass for a team of Cloudflare Access", () => {
    for (const team of ["https://evil.example", "evil.example/x", "http://evil.example", "a.b"]) {
      expect(problemOf({ ...ACCESS, TENANTATLAS_ACCESS_TEAM: team })).toContain("TENANTATLAS_ACCESS_TEAM");
    }
  });
});

import { describe, expect, it } from "vitest";
import { readSettings, SettingsError } from "../src/environment.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");

describe("the settings", () => {
  it("are those of a deployment that was given nothing", () => {
    expect(readSettings({})).toEqual({
      localMode: false,
      localGraphUrl: null,
      mailFrom: null,
      secretsKeys: null,
      rateLimits: true,
      setupCode: null,
    });
    expect(
      readSettings({ TENANTATLAS_LOCAL_MODE: "", TENANTATLAS_GRAPH_URL: "", TENANTATLAS_SECRETS_KEY: "" }),
    ).toEqual(readSettings({}));
  });

  it("are read from variables, the address without its trailing slash", () => {
    const env = {
      TENANTATLAS_LOCAL_MODE: "1",
      TENANTATLAS_GRAPH_URL: "http://127.0.0.1:8788/",
      TENANTATLAS_SECRETS_KEY: KEY,
    };
    expect(readSettings(env)).toEqual({
      localMode: true,
      localGraphUrl: "http://127.0.0.1:8788",
      mailFrom: "news@tenantatlas.example",
      secretsKeys: { current: KEY, previous: [] },
      rateLimits: false,
      setupCode: null,
    });
    expect(readSettings({ ...env, TENANTATLAS_RATE_LIMITS: "1" }).rateLimits).toBe(true);
    expect(readSettings(env)).toBe(readSettings(env));
  });

  it("take earlier keys beside the current one, and none alone", () => {
    const other = Buffer.alloc(32, 8).toString("base64");
    const previous = { TENANTATLAS_SECRETS_KEY_PREVIOUS: `${other}, ${KEY}` };
    expect(readSettings({ TENANTATLAS_SECRETS_KEY: KEY, ...previous }).secretsKeys).toEqual({
      current: KEY,
      previous: [other, KEY],
    });
    expect(() => readSettings(previous)).toThrow(SettingsError);
  });

  it.each([
    ["TENANTATLAS_LOCAL_MODE", "true"],
    ["TENANTATLAS_GRAPH_URL", "ftp://graph"],
    ["TENANTATLAS_SECRETS_KEY", "hunter2-hunter2"],
    ["TENANTATLAS_SECRETS_KEY_PREVIOUS", `${KEY},hunter2-hunter2`],
  ])("name a malformed %s and do not repeat its value", (name, value) => {
    const read = (): unknown => readSettings({ [name]: value });
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(name);
    expect(read).not.toThrow(value);
  });
});

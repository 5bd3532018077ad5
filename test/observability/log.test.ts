import { afterEach, describe, expect, it, vi } from "vitest";
import { errorFields, logEvent } from "../../src/observability/log.ts";

afterEach(() => vi.restoreAllMocks());

function logged(fields: Parameters<typeof logEvent>[2]): Record<string, unknown> {
  const info = vi.spyOn(console, "info").mockImplementation(() => {});
  logEvent("info", "something_happened", fields);
  return JSON.parse(String(info.mock.calls[0]?.[0]));
}

describe("log events", () => {
  it("are one line of JSON with a level and a name", () => {
    expect(logged({ runId: "r1", durationMs: 12, absent: undefined })).toEqual({
      level: "info",
      event: "something_happened",
      runId: "r1",
      durationMs: 12,
    });
  });

  it("never hold what a field named like a credential holds", () => {
    const line = logged({ clientSecret: "a", accessToken: "b", Authorization: "c", setCookie: "d", apiKey: "e" });
    expect(Object.values(line).slice(2)).toEqual(Array(5).fill("[redacted]"));
  });

  it("cut long texts", () => {
    expect(String(logged({ message: "x".repeat(5_000) })["message"]).length).toBeLessThan(600);
  });

  it("tell an error's class, code and message, and leave out what it carries along", () => {
    const error = Object.assign(new TypeError("no"), { code: "throttled", body: { password: "p" }, request: "secret" });
    const fields = errorFields(error);
    expect(fields).toMatchObject({ errorName: "TypeError", errorCode: "throttled", errorMessage: "no" });
    expect(JSON.stringify(fields)).not.toMatch(/secret|password/);
    expect(errorFields("text")).toEqual({ errorName: "string" });
  });
});

import { beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_TENANT_SETTINGS } from "../../src/contract/settings.ts";
import { post, problemOf, request, seedDemoData } from "./demo.ts";

const SETTINGS = "/api/tenants/contoso/settings";

beforeAll(seedDemoData);

describe("a tenant's settings", () => {
  it("are the defaults until somebody chooses", async () => {
    expect(await (await request(SETTINGS, { as: "readonly" })).json()).toEqual(DEFAULT_TENANT_SETTINGS);
  });

  it("are kept, told of in the audit log, and another tenant's stay as they are", async () => {
    const response = await post(SETTINGS, { reviewPackRetentionDays: 14 }, { as: "manager" });
    expect(response.status).toBe(200);
    expect(await (await request(SETTINGS)).json()).toEqual({ ...DEFAULT_TENANT_SETTINGS, reviewPackRetentionDays: 14 });
    expect(await (await request("/api/tenants/fabrikam/settings")).json()).toEqual(DEFAULT_TENANT_SETTINGS);
    const audit = await (await request("/api/tenants/contoso/audit-events")).json();
    expect(audit).toMatchObject({
      items: [{ action: "settings.change", detail: { reviewPackRetentionDays: 14 } }],
    });
  });

  it("are changed one by one: what a change does not name stays, and null is a choice", async () => {
    await post(SETTINGS, { backupAgeLimitDays: null }, { as: "manager" });
    expect(await (await request(SETTINGS)).json()).toEqual({ reviewPackRetentionDays: 14, backupAgeLimitDays: null });
    const audit = await (await request("/api/tenants/contoso/audit-events")).json();
    expect(audit).toMatchObject({
      items: [
        {
          action: "settings.change",
          detail: { backupAgeLimitDays: "never", previous: { reviewPackRetentionDays: 14, backupAgeLimitDays: 8 } },
        },
        { action: "settings.change" },
      ],
    });
    // What is so already is told by no event.
    await post(SETTINGS, { backupAgeLimitDays: null }, { as: "manager" });
    expect(await (await request("/api/tenants/contoso/audit-events")).json()).toEqual(audit);
    expect(await problemOf(await post(SETTINGS, {}))).toMatchObject({ code: "invalid_input" });
  });

  it.each([{ reviewPackRetentionDays: 0 }, { reviewPackRetentionDays: 1.5 }, { reviewPackRetentionDays: 4_000 }])(
    "refuse %j",
    async (settings) => {
      expect(await problemOf(await post(SETTINGS, settings))).toMatchObject({
        code: "invalid_input",
        fields: [{ path: "reviewPackRetentionDays" }],
      });
    },
  );

  it("are an owner's or manager's to change", async () => {
    const response = await post(SETTINGS, { reviewPackRetentionDays: 1 }, { as: "operator" });
    expect(await problemOf(response)).toMatchObject({ status: 403, code: "forbidden" });
  });
});

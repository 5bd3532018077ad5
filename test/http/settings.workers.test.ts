import { beforeAll, describe, expect, it } from "vitest";
import { meSchema } from "../../src/contract/access.ts";
import { auditEventListSchema } from "../../src/contract/audit-events.ts";
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
    expect(await (await request(SETTINGS)).json()).toEqual({
      reviewPackRetentionDays: 14,
      backupAgeLimitDays: null,
      tags: [],
    });
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

  it("have tags, which the tenant's members see with the tenant, and nobody else", async () => {
    const saved = await post(SETTINGS, { tags: ["Schools", " North  West "] }, { as: "manager" });
    expect(await saved.json()).toMatchObject({ reviewPackRetentionDays: 14, tags: ["Schools", "North West"] });
    const audit = await (await request("/api/tenants/contoso/audit-events")).json();
    expect(auditEventListSchema.parse(audit).items[0]?.detail).toMatchObject({
      tags: ["Schools", "North West"],
      previous: { tags: [] },
    });
    const mine = async (as: string) => meSchema.parse(await (await request("/api/me", { as })).json()).tenants;
    expect((await mine("readonly")).find(({ slug }) => slug === "contoso")?.tags).toEqual(["Schools", "North West"]);
    expect((await mine("owner")).find(({ slug }) => slug === "fabrikam")?.tags).toEqual([]);
    expect(await (await request("/api/tenants/contoso", { as: "readonly" })).json()).toMatchObject({
      tags: ["Schools", "North West"],
    });
    expect(await (await request("/api/me", { as: "outsider" })).text()).not.toContain("Schools");
    expect(await problemOf(await post(SETTINGS, { tags: ["One", "ONE"] }))).toMatchObject({
      fields: [{ path: "tags", message: "names a tag twice" }],
    });
    expect((await problemOf(await post(SETTINGS, { tags: [] }, { as: "operator" }))).code).toBe("forbidden");
    await post(SETTINGS, { tags: [] });
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

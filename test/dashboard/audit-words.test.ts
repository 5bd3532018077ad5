import { describe, expect, it } from "vitest";
import { auditActionWords } from "../../src/contract/audit-actions.ts";
import { beginningOf, endOf } from "../../src/dashboard/audit/days.ts";
import { nameOf, originFacts } from "../../src/dashboard/audit/event-words.ts";
import { targetAddress } from "../../src/dashboard/audit/target-address.ts";

const target = { kind: "backup-set", id: "set_1" };

describe("an event of the audit log in words", () => {
  it("has words for its action, or the action itself", () => {
    expect(auditActionWords("settings.change")).toBe("changed the settings");
    expect(auditActionWords("something.new")).toBe("something.new");
    expect(auditActionWords("constructor")).toBe("constructor");
  });

  it.each([
    [{ detail: { name: "Before the change" }, target }, "Before the change"],
    [{ detail: { type: "inventory.sync" }, target }, "Inventory sync"],
    [
      { detail: { type: "policy.restore", subject: "Weekly · 12 policies" }, target },
      "Restore policies, Weekly · 12 policies",
    ],
    [{ detail: { type: "gone.type" }, target }, "gone.type"],
    [{ detail: { archive: "pack.zip" }, target }, "pack.zip"],
    [{ detail: {}, target: { kind: "route", id: "POST /x" } }, "POST /x"],
    [{ detail: { name: "" }, target }, null],
  ])("%j is about %s", (event, name) => {
    expect(nameOf(event)).toBe(name);
  });

  it.each([
    ["operation.start", "operation", "run_1", "/t/contoso/operations/run_1"],
    ["policy.restore", "policy", "pol_1", "/t/contoso/inventory/pol_1"],
    ["backup-set.archive", "backup-set", "set_1", "/t/contoso/backup-sets/set_1"],
    ["role.change", "role", "role_1", "/t/contoso/settings/roles"],
    ["backup-set.force-delete", "backup-set", "set_1", null],
    ["request.refuse", "route", "POST /x", null],
    ["something.new", "constructor", "x", null],
    ["settings.change", "settings", "", null],
  ])("%s leads from a %s to where it is seen", (action, kind, id, address) => {
    expect(targetAddress("contoso", { action, target: { kind, id } })).toBe(address);
  });

  it("is found by days as the person's own clock has them", () => {
    expect(beginningOf("2026-11-29")).toBe(new Date(2026, 10, 29).toISOString());
    expect(endOf("2026-11-29")).toBe(new Date(2026, 10, 30).toISOString());
    expect(endOf("2026-12-31")).toBe(new Date(2027, 0, 1).toISOString());
    expect(beginningOf("yesterday")).toBeUndefined();
    expect(beginningOf("2026-99-99")).toBeUndefined();
    expect(endOf(undefined)).toBeUndefined();
  });

  it("tells where it comes from, and leaves out what is not known", () => {
    expect(originFacts({ way: "entra", requestId: "r" })).toEqual([
      ["By way of", "Signed in with Microsoft"],
      ["Request", "r"],
    ]);
    expect(originFacts({})).toEqual([]);
  });
});

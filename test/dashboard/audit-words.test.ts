import { describe, expect, it } from "vitest";
import { auditActionWords } from "../../src/contract/audit-actions.ts";
import { nameOf, originFacts } from "../../src/dashboard/audit/event-words.ts";

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

  it("tells where it comes from, and leaves out what is not known", () => {
    expect(originFacts({ way: "entra", requestId: "r" })).toEqual([
      ["By way of", "Signed in with Microsoft"],
      ["Request", "r"],
    ]);
    expect(originFacts({})).toEqual([]);
  });
});

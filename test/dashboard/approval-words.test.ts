import { describe, expect, it } from "vitest";
import type { ApprovalChange } from "../../src/contract/approvals.ts";
import { capabilitiesOf } from "../../src/contract/roles.ts";
import { linesOf, requestTitle } from "../../src/dashboard/approvals/approval-words.ts";

const role = (id: "operator" | "readonly") => ({ id, name: `The ${id}`, capabilities: capabilitiesOf(id) });
const CONNECTION = {
  kind: "secret",
  cloud: "global",
  microsoftTenantId: "tenant",
  clientId: "client",
  credentialEndsAt: null,
  certificateThumbprint: null,
} as const;
const settings = (...subjects: ("restore" | "members")[]) => ({ subjects, requestHours: 72 });

describe("a request for an approval in words", () => {
  it.each<[ApprovalChange, string]>([
    [{ kind: "force-delete", backupSets: [{ id: "1", name: "Old" }] }, "Delete Old for good"],
    [
      {
        kind: "force-delete",
        backupSets: [
          { id: "1", name: "Old" },
          { id: "2", name: "Older" },
        ],
      },
      "Delete 2 backup sets for good",
    ],
    [{ kind: "restore.retry", run: { id: "r", subject: "Winter", failed: 2 } }, "Retry a restore: Winter"],
    [{ kind: "member.invite", role: role("operator"), note: "" }, "Invite a person as The operator"],
    [{ kind: "approval-settings", before: settings("restore"), after: settings() }, "Switch approvals off"],
    [{ kind: "connection.connect", purpose: "read", before: null, after: CONNECTION }, "Connect to Microsoft Graph"],
  ])("%j", (change, title) => {
    expect(requestTitle({ change })).toBe(title);
  });

  it("says of another role what may be done besides, and what no more, instead of two long lists", () => {
    const change = { kind: "member.change-role", member: { id: "u", name: "Ravi" } } as const;
    const up = linesOf({ ...change, before: role("readonly"), after: role("operator") });
    expect(up.map(({ term }) => term)).toEqual(["Role", "May do besides"]);
    expect(up[1]?.after).toContain("Preview restores");
    expect(up[1]?.after).not.toContain("Read the audit log");
    const down = linesOf({ ...change, before: role("operator"), after: role("readonly") });
    expect(down.map(({ term, before, after }) => [term, before === null, after === null])).toEqual([
      ["Role", false, false],
      ["May not do any more", false, true],
    ]);
  });

  it("shows of a connection what becomes another, and of settings both states", () => {
    const after = { ...CONNECTION, clientId: "other" };
    expect(linesOf({ kind: "connection.connect", purpose: "write", before: CONNECTION, after })).toEqual([
      { term: "Used for", before: null, after: "Restoring" },
      { term: "Application", before: "client", after: "other" },
    ]);
    expect(linesOf({ kind: "approval-settings", before: settings(), after: settings("restore", "members") })).toEqual([
      { term: "Needs an approval", before: "nothing", after: "restores, members and roles" },
    ]);
  });
});

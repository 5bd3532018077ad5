import { describe, expect, it } from "vitest";
import type { PermissionVerdict } from "../../../src/contract/permissions.ts";
import { FAMILIES } from "../../../src/graph/families.ts";
import { relatedPlaces } from "../../../src/graph/permissions/needs.ts";
import { type CheckFindings, permissionReport } from "../../../src/graph/permissions/permission-report.ts";

const AT = "2026-11-28T09:00:00.000Z";
const granted: PermissionVerdict = { state: "granted", basis: "reading", permissions: [], reason: null };

function lacking(permissions: string[], code = "refused"): PermissionVerdict {
  return { state: "missing", basis: "reading", permissions, reason: { code, message: "x" } };
}

function findings(families: CheckFindings["families"], related: CheckFindings["related"] = {}): CheckFindings {
  const all = FAMILIES.map(({ key }) => [key, families[key] ?? { reading: granted, writing: granted }]);
  const beside = relatedPlaces().map(({ key }) => [key, related[key] ?? granted]);
  return {
    application: "client",
    tokenNamesPermissions: true,
    families: Object.fromEntries(all),
    related: Object.fromEntries(beside),
  };
}

describe("The report of a check", () => {
  it("groups what is missing by permission, those for reading first, and lists each name once", () => {
    const [read, write] = ["DeviceManagementScripts.Read.All", "DeviceManagementScripts.ReadWrite.All"];
    const report = permissionReport(
      findings(
        {
          roles: { reading: granted, writing: lacking(["DeviceManagementRBAC.ReadWrite.All"], "not_claimed") },
          shellScripts: { reading: lacking([read]), writing: lacking([read, write], "not_claimed") },
          remediations: { reading: lacking([read]), writing: lacking([read, write], "not_claimed") },
        },
        { directoryChangeLog: lacking(["AuditLog.Read.All"]) },
      ),
      AT,
    );
    const scripts = ["Shell scripts", "Remediations"];
    expect(report.missing).toEqual([
      { permission: read, toRead: scripts, toWrite: scripts, toReadBeside: [] },
      { permission: "AuditLog.Read.All", toRead: [], toWrite: [], toReadBeside: ["Entra's audit log"] },
      { permission: write, toRead: [], toWrite: scripts, toReadBeside: [] },
      { permission: "DeviceManagementRBAC.ReadWrite.All", toRead: [], toWrite: ["Roles"], toReadBeside: [] },
    ]);
    expect(report.toGrant).toEqual({
      toRead: [read, "AuditLog.Read.All"],
      // What writes also reads.
      toReadAndWrite: ["AuditLog.Read.All", write, "DeviceManagementRBAC.ReadWrite.All"],
    });
  });

  it("does not ask to grant what the token names already", () => {
    const contradiction = lacking(["Agreement.Read.All"], "claimed_but_refused");
    const { missing, families } = permissionReport(
      findings({ termsOfUse: { reading: contradiction, writing: contradiction } }),
      AT,
    );
    expect(missing).toEqual([]);
    expect(families.find(({ family }) => family === "termsOfUse")?.reading).toEqual(contradiction);
  });

  it("says of a family that a stored check does not know that it was not checked, and forgets one that is no more", () => {
    const { families, related } = permissionReport(
      { ...findings({}), families: { gone: { reading: granted, writing: granted } } },
      AT,
    );
    expect(families.map(({ family }) => family)).toEqual(FAMILIES.map(({ key }) => key));
    for (const { reading, writing } of families) {
      expect([reading.reason?.code, writing.reason?.code]).toEqual(["not_checked", "not_checked"]);
    }
    expect(related.map(({ reading }) => reading.state)).toEqual(related.map(() => "granted"));
  });
});

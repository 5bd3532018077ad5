import { describe, expect, it } from "vitest";
import { judgeRolesPage } from "../../scripts/check/roles-page.ts";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { rolesPage } from "../../scripts/roles-page.ts";
import { CAPABILITIES } from "../../src/contract/access.ts";

describe("The page of roles", () => {
  it("is current, and another page in its place is not", () => {
    expect(judgeRolesPage(projectRoot)).toEqual({ passed: true, output: "" });
    expect(judgeRolesPage(projectRoot, "docs/operations.md")).toMatchObject({ passed: false });
    expect(judgeRolesPage(projectRoot, "docs/there-is-none.md")).toMatchObject({ passed: false });
  });

  it("has a row for each capability, and says who decides who belongs to the tenant: owners alone", () => {
    const rows = rolesPage()
      .split("\n")
      .filter((line) => line.startsWith("| `"));
    expect(rows).toHaveLength(CAPABILITIES.length);
    expect(rows.find((row) => row.startsWith("| `members.manage`"))).toMatch(/\| yes \| – \| – \| – \|$/);
    expect(rows.find((row) => row.startsWith("| `tenant.read`"))).toMatch(/\| yes \| yes \| yes \| yes \|$/);
  });
});

/** Makes docs/roles.md from the table of roles: what each built-in role may do, and what no role of a tenant's own can be given. */
import { CAPABILITIES, ROLES } from "../src/contract/access.ts";
import { BUILT_IN_ROLES, CAPABILITY_WORDS, capabilitiesOf, IN_EACH_ROLE, OWNER_ONLY } from "../src/contract/roles.ts";

export const ROLES_PAGE = "docs/roles.md";

/** The page as it has to be. */
export function rolesPage(): string {
  const columns = ROLES.map((role) => ({ name: BUILT_IN_ROLES[role].name, may: capabilitiesOf(role) }));
  const rows = CAPABILITIES.map((capability) => {
    const marks = columns.map(({ may }) => (may.includes(capability) ? "yes" : "–"));
    return line([`\`${capability}\``, CAPABILITY_WORDS[capability], ...marks]);
  });
  return [
    "# Roles",
    "",
    "Generated from [`src/contract/roles.ts`](../src/contract/roles.ts) by `node scripts/make-roles-page.ts`. A capability is what a route of the",
    "API asks for ([api.md](api.md)); a role is a choice of capabilities. The console shows the same table under *Settings > Roles*.",
    "",
    ...ROLES.map((role) => `- **${BUILT_IN_ROLES[role].name}** (\`${role}\`). ${BUILT_IN_ROLES[role].summary}`),
    "",
    line(["capability", "lets a person", ...columns.map(({ name }) => name)]),
    `|${"---|".repeat(columns.length + 2)}`,
    ...rows,
    "",
    "## Roles of a tenant's own",
    "",
    "Owners define roles by choosing capabilities. Such a role is used wherever a built-in one is: for members and for invitations.",
    "",
    `- Each has ${code(IN_EACH_ROLE)}: without it nothing of the tenant can be opened.`,
    `- None can be given ${code(OWNER_ONLY)}. A person with it and without being an owner could make owners, lock all of them out, or define a role that`,
    "  has everything; or exchange the application by which the tenant is read and changed.",
    "- A change of a role holds at once for all who have it. A role that a member or an open invitation has cannot be deleted.",
    "- A tenant keeps at least one owner, whatever roles it defines.",
    "",
  ].join("\n");
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function code(capabilities: readonly string[]): string {
  return capabilities.map((each) => `\`${each}\``).join(", ");
}

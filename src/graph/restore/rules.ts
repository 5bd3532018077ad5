/** The catalogue of restore rules, one for each family, and the order in which families are restored. */
import { FAMILY_KEYS, type FamilyKey } from "../families.ts";
import type { RestoreRule } from "./rule.ts";
import { CONFIGURATION_RULES } from "./rules/configuration.ts";
import { ENROLLMENT_AND_APP_RULES } from "./rules/enrollment-and-apps.ts";
import { IDENTITY_AND_TENANT_RULES } from "./rules/identity-and-tenant.ts";

/** A family of the catalogue without a rule does not compile. */
export const RESTORE_RULES: Readonly<Record<FamilyKey, RestoreRule>> = {
  ...CONFIGURATION_RULES,
  ...ENROLLMENT_AND_APP_RULES,
  ...IDENTITY_AND_TENANT_RULES,
};

/** What others refer to comes first (docs/design/graph.md, section 7). */
const FIRST: readonly FamilyKey[] = [
  "scopeTags",
  "filters",
  "roles",
  "notifications",
  "authStrengths",
  "namedLocations",
  "apps",
  "reusableSettings",
  "complianceScripts",
];
/** Agreements are demanded by conditional access, which comes last: it bears on everybody who could still correct something. */
const LAST: readonly FamilyKey[] = ["termsOfUse", "conditionalAccess"];

/** All families in the order in which a plan restores them. */
export const RESTORE_ORDER: readonly FamilyKey[] = [
  ...FIRST,
  ...FAMILY_KEYS.filter((key) => !FIRST.includes(key) && !LAST.includes(key)),
  ...LAST,
];

/** The family's place in `RESTORE_ORDER`, from 0. */
export function restoreRank(key: FamilyKey): number {
  return RESTORE_ORDER.indexOf(key);
}

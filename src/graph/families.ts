/** The catalogue: every policy family that the product reads, in the order in which it is shown and worked through. */
import { CONFIGURATION_FAMILIES } from "./families/configuration.ts";
import { ENROLLMENT_AND_APP_FAMILIES } from "./families/enrollment-and-apps.ts";
import type { Family } from "./families/family.ts";
import { IDENTITY_AND_TENANT_FAMILIES } from "./families/identity-and-tenant.ts";

const ENTRIES = [...CONFIGURATION_FAMILIES, ...ENROLLMENT_AND_APP_FAMILIES, ...IDENTITY_AND_TENANT_FAMILIES] as const;

export type FamilyKey = (typeof ENTRIES)[number]["key"];

export const FAMILIES: readonly (Family & { key: FamilyKey })[] = ENTRIES;
/** All keys in catalogue order. */
export const FAMILY_KEYS: readonly FamilyKey[] = ENTRIES.map((entry) => entry.key);

const byKey = new Map<string, Family & { key: FamilyKey }>(FAMILIES.map((entry) => [entry.key, entry]));

/** The family of a key; null for a key that this version does not know. */
export function familyByKey(key: string): (Family & { key: FamilyKey }) | null {
  return byKey.get(key) ?? null;
}

/**
 * The catalogue: all policy families that the product reads, in the order in which they are shown and worked through. A family is
 * added by one file in `families/` and one line here.
 */
import type { ReferenceKind } from "../contract/restore.ts";
import { catalogue } from "./catalogue.ts";
import { adminConsent } from "./families/admin-consent.ts";
import { adminTemplates } from "./families/admin-templates.ts";
import { appCategories } from "./families/app-categories.ts";
import { appConfigApps } from "./families/app-config-apps.ts";
import { appConfigDevices } from "./families/app-config-devices.ts";
import { appProtection } from "./families/app-protection.ts";
import { appleUserEnrollment } from "./families/apple-user-enrollment.ts";
import { apps } from "./families/apps.ts";
import { authContexts } from "./families/auth-contexts.ts";
import { authMethods } from "./families/auth-methods.ts";
import { authStrengths } from "./families/auth-strengths.ts";
import { authorizationPolicy } from "./families/authorization-policy.ts";
import { autopilot } from "./families/autopilot.ts";
import { bios } from "./families/bios.ts";
import { branding } from "./families/branding.ts";
import { complianceLinux } from "./families/compliance-linux.ts";
import { complianceScripts } from "./families/compliance-scripts.ts";
import { complianceSettings } from "./families/compliance-settings.ts";
import { compliance } from "./families/compliance.ts";
import { conditionalAccess } from "./families/conditional-access.ts";
import { crossTenantDefault } from "./families/cross-tenant-default.ts";
import { crossTenantPartners } from "./families/cross-tenant-partners.ts";
import { customAttributes } from "./families/custom-attributes.ts";
import { deviceCategories } from "./families/device-categories.ts";
import { deviceConfiguration } from "./families/device-configuration.ts";
import { deviceRegistration } from "./families/device-registration.ts";
import { driverUpdates } from "./families/driver-updates.ts";
import { enrollment } from "./families/enrollment.ts";
import type { Family } from "./families/family.ts";
import { featureUpdates } from "./families/feature-updates.ts";
import { filters } from "./families/filters.ts";
import { groups } from "./families/groups.ts";
import { intents } from "./families/intents.ts";
import { namedLocations } from "./families/named-locations.ts";
import { notifications } from "./families/notifications.ts";
import { powershellScripts } from "./families/powershell-scripts.ts";
import { qualityUpdatePolicies } from "./families/quality-update-policies.ts";
import { qualityUpdates } from "./families/quality-updates.ts";
import { remediations } from "./families/remediations.ts";
import { reusableSettings } from "./families/reusable-settings.ts";
import { roles } from "./families/roles.ts";
import { scopeTags } from "./families/scope-tags.ts";
import { securityDefaults } from "./families/security-defaults.ts";
import { settingsCatalog } from "./families/settings-catalog.ts";
import { shellScripts } from "./families/shell-scripts.ts";
import { termsOfUse } from "./families/terms-of-use.ts";
import { terms } from "./families/terms.ts";
import { w365Provisioning } from "./families/w365-provisioning.ts";
import { w365UserSettings } from "./families/w365-user-settings.ts";

const LISTED = catalogue(
  deviceConfiguration,
  settingsCatalog,
  compliance,
  complianceLinux,
  adminTemplates,
  powershellScripts,
  shellScripts,
  customAttributes,
  remediations,
  complianceScripts,
  autopilot,
  enrollment,
  apps,
  appProtection,
  appConfigApps,
  appConfigDevices,
  conditionalAccess,
  namedLocations,
  authStrengths,
  termsOfUse,
  scopeTags,
  filters,
  roles,
  notifications,
  reusableSettings,
  featureUpdates,
  qualityUpdates,
  driverUpdates,
  intents,
  qualityUpdatePolicies,
  deviceCategories,
  appCategories,
  terms,
  appleUserEnrollment,
  bios,
  branding,
  w365Provisioning,
  w365UserSettings,
  complianceSettings,
  authMethods,
  authContexts,
  authorizationPolicy,
  securityDefaults,
  deviceRegistration,
  adminConsent,
  crossTenantDefault,
  crossTenantPartners,
  groups,
);

export type FamilyKey = (typeof LISTED)[number]["key"];
/** A family of the catalogue. */
export type KnownFamily = Family<FamilyKey>;

/** All families in catalogue order. */
export const FAMILIES: readonly KnownFamily[] = LISTED;

/** All keys in catalogue order. */
export const FAMILY_KEYS: readonly FamilyKey[] = FAMILIES.map(({ key }) => key);

const byKey = new Map<string, KnownFamily>(FAMILIES.map((family) => [family.key, family]));

/** The family of a key from outside; null for a key that this version does not know. */
export function familyByKey(key: string): KnownFamily | null {
  return byKey.get(key) ?? null;
}

export function familyOf(key: FamilyKey): KnownFamily {
  const family = byKey.get(key);
  if (!family) throw new Error(`no family ${key}`);
  return family;
}

const byReferenceKind = new Map(FAMILIES.map((family) => [family.referenceKind, family]));

/** The family whose policies references of a kind name; null for things that are no policies. */
export function familyOfKind(kind: ReferenceKind): KnownFamily | null {
  return byReferenceKind.get(kind) ?? null;
}

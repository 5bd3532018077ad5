/** Enrollment, applications, and what is said to applications: how they are restored. */
import { isListedOneByOne, targetedAppSteps } from "../collections.ts";
import { assignedUnder, block, either, lacking, rule, type Block, type Subject } from "../rule.ts";
import { POLICY_ID, sets, type RestoreStep } from "../steps.ts";
import { bareTypeOf, textOf, without } from "../values.ts";

const SERVICE_CONFIG = "DeviceManagementServiceConfig.ReadWrite.All";
const APPS = "DeviceManagementApps.ReadWrite.All";

const autopilot = rule({ writePermission: SERVICE_CONFIG, assign: { kind: "oneByOne" } });

/** The defaults have priority 0 and exist in every tenant: they are changed, never made. */
const enrollment = rule({
  writePermission: SERVICE_CONFIG,
  apart: ["priority"],
  assign: assignedUnder("enrollmentConfigurationAssignments"),
  blocked: ({ wanted, target }) => {
    if (target === null) {
      return wanted["priority"] === 0
        ? block(
            "default_configuration",
            "This is the default configuration, of which a tenant has one: update it instead.",
          )
        : null;
    }
    return (wanted["priority"] === 0) === (target["priority"] === 0)
      ? null
      : block("different_type", "One of the two is the default configuration, the other is not.");
  },
  afterCreate: prioritySteps,
  afterUpdate: prioritySteps,
});

function prioritySteps({ collection, wanted, target }: Subject): RestoreStep[] {
  const { priority } = wanted;
  if (typeof priority !== "number" || priority < 1 || target?.["priority"] === priority) return [];
  return [sets("priority", `${collection}/${POLICY_ID}/setPriority`, "priority", { priority })];
}

/** Types that are wholly told by their properties. */
const PLAIN_APPS: ReadonlySet<string> = new Set([
  "androidStoreApp",
  "iosStoreApp",
  "iosiPadOSWebClip",
  "macOSMdatpApp",
  "macOSMicrosoftDefenderApp",
  "macOSMicrosoftEdgeApp",
  "macOSOfficeSuiteApp",
  "macOSWebClip",
  "officeSuiteApp",
  "webApp",
  "winGetApp",
  "windowsMicrosoftEdgeApp",
  "windowsStoreApp",
  "windowsWebApp",
]);
/** Types that a store or a purchase plan brings into the tenant; they are synchronized, not created. */
const STORE_APPS: ReadonlySet<string> = new Set([
  "androidForWorkApp",
  "androidManagedStoreApp",
  "androidManagedStoreWebApp",
  "iosVppApp",
  "macOsVppApp",
  "managedAndroidStoreApp",
  "managedIOSStoreApp",
  "microsoftStoreForBusinessApp",
  "microsoftStoreForBusinessContainedApp",
]);
/** Types with an installer, which Graph does not hand out. */
const CONTENT_APPS =
  /^(win32|androidLob|iosLob|macOSLob|macOSDmg|macOSPkg|managedAndroidLob|managedIOSLob|managedMobileLob|windowsMobileMSI|windowsUniversalAppX|windowsAppX|windowsPhone|mobileLob)/;

const apps = rule({
  writePermission: APPS,
  readOnly: [
    "appAvailability",
    "committedContentVersion",
    "dependentAppCount",
    "publishingState",
    "size",
    "supersededAppCount",
    "supersedingAppCount",
    "totalLicenseCount",
    "uploadState",
    "usedLicenseCount",
  ],
  // Categories are objects of the tenant of their own, which are none of the families.
  unrestorable: ["categories"],
  assign: assignedUnder("mobileAppAssignments"),
  blocked: (subject) => appBlock(bareTypeOf(subject.wanted)) ?? lacking(subject, ["publisher"]),
});

function appBlock(type: string): Block | null {
  if (PLAIN_APPS.has(type)) return null;
  if (STORE_APPS.has(type))
    return block("app_from_store", "Apps of this kind come from a store: synchronize it to have the app back.");
  if (CONTENT_APPS.test(type))
    return block("app_content", "The app's installer cannot be read from Intune, so the app cannot be restored.");
  return block("unsupported_type", `Apps of the kind ${printableType(type)} are not restored.`);
}

const PROTECTION_TYPES: ReadonlySet<string> = new Set([
  "iosManagedAppProtection",
  "androidManagedAppProtection",
  "windowsManagedAppProtection",
]);
const TARGETED = { writePermission: APPS, readOnly: ["deployedAppCount"], apart: ["apps"] };

const appProtection = rule({
  ...TARGETED,
  blocked: ({ wanted }) => {
    const type = bareTypeOf(wanted);
    return PROTECTION_TYPES.has(type)
      ? null
      : block("unsupported_type", `App protection of the kind ${printableType(type)} is not restored.`);
  },
  body: (body) => (isListedOneByOne(body) ? body : without(body, ["apps"])),
  afterCreate: targetedAppSteps,
  afterUpdate: targetedAppSteps,
});

const appConfigApps = rule({
  ...TARGETED,
  body: (body) => (isListedOneByOne(body) ? body : without(body, ["apps"])),
  afterCreate: targetedAppSteps,
  afterUpdate: targetedAppSteps,
});

const appConfigDevices = rule({
  writePermission: APPS,
  sets: ["targetedMobileApps"],
  blocked: (subject) =>
    either(subject, (document) => textOf(document["@odata.type"]) === null)
      ? block("incomplete_document", "The stored policy does not tell for which kind of device it is.")
      : null,
});

function printableType(type: string): string {
  return type.replace(/[^\w]/g, "").slice(0, 60) || "that Graph did not name";
}

export const ENROLLMENT_AND_APP_RULES = {
  autopilot,
  enrollment,
  apps,
  appProtection,
  appConfigApps,
  appConfigDevices,
} as const;

/** Apps. Graph: mobileApp and the types derived from it. */
import { bareTypeOf, printableType } from "../restore/document-members.ts";
import { assignedUnder, block, lacking, type Block } from "../restore/rule.ts";
import { family } from "./family.ts";

/** Written by the service while an app is uploaded, published, bought or related to others. */
const SERVICE_OWNED = [
  "appAvailability",
  "manifestHash",
  "publishingState",
  "uploadState",
  "size",
  "dependentAppCount",
  "supersedingAppCount",
  "supersededAppCount",
  "totalLicenseCount",
  "usedLicenseCount",
];

/** Of Microsoft 365 apps, what is set once. */
const OFFICE = ["officeConfigurationXml", "officePlatformArchitecture", "developer", "owner", "publisher"];

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

export const apps = family({
  key: "apps",
  label: "Apps",
  path: "/deviceAppManagement/mobileApps",

  reading: {
    // Microsoft gives its global apps to all tenants: they change with each version in the store, and no tenant can change them.
    isForeign: (app) => app["appAvailability"] === "global" && app["isAssigned"] !== true,
    permission: "DeviceManagementApps.Read.All",
    listQuery: "?$expand=categories,assignments",
  },

  meaning: { serviceOwned: SERVICE_OWNED },

  inFiles: { type: "mobileApp", folders: ["applications", "mobileapps", "clientapps"] },

  referenceKind: "app",

  restore: {
    permission: "DeviceManagementApps.ReadWrite.All",
    stage: 70,
    // What the installer that was uploaded last brought along.
    readOnly: [...SERVICE_OWNED, "committedContentVersion", "fileName"],
    immutable: ["appUrl", "appStoreUrl"],
    immutableOfType: {
      officeSuiteApp: OFFICE,
      macOSOfficeSuiteApp: OFFICE,
      winGetApp: ["installExperience", "packageIdentifier"],
      windowsMobileMSI: ["useDeviceContext"],
    },
    // An app is put into a category by a request of its own, which no step makes.
    unrestorable: ["categories"],
    // Winget apps take assignments once the service has published them.
    assign: assignedUnder("mobileAppAssignments", (app) =>
      bareTypeOf(app) === "winGetApp" ? { property: "publishingState", value: "published" } : null,
    ),
    blocked: (subject) =>
      unrestorableApp(bareTypeOf(subject.wanted), subject.target === null) ?? lacking(subject, ["publisher"]),
  },
});

function unrestorableApp(type: string, isNew: boolean): Block | null {
  if (isNew && type === "androidStoreApp")
    return block(
      "unsupported_type",
      "Microsoft Graph creates no Android store apps any more: add it to managed Google Play.",
    );
  if (PLAIN_APPS.has(type)) return null;
  // One that is still there needs no installer and no store for its properties and assignments.
  if (!isNew && (STORE_APPS.has(type) || CONTENT_APPS.test(type))) return null;
  if (STORE_APPS.has(type))
    return block("app_from_store", "Apps of this kind come from a store: synchronize it to have the app back.");
  if (CONTENT_APPS.test(type))
    return block("app_content", "The app's installer cannot be read from Intune, so the app cannot be restored.");
  return block("unsupported_type", `Apps of the kind ${printableType(type)} are not restored.`);
}

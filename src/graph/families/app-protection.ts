/**
 * App protection policies. Graph: managedAppPolicy lists all kinds with little content, and the targeted configurations too, which
 * are the family `appConfigApps`. The content is in a collection for each platform: managedAppProtection and the types below it.
 */
import {
  isFilledByService,
  TARGETED_APPS_RESTORE,
  TARGETED_APPS_SERVICE_OWNED,
} from "../family-parts/targeted-apps.ts";
import { bareTypeOf, printableType } from "../restore/document-members.ts";
import { block } from "../restore/rule.ts";
import { family } from "./family.ts";

const TYPED_SETS = {
  "#microsoft.graph.iosManagedAppProtection": "/deviceAppManagement/iosManagedAppProtections",
  "#microsoft.graph.androidManagedAppProtection": "/deviceAppManagement/androidManagedAppProtections",
  "#microsoft.graph.windowsManagedAppProtection": "/deviceAppManagement/windowsManagedAppProtections",
};

export const appProtection = family({
  key: "appProtection",
  label: "App protection",
  path: "/deviceAppManagement/managedAppPolicies",

  reading: {
    permission: "DeviceManagementApps.Read.All",
    source: "typedSet",
    typedSets: TYPED_SETS,
    byIdQuery: "?$expand=apps,assignments",
    excludedTypes: ["#microsoft.graph.targetedManagedAppConfiguration"],
  },

  meaning: { serviceOwned: TARGETED_APPS_SERVICE_OWNED, saysNothing: isFilledByService, risks: ["security"] },

  inFiles: { type: "managedAppPolicy", folders: ["appprotection", "appprotectionpolicies"] },

  restore: {
    ...TARGETED_APPS_RESTORE,
    permission: "DeviceManagementApps.ReadWrite.All",
    blocked: ({ wanted }) => {
      const type = bareTypeOf(wanted);
      return Object.hasOwn(TYPED_SETS, `#microsoft.graph.${type}`)
        ? null
        : block("unsupported_type", `App protection of the kind ${printableType(type)} is not restored.`);
    },
  },
});

/** Categories by which the Company Portal lists apps. Graph: mobileAppCategory. Microsoft's own are among them, and in every tenant. */
import { textOf } from "../restore/document-members.ts";
import { block, either, NOT_ASSIGNED } from "../restore/rule.ts";
import { family, NO_PLATFORM } from "./family.ts";

/** Microsoft's own, which have the same ids in all tenants and no mark that says so. Source: deploymenttheory/terraform-provider-microsoft365. */
const BUILT_IN: ReadonlySet<string | null> = new Set([
  "0720a99e-562b-4a77-83f0-9a7523fcf13e",
  "f1fc9fe2-728d-4867-9a72-a61e18f8c606",
  "046e0b16-76ce-4b49-bf1b-1cc5bd94fb47",
  "ed899483-3019-425e-a470-28e901b9790e",
  "2b73ae71-12c8-49be-b462-3dae769ccd9d",
  "79bc98d4-7ddf-4841-9bc1-5c84a26d7ee8",
  "5dcd7a90-0306-4f09-a75d-6b97a243f04e",
  "f79135dc-8e41-48c1-9a59-ab9a7259c38e",
  "981deed8-6857-4e78-a50e-c3f61d312737",
]);

export const appCategories = family({
  key: "appCategories",
  label: "App categories",
  path: "/deviceAppManagement/mobileAppCategories",

  reading: { permission: "DeviceManagementApps.Read.All" },

  meaning: { platform: NO_PLATFORM },

  inFiles: { type: "mobileAppCategory", folders: ["appcategories"] },

  restore: {
    permission: "DeviceManagementApps.ReadWrite.All",
    stage: 40,
    assign: NOT_ASSIGNED,
    blocked: (subject) =>
      either(subject, ({ id }) => BUILT_IN.has(textOf(id)))
        ? block("built_in", "It is one of Microsoft's own app categories, which every tenant has.")
        : null,
  },
});

import type { Change } from "../../../contract/changes.ts";

export const KNOWN_CHANGE: Change = {
  known: {
    at: "2026-11-28T01:58:52.004Z",
    actor: { kind: "user", id: "00000000-0000-4000-8000-0000a4d3b1c2", name: "anna@contoso.example" },
    application: { id: "5926fc8e-304e-4f59-8bed-58ca97cc39a4", name: "Microsoft Intune portal extension" },
    activity: "Patch DeviceManagementConfigurationPolicy",
    operation: "update",
    ours: false,
    properties: [{ name: "Description", oldValue: "", newValue: "Browser of the staff" }],
    propertiesCut: false,
    earlierChanges: 0,
  },
};

export const UNKNOWN_CHANGE: Change = {
  unknown: {
    code: "permission_missing",
    message:
      "Intune's audit log cannot be read: the application lacks DeviceManagementApps.Read.All. Grant it in Microsoft Entra with admin consent, then sync again.",
  },
};

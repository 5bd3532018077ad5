/**
 * What Graph refuses in a PATCH and takes in a POST, by family and type. Sources: the tools named in docs/design/graph.md, which leave
 * these properties out, and issues of Microsoft's own modules (Intune-PowerShell-SDK #68 for `appUrl`).
 */
import type { Family } from "./family.ts";
import { badRequest } from "./graph-reply.ts";
import type { Doc } from "./json.ts";

interface Refusal {
  /** Absent: all types of the family. */
  types?: readonly string[];
  properties: readonly string[];
}

const REFUSALS: Readonly<Record<string, readonly Refusal[]>> = {
  compliance: [{ properties: ["scheduledActionsForRule"] }],
  remediations: [{ properties: ["deviceHealthScriptType"] }],
  autopilot: [{ properties: ["managementServiceAppId", "deviceType", "hybridAzureADJoinSkipConnectivityCheck"] }],
  enrollment: [{ properties: ["deviceEnrollmentConfigurationType", "platformType"] }],
  apps: [
    { properties: ["appUrl", "appStoreUrl"] },
    {
      types: ["officeSuiteApp", "macOSOfficeSuiteApp"],
      properties: ["officeConfigurationXml", "officePlatformArchitecture", "developer", "owner", "publisher"],
    },
    { types: ["winGetApp"], properties: ["installExperience", "packageIdentifier", "manifestHash"] },
    { types: ["windowsMobileMSI"], properties: ["useDeviceContext"] },
  ],
  appProtection: [{ properties: ["apps", "protectedAppLockerFiles"] }],
  appConfigApps: [{ properties: ["apps"] }],
  appConfigDevices: [{ properties: ["targetedMobileApps"] }],
  roles: [{ properties: ["permissions"] }],
  featureUpdates: [{ properties: ["installLatestWindows10OnWindows11IneligibleDevice"] }],
};

/** @throws GraphError 400 naming the property */
export function refuseUnpatchable(family: Family, type: string, body: Doc): void {
  for (const { types, properties } of REFUSALS[family.key] ?? []) {
    if (types !== undefined && !types.includes(type)) continue;
    const refused = properties.find((name) => name in body);
    if (refused !== undefined)
      throw badRequest(`The property '${refused}' cannot be updated on 'microsoft.graph.${type}'.`);
  }
}

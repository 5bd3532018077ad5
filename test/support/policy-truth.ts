/** What the simulated tenant itself says of a policy, compared without any of the code that restored it. */
import { z } from "zod";

/** The document with what lists omit, and its sub-resources. */
export interface WholePolicy {
  doc: Record<string, unknown>;
  parts: Record<string, unknown[]>;
}

/** The service's own, of any policy: a write moves them. */
const MOVED_BY_WRITING = new Set(["createdDateTime", "lastModifiedDateTime", "modifiedDateTime", "version"]);

/** The service's, the copy's own, or left out by the rules. */
const NOT_COPIED = new Set(
  `
  id createdDateTime lastModifiedDateTime modifiedDateTime version displayName name source
  sourceId secretReferenceValueId settingCount priority ruleName roleAssignments categories
  publishingState uploadState deployedAppCount privacyAccessControls newUpdates
  referencingConfigurationPolicyCount deployableContentDisplayName deviceReporting
  endOfSupportDate inventorySyncStatus releaseDateDisplayName policyConfigurationIngestionType
  supportsScopeTags templateId isAssigned qualityUpdatesPauseExpiryDateTime qualityUpdatesWillBeRolledBack
  featureUpdatesWillBeRolledBack profileName windowsSetting imageDisplayName selfServiceEnabled
  isDefaultProfile disableClientTelemetry isServiceDefault
  dependentAppCount supersededAppCount supersedingAppCount
`.match(/\w+/g),
);

/** What a copy of the policy has to have in common with it. */
export function copiedTruth(family: string, { doc, parts: { assignments, ...parts } }: WholePolicy): unknown {
  // Compliance scripts are assigned through the compliance policies that use them.
  const given = family === "complianceScripts" || assignments === undefined ? {} : { assignments };
  return spelled({ doc, parts: { ...parts, ...given } }, NOT_COPIED);
}

/** What the same policy has to have again, once it has been put back. */
export function keptTruth({ doc, parts: { assignments, ...parts } }: WholePolicy): unknown {
  // The id of an assignment is the service's.
  const given = z.array(z.record(z.string(), z.unknown())).parse(assignments ?? []);
  const withoutIds = given.map(({ id: _id, ...entry }) => entry);
  return spelled({ doc, parts: { ...parts, assignments: withoutIds } }, MOVED_BY_WRITING);
}

function spelled(policy: WholePolicy, left: ReadonlySet<string>): unknown {
  const text = JSON.stringify(policy, (name, value: unknown) => {
    if (left.has(name) || value === null || (Array.isArray(value) && value.length === 0)) return undefined;
    if (name.includes("@odata.") && name !== "@odata.type") return undefined;
    // Shown whole, referred to by its id.
    if (name === "authenticationStrength") return z.object({ id: z.string() }).parse(value).id;
    return name === "deviceAndAppManagementAssignmentFilterType" && value === "none" ? undefined : value;
  });
  return JSON.parse(text);
}

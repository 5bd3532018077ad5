/** A few definitions of administrative templates, with their presentations: what a definition value is bound to. */
import type { Doc } from "../json.ts";

interface Definition {
  id: string;
  displayName: string;
  categoryPath: string;
  classType: "machine" | "user";
  presentation: { id: string; type: string; label: string } | null;
}

const NAMES: readonly (readonly [string, string, "machine" | "user", string | null])[] = [
  ["Silently sign in users to the OneDrive sync app with their Windows credentials", "\\OneDrive", "machine", null],
  ["Prevent users from syncing personal OneDrive accounts", "\\OneDrive", "user", null],
  [
    "Set the maximum size of a user's OneDrive that can download automatically",
    "\\OneDrive",
    "machine",
    "groupPolicyPresentationListBox",
  ],
  [
    "Block macros from running in Office files from the Internet",
    "\\Microsoft Word 2016\\Word Options\\Security\\Trust Center",
    "user",
    null,
  ],
  [
    "VBA Macro Notification Settings",
    "\\Microsoft Excel 2016\\Excel Options\\Security\\Trust Center",
    "user",
    "groupPolicyPresentationDropdownList",
  ],
  [
    "Configure the home page URL",
    "\\Microsoft Edge\\Startup, home page and new tab page",
    "machine",
    "groupPolicyPresentationTextBox",
  ],
  [
    "Control which extensions cannot be installed",
    "\\Microsoft Edge\\Extensions",
    "machine",
    "groupPolicyPresentationListBox",
  ],
  ["Minimum TLS version enabled", "\\Microsoft Edge", "machine", "groupPolicyPresentationDropdownList"],
  ["Turn off Autoplay", "\\Windows Components\\AutoPlay Policies", "machine", "groupPolicyPresentationDropdownList"],
  ["Do not display the password reveal button", "\\Windows Components\\Credential User Interface", "machine", null],
  [
    "Specify the maximum log file size (KB)",
    "\\Windows Components\\Event Log Service\\Security",
    "machine",
    "groupPolicyPresentationDecimalTextBox",
  ],
  ["Remove access to use all Windows Update features", "\\Windows Components\\Windows Update", "machine", null],
];

function numberedGuid(prefix: string, n: number): string {
  return `${prefix}-6b1f-4c0e-9d3a-${n.toString(16).padStart(12, "0")}`;
}

export const DEFINITIONS: readonly Definition[] = NAMES.map(
  ([displayName, categoryPath, classType, presentation], index) => ({
    id: numberedGuid("f6a9c2d0", index + 1),
    displayName,
    categoryPath,
    classType,
    presentation:
      presentation === null
        ? null
        : { id: numberedGuid("0e4b77a1", index + 1), type: `#microsoft.graph.${presentation}`, label: displayName },
  }),
);

/** The definition as `$expand=definition` shows it; an unknown id gives a bare one, as for an ingested template. */
export function definitionOf(id: string): Doc {
  const known = DEFINITIONS.find((definition) => definition.id === id);
  if (known === undefined) return { id };
  const { displayName, categoryPath, classType } = known;
  return {
    id,
    displayName,
    categoryPath,
    classType,
    explainText: `Configures: ${displayName}.`,
    policyType: "admxBacked",
    hasRelatedDefinitions: false,
    groupPolicyCategoryId: numberedGuid("c47e0000", displayName.length),
    minDeviceCspVersion: "5.0",
    version: "1.0",
  };
}

/** The presentation as `$expand=presentation` shows it; an unknown id gives a bare one. */
export function presentationOf(id: string): Doc {
  const known = DEFINITIONS.find(({ presentation }) => presentation?.id === id)?.presentation;
  return known
    ? { "@odata.type": known.type, id, label: known.label }
    : { "@odata.type": "#microsoft.graph.groupPolicyPresentation", id };
}

/** Feature updates of Windows. Graph: windowsFeatureUpdateProfile. */
import { UPDATE_PROFILE_SERVICE_OWNED } from "../family-parts/update-profiles.ts";
import { isJsonObject } from "../../policies/json-value.ts";
import { textOf } from "../restore/document-members.ts";
import { block, lacking, type Block, type Subject } from "../restore/rule.ts";
import { ASSIGNMENTS, family, WINDOWS } from "./family.ts";

export const featureUpdates = family({
  key: "featureUpdates",
  label: "Feature updates",
  path: "/deviceManagement/windowsFeatureUpdateProfiles",

  reading: { permission: "DeviceManagementConfiguration.Read.All", children: [ASSIGNMENTS] },

  meaning: { platform: WINDOWS, serviceOwned: UPDATE_PROFILE_SERVICE_OWNED },

  inFiles: {
    type: "windowsFeatureUpdateProfile",
    folders: ["featureupdates"],
    looksLike: (document) => "featureUpdateVersion" in document,
  },

  restore: {
    permission: "DeviceManagementConfiguration.ReadWrite.All",
    readOnly: UPDATE_PROFILE_SERVICE_OWNED,
    immutable: ["installLatestWindows10OnWindows11IneligibleDevice"],
    blocked: (subject) => lacking(subject, ["featureUpdateVersion"]) ?? pastRollout(subject),
  },
});

const DAY_MS = 86_400_000;

/** Intune takes no rollout that begins before today, and does not say why (IntuneManagement leaves such dates out). */
function pastRollout({ wanted, differs, plannedAt }: Subject): Block | null {
  const rollout = wanted["rolloutSettings"];
  if (rollout === undefined || !isJsonObject(rollout) || !differs("rolloutSettings")) return null;
  const start = textOf(rollout["offerStartDateTimeInUTC"]);
  if (start === null || !(Date.parse(start) < plannedAt - DAY_MS)) return null;
  return block(
    "date_past",
    `Its rollout began on ${start.slice(0, 10)}. Intune takes no rollout that begins in the past: create the profile with a new date.`,
  );
}

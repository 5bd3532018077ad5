/**
 * How the Company Portal looks, and what users may do there. Graph: intuneBrandingProfile. Every tenant has a default profile, which is
 * for everybody. A profile is made with its name alone; the rest is added, the image of the landing page by itself.
 */
import type { JsonObject } from "../../policies/json-value.ts";
import { isEmptyValue, only } from "../restore/document-members.ts";
import { POLICY_ID, type RestoreStep } from "../restore/restore-step.ts";
import { block, type Subject, type UpdatedSubject } from "../restore/rule.ts";
import { ASSIGNMENTS, family, NO_PLATFORM } from "./family.ts";

const LANDING_IMAGE = "landingPageCustomizedImage";
const IMAGES = ["themeColorLogo", "lightBackgroundLogo", LANDING_IMAGE];
const MADE_WITH = ["profileName", "profileDescription", "roleScopeTagIds"];
const READ_ONLY = ["isDefaultProfile", "disableClientTelemetry"];

export const branding = family({
  key: "branding",
  label: "Company Portal branding",
  path: "/deviceManagement/intuneBrandingProfiles",

  reading: { permission: "DeviceManagementApps.Read.All", parts: IMAGES, children: [ASSIGNMENTS] },

  meaning: { nameProperty: "profileName", platform: NO_PLATFORM, serviceOwned: READ_ONLY },

  inFiles: {
    type: "intuneBrandingProfile",
    folders: ["intunebranding"],
    looksLike: (document) => "profileName" in document,
  },

  restore: {
    permission: "DeviceManagementApps.ReadWrite.All",
    readOnly: READ_ONLY,
    apart: [LANDING_IMAGE],
    // Microsoft has taken it away.
    unrestorable: ["sendDeviceOwnershipChangePushNotification"],
    refusesAssignment: isDefault,
    createBody: (body) => only(body, MADE_WITH),
    blocked: ({ wanted, target }) => {
      if (target === null)
        return isDefault(wanted)
          ? block("default_configuration", "This is the default profile, of which a tenant has one: update it instead.")
          : null;
      return isDefault(wanted) === isDefault(target)
        ? null
        : block("different_type", "One of the two is the default profile, the other is not.");
    },
    afterCreate: dressedSteps,
    afterUpdate: imageSteps,
  },
});

function isDefault(document: JsonObject): boolean {
  return document["isDefaultProfile"] === true;
}

/** All that a new profile does not take when it is made. */
function dressedSteps(subject: Subject): RestoreStep[] {
  const { collection, restBody } = subject;
  const rest = restBody([...MADE_WITH, "customPrivacyMessage"]);
  const dress: RestoreStep = {
    name: "appearance",
    method: "PATCH",
    path: `${collection}/${POLICY_ID}`,
    body: rest,
    effect: { kind: "sets", property: null },
  };
  return [...(Object.keys(rest).length === 0 ? [] : [dress]), ...landingImage(subject)];
}

function imageSteps(subject: UpdatedSubject): RestoreStep[] {
  return subject.differs(LANDING_IMAGE) ? landingImage(subject) : [];
}

function landingImage({ collection, wanted, target }: Subject): RestoreStep[] {
  const image = wanted[LANDING_IMAGE] ?? null;
  if (isEmptyValue(image) && (target === null || isEmptyValue(target[LANDING_IMAGE]))) return [];
  return [
    {
      name: "landing page image",
      method: "PATCH",
      path: `${collection}/${POLICY_ID}`,
      body: { [LANDING_IMAGE]: image },
      effect: { kind: "sets", property: LANDING_IMAGE },
    },
  ];
}

/** Whether users may ask administrators to approve an application, and whom. Graph: adminConsentRequestPolicy. Taken as a whole only. */
import { only } from "../restore/document-members.ts";
import { NOT_ASSIGNED, STAGE_OF_DIRECTORY } from "../restore/rule.ts";
import { family, NO_PLATFORM } from "./family.ts";

const WHOLE = ["isEnabled", "notifyReviewers", "remindersEnabled", "requestDurationInDays", "reviewers"];

export const adminConsent = family({
  key: "adminConsent",
  label: "Admin consent requests",
  path: "/policies/adminConsentRequestPolicy",
  single: { id: "adminConsentRequestPolicy", name: "Admin consent requests" },

  reading: {
    permission: "Policy.Read.All",
    otherPermissions: ["Policy.ReadWrite.ConsentRequest", "Directory.Read.All"],
  },

  meaning: { platform: NO_PLATFORM, risks: ["privileges"] },

  inFiles: { type: "adminConsentRequestPolicy" },

  restore: {
    permission: "Policy.ReadWrite.ConsentRequest",
    otherPermissions: ["Directory.ReadWrite.All"],
    stage: STAGE_OF_DIRECTORY,
    assign: NOT_ASSIGNED,
    updateMethod: "PUT",
    caution: "It decides who may let applications into the directory.",
    body: (body) => only(body, WHOLE),
  },
});

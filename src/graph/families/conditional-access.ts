/** Conditional access policies. Graph: conditionalAccessPolicy. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../policies/json-value.ts";
import { isEmptyValue, only, without } from "../restore/document-members.ts";
import { lacking, NOT_ASSIGNED } from "../restore/rule.ts";
import { family, NO_PLATFORM } from "./family.ts";

/** From which of Microsoft's templates the policy was made once. Graph refuses it in a write. */
const SERVICE_OWNED = ["templateId"];

const always = () => true;

export const conditionalAccess = family({
  key: "conditionalAccess",
  label: "Conditional access",
  path: "/identity/conditionalAccess/policies",

  reading: { permission: "Policy.Read.All" },

  meaning: {
    platform: NO_PLATFORM,
    serviceOwned: SERVICE_OWNED,
    risks: ["access", "security"],
    saysNothing: isNoControl,
  },

  inFiles: {
    type: "conditionalAccessPolicy",
    folders: ["conditionalaccess", "conditionalaccesspolicies"],
    looksLike: (document) => "conditions" in document && ("grantControls" in document || "sessionControls" in document),
    assumed: { state: { value: "disabled", notice: "It does not say whether it is on: it was taken as disabled." } },
  },

  references: [
    { kind: "group", path: ["conditions", "users", "includeGroups", "*"] },
    { kind: "group", path: ["conditions", "users", "excludeGroups", "*"], narrows: always },
    { kind: "user", path: ["conditions", "users", "includeUsers", "*"] },
    { kind: "user", path: ["conditions", "users", "excludeUsers", "*"], narrows: always },
    { kind: "directoryRole", path: ["conditions", "users", "includeRoles", "*"] },
    { kind: "directoryRole", path: ["conditions", "users", "excludeRoles", "*"], narrows: always },
    { kind: "application", path: ["conditions", "applications", "includeApplications", "*"] },
    { kind: "application", path: ["conditions", "applications", "excludeApplications", "*"], narrows: always },
    {
      kind: "authContext",
      path: ["conditions", "applications", "includeAuthenticationContextClassReferences", "*"],
    },
    { kind: "servicePrincipal", path: ["conditions", "clientApplications", "includeServicePrincipals", "*"] },
    {
      kind: "servicePrincipal",
      path: ["conditions", "clientApplications", "excludeServicePrincipals", "*"],
      narrows: always,
    },
    { kind: "namedLocation", path: ["conditions", "locations", "includeLocations", "*"], narrows: always },
    { kind: "namedLocation", path: ["conditions", "locations", "excludeLocations", "*"], narrows: always },
    { kind: "authStrength", path: ["grantControls", "authenticationStrength", "id"], narrows: always },
    { kind: "termsOfUse", path: ["grantControls", "termsOfUse", "*"], narrows: always },
  ],

  restore: {
    // Beside it Graph asks for `Policy.Read.All`, which reading has needed before, and for `Application.Read.All`, which its 403 names.
    permission: "Policy.ReadWrite.ConditionalAccess",
    alsoNeeds: ["Policy.Read.All", "Application.Read.All"],
    // Last of all: it bears on everybody who could still correct something.
    stage: 120,
    oneAtATime: true,
    assign: NOT_ASSIGNED,
    readOnly: SERVICE_OWNED,
    reportOnly: (document) =>
      document["state"] === "enabled" ? { ...document, state: "enabledForReportingButNotEnforced" } : null,
    blocked: (subject) => lacking(subject, ["conditions", "state"]),
    body: (body) => withoutResilience(withStrengthById(body)),
  },
});

/** Graph answers null for a session control that is switched off, and for controls of which only their operator is left. */
function isNoControl(path: string, value: JsonValue): boolean {
  if (path === "sessionControls.disableResilienceDefaults") return value === false;
  if (!isJsonObject(value)) return false;
  if (path.startsWith("sessionControls.")) return value["isEnabled"] === false;
  return (
    path === "grantControls" &&
    Object.entries(value).every(([name, member]) => name === "operator" || isEmptyValue(member))
  );
}

/** A policy refers to a strength by its id; the rest of it is shown when a policy is read. */
function withStrengthById(body: JsonObject): JsonObject {
  const grant = body["grantControls"];
  if (grant === undefined || !isJsonObject(grant)) return body;
  const strength = grant["authenticationStrength"];
  if (strength === undefined || !isJsonObject(strength)) return body;
  return { ...body, grantControls: { ...grant, authenticationStrength: only(strength, ["id"]) } };
}

/** Graph shows `disableResilienceDefaults: false` and refuses it: only true may be sent. */
function withoutResilience(body: JsonObject): JsonObject {
  const session = body["sessionControls"];
  if (session === undefined || !isJsonObject(session) || session["disableResilienceDefaults"] !== false) return body;
  const rest = without(session, ["disableResilienceDefaults"]);
  return { ...body, sessionControls: isEmptyValue(rest) ? null : rest };
}

/**
 * Which authentication methods users may register and use. Graph: authenticationMethodsPolicy, with its
 * authenticationMethodConfiguration. The kinds of methods are Microsoft's; only external ones are made and removed.
 */
import type { JsonObject } from "../../policies/json-value.ts";
import { idSegment } from "../restore/entries.ts";
import { bareTypeOf, objectsOf, without } from "../restore/document-members.ts";
import { adds, changes, removes, type RestoreStep } from "../restore/restore-step.ts";
import { block, NOT_ASSIGNED, STAGE_OF_DIRECTORY, type UpdatedSubject } from "../restore/rule.ts";
import { family, NO_PLATFORM, type ReferencePlace } from "./family.ts";

const METHODS = "authenticationMethodConfigurations";
/** Always on since 2023: Graph refuses to be told. */
const NUMBER_MATCHING = "numberMatchingRequiredState";

const TARGETS: readonly (readonly string[])[] = [
  [METHODS, "*", "includeTargets", "*", "id"],
  [METHODS, "*", "excludeTargets", "*", "id"],
  ...[
    "displayAppInformationRequiredState",
    "displayLocationInformationRequiredState",
    "companionAppAllowedState",
  ].flatMap((feature) =>
    ["includeTarget", "excludeTarget"].map((target) => [METHODS, "*", "featureSettings", feature, target, "id"]),
  ),
  ["registrationEnforcement", "authenticationMethodsRegistrationCampaign", "includeTargets", "*", "id"],
  ["registrationEnforcement", "authenticationMethodsRegistrationCampaign", "excludeTargets", "*", "id"],
  ["reportSuspiciousActivitySettings", "includeTarget", "id"],
  ["systemCredentialPreferences", "includeTargets", "*", "id"],
  ["systemCredentialPreferences", "excludeTargets", "*", "id"],
];

export const authMethods = family({
  key: "authMethods",
  label: "Authentication methods",
  path: "/policies/authenticationMethodsPolicy",
  single: { id: "authenticationMethodsPolicy", name: "Authentication methods" },

  reading: { permission: "Policy.Read.All", otherPermissions: ["Policy.Read.AuthenticationMethod"] },

  meaning: {
    platform: NO_PLATFORM,
    serviceOwned: ["policyVersion", new RegExp(`\\.${NUMBER_MATCHING}(\\.|$)`)],
    identified: ["includeTargets", "excludeTargets"],
    risks: ["access", "security"],
  },

  inFiles: { type: "authenticationMethodsPolicy" },

  references: TARGETS.map((path): ReferencePlace => ({
    kind: "group",
    path,
    narrows: () => path.includes("excludeTarget") || path.includes("excludeTargets"),
  })),

  restore: {
    permission: "Policy.ReadWrite.AuthenticationMethod",
    stage: STAGE_OF_DIRECTORY,
    assign: NOT_ASSIGNED,
    readOnly: ["displayName", "description", "policyVersion"],
    apart: [METHODS],
    unrestorable: ["policyMigrationState"],
    caution:
      "It decides how everybody in the directory signs in: a method that it switches off locks out those who have no other.",
    completed: withNewMethods,
    blocked: ({ wanted, target }) => {
      const present = new Set(objectsOf(target?.[METHODS]).map(idSegment));
      const gone = objectsOf(wanted[METHODS]).find((method) => !isExternal(method) && !present.has(idSegment(method)));
      return gone === undefined
        ? null
        : block("unsupported_content", "The tenant does not offer one of the stored authentication methods any more.");
    },
    afterUpdate: methodSteps,
  },
});

/** Microsoft adds kinds of methods: one that the backup could not know stays as it is. */
function withNewMethods(wanted: JsonObject, target: JsonObject): JsonObject {
  const stored = new Set(objectsOf(wanted[METHODS]).map(idSegment));
  const added = objectsOf(target[METHODS]).filter((method) => !isExternal(method) && !stored.has(idSegment(method)));
  return added.length === 0 ? wanted : { ...wanted, [METHODS]: [...objectsOf(wanted[METHODS]), ...added] };
}

function methodSteps({ collection, wanted, target, isSameEntry }: UpdatedSubject): RestoreStep[] {
  const path = `${collection}/${METHODS}`;
  const present = new Map(objectsOf(target[METHODS]).map((method) => [idSegment(method), method]));
  const steps: RestoreStep[] = [];
  for (const method of objectsOf(wanted[METHODS])) {
    const id = idSegment(method);
    const old = present.get(id);
    present.delete(id);
    if (!old) steps.push(adds(`method ${id}`, path, METHODS, without(method, ["id"])));
    else if (!isSameEntry(METHODS, method, old))
      steps.push(changes(`method ${id}`, `${path}/${id}`, METHODS, body(method)));
  }
  for (const id of present.keys()) steps.push(removes(`no method ${id}`, `${path}/${id}`, METHODS));
  return steps;
}

function body(method: JsonObject): JsonObject {
  const sent = without(method, ["id"]);
  const [features] = objectsOf([sent["featureSettings"] ?? null]);
  return features === undefined ? sent : { ...sent, featureSettings: without(features, [NUMBER_MATCHING]) };
}

function isExternal(method: JsonObject): boolean {
  return bareTypeOf(method) === "externalAuthenticationMethodConfiguration";
}

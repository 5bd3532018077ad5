/**
 * What of a policy's document is the policy (decisions/070-structural-policy-diff.md): which properties the service keeps for
 * itself, and which lists mean something by their order. Paths are dotted, from the document's root, without the steps into
 * lists: `apps.version` is the `version` of each of the apps.
 *
 * Sources: Microsoft Graph's reference ("Read-only"), and the properties that no write may carry.
 */
import type { JsonObject, JsonValue } from "../policies/json-value.ts";
import { isEmpty } from "../policies/canonical-json.ts";
import type { MeaningRules } from "../policies/meaning-rules.ts";
import { familyByKey } from "./families.ts";
import type { MeaningRule } from "./families/family.ts";
import { HIDDEN, isUntold } from "./oma-secrets.ts";

const SCOPE_TAGS = /^roleScopeTag(Id)?s$/;

const OWNED_OF_EVERY_POLICY = [
  "id",
  "version",
  "supportsScopeTags",
  "isAssigned",
  "creationSource",
  "settingCount",
  "priorityMetaData",
  // Where an assignment came from (made here, or by a policy set).
  "assignments.source",
  "assignments.sourceId",
];
/** Set by the service wherever they stand: an expanded category, message or file has its own. */
const OWNED_ANYWHERE = /(^|\.)(created|lastModified|modified|deleted)DateTime$/;

const rulesByFamily = new Map<string, MeaningRules>();

/** The rules of a family. A key that this version does not know gets those that hold for every policy. */
export function meaningRules(familyKey: string): MeaningRules {
  const known = rulesByFamily.get(familyKey);
  if (known) return known;
  const family = familyByKey(familyKey);
  const rules = rulesOf(family?.meaning ?? OF_AN_UNKNOWN_FAMILY);
  // Only keys of the catalogue are remembered: a key from outside must not fill the memory.
  if (family) rulesByFamily.set(familyKey, rules);
  return rules;
}

type Meaning = Omit<MeaningRule, "platform" | "risks">;

const OF_AN_UNKNOWN_FAMILY: Meaning = {
  nameProperty: "displayName",
  assignmentsProperty: "assignments",
  serviceOwned: [],
  ordered: [],
  identified: [],
  saysNothing: () => false,
  spelled: (_path, value) => value,
};

function rulesOf(meaning: Meaning): MeaningRules {
  const { nameProperty, assignmentsProperty, serviceOwned, ordered, identified, saysNothing, spelled } = meaning;
  const paths = new Set([...OWNED_OF_EVERY_POLICY, ...serviceOwned.filter((owned) => typeof owned === "string")]);
  const patterns = [OWNED_ANYWHERE, ...serviceOwned.filter((owned) => typeof owned !== "string")];
  return {
    nameProperty,
    assignmentProperties: new Set([assignmentsProperty]),
    isServiceOwned: (path) => paths.has(path) || patterns.some((pattern) => pattern.test(path)),
    isOrdered: (path) => endsInOneOf(path, ordered),
    isIdentified: (path) => endsInOneOf(path, identified),
    absentAs: (property) => {
      // Each assignment is a difference of its own, also the first and the last one.
      if (property === assignmentsProperty) return [];
      return SCOPE_TAGS.test(property) ? ["0"] : undefined;
    },
    meant: (path, owner, value) => {
      if (NONE.some(({ at, says }) => at.test(path) && says(value, owner)) || saysNothing(path, value, owner))
        return null;
      // Of encrypted values no document tells more than that they are there.
      return path === "omaSettings.value" && isUntold(value) ? HIDDEN : spelled(path, value);
    },
  };
}

function endsInOneOf(path: string, ends: readonly string[]): boolean {
  return ends.some((end) => path === end || path.endsWith(`.${end}`));
}

const NOTHING = "00000000-0000-0000-0000-000000000000";

/** Spellings of "none" that Graph has in all families (docs/design/graph.md). */
const NONE: readonly { at: RegExp; says: (value: JsonValue, owner: JsonObject) => boolean }[] = [
  // Nothing is in no scope: what has no tag has the default one, whose id is 0 in every tenant.
  {
    at: SCOPE_TAGS,
    says: (value) => Array.isArray(value) && value.every((tag) => tag === "0"),
  },
  {
    at: /^assignments\.target\.deviceAndAppManagementAssignmentFilter(Id|Type)$/,
    says: (_value, owner) => isNoId(owner["deviceAndAppManagementAssignmentFilterId"] ?? null),
  },
  { at: /(^|\.)notificationTemplateId$/, says: isNoId },
];

function isNoId(value: JsonValue): boolean {
  return isEmpty(value) || value === "" || value === NOTHING;
}

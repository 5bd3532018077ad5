/**
 * What of a policy's document is the policy, as the comparison of two documents needs it. The rules of a family: `meaning` in its file below `graph/families/`.
 * Paths are dotted, from the document's root, without the steps into lists: `apps.version` is the `version` of each of the apps.
 */

import type { JsonObject, JsonValue } from "./json-value.ts";

export interface MeaningRules {
  /** The property that people know a policy by. */
  nameProperty: string;
  /** Properties that tell to whom a policy is given, rather than what it does. */
  assignmentProperties: ReadonlySet<string>;
  /** Not the policy's: kept by the service, at this very path. */
  isServiceOwned: (path: string) => boolean;
  /** The order of this list means something. All other lists are sets. */
  isOrdered: (path: string) => boolean;
  /** The ids of this list's elements say what they are about. Those of all other lists are the service's. */
  isIdentified: (path: string) => boolean;
  /** What stands for a property of the policy that is absent, so that a difference is told by its elements. Undefined for most. */
  absentAs: (property: string) => JsonValue | undefined;
  /** The value of a member as far as it says something: null for a spelling of "none", the value itself where it has one spelling. */
  meant: (path: string, owner: JsonObject, value: JsonValue) => JsonValue;
}

/** Settings of the catalog that hold a list by preference. A list of values says it by the id of its setting alone. */
const ORDERED_SETTING =
  /ciphersuite|ecccurves|restoreonstartupurls|dns.*(serveraddress|servers)|searchdomains|searchlist|dnssuffix|dock_(persistent|static)|payloadcertificateanchor/i;

/** Whether the order of the values of a settings catalog setting means something. */
export function isOrderedSetting(settingDefinitionId: string): boolean {
  return ORDERED_SETTING.test(settingDefinitionId);
}

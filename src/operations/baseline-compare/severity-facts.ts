/** What severity is decided by, and the questions that the rules ask of it. Pure. */
import { familyByKey } from "../../graph/families.ts";
import type { Risk } from "../../graph/families/family.ts";
import { isEmpty } from "../../policies/canonical-json.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../policies/json-value.ts";
import type { PolicyChange } from "../../policies/policy-diff.ts";
import type { FindingKind } from "../../contract/baselines.ts";

export interface SeverityFacts {
  kind: FindingKind;
  family: string;
  /** The policy in the baseline and in the tenant, where it is there; neither for a whole family. */
  before: JsonObject | null;
  after: JsonObject | null;
  /** Of the finding's own part of the policy: content, name or assignments. */
  changes: readonly PolicyChange[];
  /** An added and a removed policy of one family have the same name, content and assignments. */
  recreated: boolean;
  /** The baseline is a gold standard: what the tenant lacks of it may never have been there. */
  ofStandard?: boolean;
  /** Of a gold standard's policy that none of the tenant's was chosen for, since several fit equally: their names. */
  fits?: readonly string[];
}

const SECURITY_TEMPLATE = /^(endpointSecurity|baseline)/i;
const SECURITY_TYPE = /EndpointProtection|DefenderAdvancedThreatProtection/;

/** Whether a change of the family's policies puts this at risk. False for a family that this version does not know. */
export function hasRisk(family: string, risk: Risk): boolean {
  return familyByKey(family)?.meaning.risks.includes(risk) ?? false;
}

/** Of a security family, or made of an endpoint security template, or of a type for that. */
export function isSecurityPolicy({ family, before, after }: SeverityFacts): boolean {
  return hasRisk(family, "security") || [before, after].some((policy) => policy !== null && hasSecurityPurpose(policy));
}

function hasSecurityPurpose(policy: JsonObject): boolean {
  const template = policy["templateReference"];
  const templateFamily = isJsonObject(template) ? template["templateFamily"] : null;
  const type = policy["@odata.type"];
  return (
    (typeof templateFamily === "string" && SECURITY_TEMPLATE.test(templateFamily)) ||
    (typeof type === "string" && SECURITY_TYPE.test(type))
  );
}

export function stateOf(policy: JsonObject | null): JsonValue {
  return policy?.["state"] ?? null;
}

/** The names of the properties on the way to a change. */
export function propertiesOf({ path }: PolicyChange): string[] {
  return path.flatMap((step) => (step.kind === "property" ? [step.name] : []));
}

export function isBelow(change: PolicyChange, ...properties: string[]): boolean {
  const names = propertiesOf(change);
  return properties.every((name, index) => names[index] === name);
}

/** Somebody or something is left out who was not: the change is of such a list, or brings one. */
export function addsExclusion(change: PolicyChange): boolean {
  if (!isBelow(change, "conditions") || change.kind === "removed") return false;
  return propertiesOf(change).some(isExclusion) || (change.kind === "added" && holdsExclusion(change.after));
}

/** Fewer people, apps or sign-ins are meant: something that was included is not, or a condition is new. */
export function narrowsConditions(change: PolicyChange): boolean {
  if (!isBelow(change, "conditions")) return false;
  const names = propertiesOf(change);
  if (names.some(isExclusion)) return false;
  const whole = names.length <= 2 && change.path.at(-1)?.kind === "property";
  return change.kind === "removed" ? !whole : change.kind === "added" && whole;
}

/** Something that had to be shown to get in need not be any more. `after` is the whole policy. */
export function weakensGrant(change: PolicyChange, after: JsonObject | null): boolean {
  if (!isBelow(change, "grantControls")) return false;
  if (change.kind === "removed" || isBelow(change, "grantControls", "authenticationStrength")) return true;
  const grant = after?.["grantControls"];
  const anyIsEnough = isJsonObject(grant) && grant["operator"] === "OR";
  const before = change.kind === "changed" ? change.before : null;
  return anyIsEnough && (before === "AND" || (change.kind === "added" && change.path.length > 1));
}

/** The change is of one of these properties of the policy, not of what is below others. */
export function isOnly(changes: readonly PolicyChange[], ...properties: string[]): boolean {
  return changes.length > 0 && changes.every((change) => properties.includes(propertiesOf(change)[0] ?? ""));
}

export function touchesCode(changes: readonly PolicyChange[]): boolean {
  return changes.some((change) => propertiesOf(change).some((name) => /content$/i.test(name)));
}

export function isAssigned(policy: JsonObject | null): boolean {
  const assignments = policy?.["assignments"] ?? policy?.["roleAssignments"] ?? null;
  return !isEmpty(assignments);
}

export function excludesGroup(change: PolicyChange): boolean {
  return change.kind !== "removed" && /exclusion/i.test(JSON.stringify(change.after));
}

function isExclusion(name: string): boolean {
  return name.startsWith("exclude");
}

function holdsExclusion(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some(holdsExclusion);
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(([name, member]) => isExclusion(name) || holdsExclusion(member));
}

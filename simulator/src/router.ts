/** From a path below the version to what it names. */
import { FAMILIES, familyOf, TYPED_PROTECTION_SETS, WITHIN } from "./families.ts";
import { bareType, type Family, type GraphVersion } from "./family.ts";
import { servicePrincipalOf } from "./generate/world.ts";
import { unknownSegment } from "./graph-reply.ts";
import { propertyOf, rootOf } from "./schema/schema.ts";

export type ResourceName =
  | "users"
  | "servicePrincipals"
  | "templates"
  | "directoryRoles"
  | "organization"
  | "auditEvents"
  | "directoryAudits"
  | "operationApprovalRequests";

export type Target =
  /**
   * `type` is set where the path is a typed set of a family: only policies of that type are there. `within` names the property of the
   * addressed object that the family is. `segments` begin with the policy's id, also where its address does not.
   */
  | {
      kind: "family";
      family: Family;
      collectionPath: string;
      type: string | null;
      within: string | null;
      /** The template that makes the policy, where policies are made by one. */
      template?: string;
      segments: string[];
    }
  | { kind: "resource"; resource: ResourceName; segments: string[] };

interface Entry {
  path: string;
  target:
    | { kind: "family"; family: Family; type: string | null; within: string | null }
    | { kind: "resource"; resource: ResourceName };
}

function familyEntry(key: string, path: string): Entry {
  const family = familyOf(key);
  return { path, target: { kind: "family", family, type: null, within: null } };
}

const ENTRIES: readonly Entry[] = [
  ...FAMILIES.map((family) => familyEntry(family.key, family.path)),
  ...TYPED_PROTECTION_SETS.map((set): Entry => ({
    path: set.path,
    target: { kind: "family", family: familyOf("appProtection"), type: set.type, within: null },
  })),
  // The other names under which Graph has authentication strengths.
  familyEntry("authStrengths", "identity/conditionalAccess/authenticationStrength/policies"),
  familyEntry("authStrengths", "identity/conditionalAccess/authenticationStrengths/policies"),
  { path: "users", target: { kind: "resource", resource: "users" } },
  { path: "servicePrincipals", target: { kind: "resource", resource: "servicePrincipals" } },
  { path: "deviceManagement/templates", target: { kind: "resource", resource: "templates" } },
  { path: "roleManagement/directory/roleDefinitions", target: { kind: "resource", resource: "directoryRoles" } },
  { path: "organization", target: { kind: "resource", resource: "organization" } },
  { path: "deviceManagement/auditEvents", target: { kind: "resource", resource: "auditEvents" } },
  { path: "auditLogs/directoryAudits", target: { kind: "resource", resource: "directoryAudits" } },
  {
    path: "deviceManagement/operationApprovalRequests",
    target: { kind: "resource", resource: "operationApprovalRequests" },
  },
];

const BY_PATH = new Map(ENTRIES.map((entry) => [entry.path.toLowerCase(), entry]));

/** @throws GraphError 400 when the version has no such path */
export function resolve(version: GraphVersion, path: string): Target {
  const segments = path.split("/").flatMap(splitKey);
  const instance = /^deviceManagement\/templates\/([^/]+)\/(?:microsoft\.graph\.)?createInstance$/i.exec(
    segments.join("/"),
  );
  if (instance?.[1] !== undefined) {
    checkSegments(version, "deviceManagement/templates");
    // An action of a template that makes a policy of the family.
    return {
      kind: "family",
      family: familyOf("intents"),
      collectionPath: "deviceManagement/intents",
      type: null,
      within: null,
      template: instance[1],
      segments: [],
    };
  }
  for (let length = Math.min(4, segments.length); length > 0; length -= 1) {
    const prefix = segments.slice(0, length).join("/");
    const entry = BY_PATH.get(prefix.toLowerCase());
    if (entry === undefined) continue;
    // The simulator's share of Microsoft's types has nothing of Entra's roles.
    if (!entry.path.startsWith("roleManagement/")) checkSegments(version, entry.path);
    const rest = segments.slice(length);
    if (entry.target.kind === "resource") return { ...entry.target, segments: rest };
    const { single } = entry.target.family;
    return {
      ...entry.target,
      collectionPath: entry.path,
      segments: single === null ? rest : [single, ...rest],
    };
  }
  const within = WITHIN.find((place) => place.path.toLowerCase() === segments.join("/").toLowerCase());
  if (within !== undefined) {
    const family = familyOf(within.key);
    return {
      kind: "family",
      family,
      collectionPath: within.path,
      type: null,
      within: within.property,
      segments: family.single === null ? [] : [family.single],
    };
  }
  throw unknownSegment(unknownPart(segments));
}

/** @throws GraphError 400 naming the first segment that the version does not have */
function checkSegments(version: GraphVersion, path: string): void {
  const [first = "", ...rest] = path.split("/");
  let type = rootOf(first)?.type ?? null;
  let isKey = false;
  for (const segment of rest) {
    // The authorization policy is addressed by its key in a list of one.
    if (isKey) {
      isKey = false;
      continue;
    }
    const property = type === null ? null : propertyOf(version, type, segment);
    if (property === null) throw unknownSegment(segment);
    type = property.type;
    isKey = property.isCollection;
  }
}

/** `things('id')` is the other spelling of `things/id`. Functions keep their arguments. */
function splitKey(segment: string): string[] {
  const byApplication = /^servicePrincipals\(appId='([^']*)'\)$/.exec(segment)?.[1];
  if (byApplication !== undefined) return ["servicePrincipals", servicePrincipalOf(byApplication)];
  const match = /^([A-Za-z]+)\('([^']*)'\)$/.exec(segment);
  return match?.[1] !== undefined && match[2] !== undefined ? [match[1], match[2]] : [segment];
}

const ROOTS = new Set([
  "auditlogs",
  "devicemanagement",
  "deviceappmanagement",
  "identity",
  "identitygovernance",
  "policies",
]);

function unknownPart(segments: string[]): string {
  const [root, next] = segments;
  return ROOTS.has((root ?? "").toLowerCase()) && next !== undefined ? next : (root ?? "");
}

/** The policy type a target stands for, when it stands for one. */
export function typeOf(target: { family: Family; type: string | null }): string | null {
  return target.type ?? (target.family.types.length === 1 ? bareType(target.family.types[0] ?? "") : null);
}

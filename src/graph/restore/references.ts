/**
 * Lists and replaces what a policy refers to by id: groups, filters, scope tags and so on. Both use the same places (those of
 * all families here, the others in the family's file), so a preview and a mapping never disagree.
 */
import { GUID } from "../../policies/guid.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../policies/json-value.ts";
import type { ReferenceKind } from "../../contract/restore.ts";
import { familyOf, type FamilyKey } from "../families.ts";
import type { ReferencePlace } from "../families/family.ts";
import { bareTypeOf } from "./document-members.ts";
import { mark } from "./gaps.ts";

export interface Reference {
  kind: ReferenceKind;
  id: string;
  /** "assignments[0].target.groupId" */
  path: string;
  /** Whether it keeps the policy from something: without it the policy would reach more, or let more through. */
  narrows: boolean;
}

/**
 * What takes a reference's place: another id, the id that another item of the plan will have, or nothing (null). With null, what
 * hangs on the reference goes with it: the entry of a list; the assignment of a group or a filter (an assignment that lost
 * its filter would reach more devices than before); the notifying action of a message; the custom compliance script; the
 * demand for a strength.
 */
export type MappedTo = string | null | { restoredItem: string };
/** By kind and old id. What is not mentioned keeps its id. */
export type ReferenceMapping = Readonly<Partial<Record<ReferenceKind, Readonly<Record<string, MappedTo>>>>>;

/** Where scope tags stand; assignment filters and Windows 365 have names of their own for them. */
export const SCOPE_TAG_PROPERTIES = ["roleScopeTagIds", "roleScopeTags", "scopeIds"] as const;

/** Where references stand in the documents of all families. What one family has besides is in its own file. */
const EVERYWHERE: readonly ReferencePlace[] = [
  ...SCOPE_TAG_PROPERTIES.map((name): ReferencePlace => ({ kind: "scopeTag", path: [name, "*"] })),
  {
    kind: "group",
    path: ["assignments", "*", "target", "groupId"],
    narrows: (target) => bareTypeOf(target) === "exclusionGroupAssignmentTarget",
  },
  {
    kind: "filter",
    path: ["assignments", "*", "target", "deviceAndAppManagementAssignmentFilterId"],
    narrows: () => true,
  },
];

const NOBODY = "00000000-0000-0000-0000-000000000000";
/** Stands for all users in authentication methods. */
const EVERYBODY = "all_users";
/** Microsoft's own strengths, which every directory has under the same ids. */
const BUILT_IN_STRENGTH = /^0{8}(-0{4}){3}-0{11}[2-4]$/;

/** Words that stand where ids do, and what exists in every tenant. */
function isReference(kind: ReferenceKind, id: string): boolean {
  if (id === "" || id === NOBODY) return false;
  switch (kind) {
    case "scopeTag":
      return id !== "0";
    case "group":
      return id !== EVERYBODY;
    case "authStrength":
      return !BUILT_IN_STRENGTH.test(id);
    case "namedLocation":
    case "user":
    case "application":
    case "servicePrincipal":
    case "directoryRole":
      return GUID.test(id);
    default:
      return true;
  }
}

/** Every reference in the document, in its order. Pure. */
export function references(family: FamilyKey, document: JsonObject): Reference[] {
  const found: Reference[] = [];
  visit(family, document, (reference) => {
    found.push(reference);
    return reference.id;
  });
  return found;
}

/** What the document refers to, each thing once, in its order. Pure. */
export function distinctReferences(family: FamilyKey, document: JsonObject): Pick<Reference, "kind" | "id">[] {
  const found = references(family, document).map(({ kind, id }) => [JSON.stringify([kind, id]), { kind, id }] as const);
  return [...new Map(found).values()];
}

/** The document with its references replaced. Pure; the document given is not touched. */
export function mapReferences(family: FamilyKey, document: JsonObject, mapping: ReferenceMapping): JsonObject {
  return visit(family, document, ({ kind, id }) => {
    const mapped = mapping[kind];
    const to = mapped && Object.hasOwn(mapped, id) ? mapped[id] : undefined;
    if (to === undefined) return id;
    if (to === null) return DROP;
    return typeof to === "string" ? to : mark({ kind: "restoredId", item: to.restoredItem });
  });
}

const DROP = Symbol("drop");
type Dropped = typeof DROP;
type Resolve = (reference: Reference) => JsonValue | Dropped;

function visit(family: FamilyKey, document: JsonObject, resolve: Resolve): JsonObject {
  let next: JsonValue | Dropped = document;
  for (const place of [...EVERYWHERE, ...familyOf(family).references]) {
    next =
      "path" in place
        ? visitPath(next, place.path, "", { ...place, resolve, inList: false, holder: document })
        : visitType(next, "", place, resolve);
    if (next === DROP) throw new Error("a place names no document as a whole");
  }
  if (!isJsonObject(next)) throw new Error("a document stays a document");
  return next;
}

interface Visit {
  kind: ReferenceKind;
  where?: (holder: JsonObject) => boolean;
  narrows?: (holder: JsonObject) => boolean;
  /** The innermost object that was entered. */
  holder: JsonObject;
  resolve: Resolve;
  /** Whether there is an entry of a list around, which a drop takes away; else it takes the object that holds the id. */
  inList: boolean;
}

function visitPath(value: JsonValue, place: readonly string[], path: string, the: Visit): JsonValue | Dropped {
  const [member, ...deeper] = place;
  if (member === undefined) {
    const { kind, where = () => true, narrows = () => false, holder } = the;
    return typeof value === "string" && isReference(kind, value) && where(holder)
      ? the.resolve({ kind, id: value, path, narrows: narrows(holder) })
      : value;
  }
  if (member === "*") {
    if (!Array.isArray(value)) return value;
    return value.flatMap((item, index) => {
      const kept = visitPath(item, deeper, `${path}[${index}]`, { ...the, inList: true });
      return kept === DROP ? [] : [kept];
    });
  }
  if (!isJsonObject(value)) return value;
  const inner = value[member];
  if (inner === undefined) return value;
  const kept = visitPath(inner, deeper, path === "" ? member : `${path}.${member}`, { ...the, holder: value });
  if (kept !== DROP) return kept === inner ? value : { ...value, [member]: kept };
  // The policy itself loses the member alone.
  if (path === "") return { ...value, [member]: null };
  return the.inList ? DROP : null;
}

type TypePlace = Extract<ReferencePlace, { odataType: string }>;

function visitType(value: JsonValue, path: string, place: TypePlace, resolve: Resolve): JsonValue | Dropped {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      const kept = visitType(item, `${path}[${index}]`, place, resolve);
      return kept === DROP ? [] : [kept];
    });
  }
  if (!isJsonObject(value)) return value;
  const { kind, odataType, member: idMember } = place;
  const id = value[idMember];
  if (value["@odata.type"] === odataType && typeof id === "string" && isReference(kind, id)) {
    const kept = resolve({ kind, id, path: `${path}.${idMember}`, narrows: false });
    return kept === DROP ? DROP : { ...value, [idMember]: kept };
  }
  const members: [string, JsonValue][] = [];
  for (const [name, member] of Object.entries(value)) {
    const kept = visitType(member, path === "" ? name : `${path}.${name}`, place, resolve);
    // A value that goes takes the setting that holds it along, up to the list in which that setting stands.
    if (kept === DROP) return DROP;
    members.push([name, kept]);
  }
  return Object.fromEntries(members);
}

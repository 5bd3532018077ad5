/** What files tell of the names of things that policies refer to by their ids. Pure. */
import type { ReferenceKind } from "../contract/restore.ts";
import type { KnownFamily } from "../graph/families.ts";
import { nameOf } from "../graph/policy-facts.ts";
import type { JsonObject } from "../policies/json-value.ts";

export interface ToldName {
  kind: ReferenceKind;
  id: string;
  name: string;
}

/** Longer ones are no ids and no names. */
const MAX_LENGTH = 500;

/** Of the table in which IntuneManagement notes the groups and users of the tenant that it exported. */
export function namesInTable(objects: readonly JsonObject[]): ToldName[] {
  return objects.flatMap(({ Id: id = null, DisplayName: name = null, Type: type = null }) => {
    const kind: ReferenceKind | null = type === "Group" ? "group" : type === "User" ? "user" : null;
    return kind === null ? [] : told(kind, id, name);
  });
}

export function nameOfGroup({ id = null, displayName = null }: JsonObject): ToldName[] {
  return told("group", id, displayName);
}

/** Of a policy that others may refer to. */
export function nameOfPolicy(family: KnownFamily, id: string, document: JsonObject): ToldName[] {
  return family.referenceKind === null ? [] : told(family.referenceKind, id, nameOf(family, document));
}

function told(kind: ReferenceKind, id: unknown, name: unknown): ToldName[] {
  const isText = (value: unknown): value is string =>
    typeof value === "string" && value !== "" && value.length <= MAX_LENGTH && value.isWellFormed();
  return isText(id) && isText(name) ? [{ kind, id, name }] : [];
}

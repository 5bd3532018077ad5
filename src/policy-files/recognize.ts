/**
 * Which family a document of a file belongs to: by its `@odata.type`, else by the address that it says it was read at, else by the folder that
 * it lies in, else by what it has. Pure.
 */
import { FAMILIES, type KnownFamily } from "../graph/families.ts";
import type { JsonObject } from "../policies/json-value.ts";
import type { FoundDocument, NotUnderstood } from "./file-documents.ts";
import { folderName, foldersOf } from "./file-paths.ts";
import { bareType, hasKinds, kindsOf } from "./graph-types.ts";

export type Recognition =
  | { kind: "policy"; family: KnownFamily; document: JsonObject }
  /** A group of chosen members, which is no policy; its name is known. */
  | { kind: "group" }
  | ({ kind: "not_understood" } & NotUnderstood);

export function recognize({ document, context }: FoundDocument, path: string): Recognition {
  const type = textOf(document["@odata.type"]);
  if (type !== null) {
    const family = byType.get(bareType(type).toLowerCase());
    if (family !== undefined) return policy(family, document);
    const reason = `It is of the type "${shown(bareType(type))}", which is none of the policies that TenantAtlas keeps.`;
    return { kind: "not_understood", reasonCode: "unknown_type", reason };
  }
  const address = addressOf(context) ?? addressOf(textOf(document["@odata.id"]));
  const byAddress = address === null ? null : familyAt(address);
  if (byAddress !== null) {
    const kind = byAddress.kind ?? kindIn(address ?? "");
    const typed = kind === null ? document : { "@odata.type": `#microsoft.graph.${kind}`, ...document };
    if (kind !== null || !hasKinds(byAddress.family.inFiles.type)) return policy(byAddress.family, typed);
  }
  const family = byAddress?.family ?? familyOfFolder(path) ?? null;
  if (family !== null && !hasKinds(family.inFiles.type)) return policy(family, document);
  const alike = FAMILIES.find(({ inFiles }) => inFiles.looksLike(document));
  if (alike !== undefined) return policy(alike, document);
  if (isGroup(document)) return policy(GROUPS, document);
  if (family !== null) {
    const reason = `It is where ${family.label} are kept, and has no @odata.type to say which kind of them it is.`;
    return { kind: "not_understood", reasonCode: "unknown_type", reason };
  }
  const reason = "Neither a type, an address, its folder nor its content tells what it is.";
  return { kind: "not_understood", reasonCode: "no_policy", reason };
}

/** Most special first: a kind that a family of its own has is not the wider family's. */
const byType = new Map<string, KnownFamily>();
for (const family of FAMILIES.toSorted((a, b) => kindsOf(b.inFiles.type).length - kindsOf(a.inFiles.type).length))
  for (const kind of kindsOf(family.inFiles.type)) byType.set(kind.toLowerCase(), family);

const GROUP = "group";
const GROUPS = familyOfType(GROUP);

function familyOfType(type: string): KnownFamily {
  const family = byType.get(type);
  if (family === undefined) throw new Error(`no family is of the type ${type}`);
  return family;
}

function policy(family: KnownFamily, document: JsonObject): Recognition {
  const isChosen = family.inFiles.type === GROUP && textOf(document["membershipRule"]) === null;
  return isChosen ? { kind: "group" } : { kind: "policy", family, document };
}

function isGroup(document: JsonObject): boolean {
  return ["membershipRule", "securityEnabled", "groupTypes"].some((name) => name in document);
}

interface Place {
  address: string;
  family: KnownFamily;
  /** The kind that stands at the address alone. */
  kind: string | null;
}

/** Longest first: an address below another one's is a place of its own. */
const PLACES: readonly Place[] = FAMILIES.flatMap((family): Place[] => [
  ...[family.path, ...family.inFiles.otherPaths].map((address) => ({ address, family, kind: null })),
  ...Object.entries(family.reading.typedSets).map(([type, address]) => ({ address, family, kind: bareType(type) })),
])
  .map((place) => ({ ...place, address: place.address.toLowerCase() }))
  .toSorted((a, b) => b.address.length - a.address.length);

function familyAt(address: string): Place | null {
  return (
    PLACES.find((place) => address.startsWith(place.address) && !/^\w/.test(address.slice(place.address.length))) ??
    null
  );
}

/**
 * The address in a context or an id, from the version on, in small letters:
 * `https://graph.microsoft.com/beta/$metadata#deviceManagement/configurationPolicies/$entity`, `deviceManagement/intents('…')`.
 */
function addressOf(told: string | null): string | null {
  if (told === null || told === "") return null;
  const place = told.split("$metadata#")[1] ?? told.replace(/^https?:\/\/[^/]+\/(beta|v1\.0)\//i, "");
  return `/${place.replace(/^\//, "").toLowerCase()}`;
}

/** A kind that stands as a step of an address: `…/deviceConfigurations/microsoft.graph.windows10CustomConfiguration/$entity`. */
function kindIn(address: string): string | null {
  const step = /\/microsoft\.graph\.(\w+)/.exec(address)?.[1];
  const family = step === undefined ? undefined : byType.get(step);
  return family === undefined
    ? null
    : (kindsOf(family.inFiles.type).find((kind) => kind.toLowerCase() === step) ?? null);
}

const byFolder = new Map(
  FAMILIES.flatMap((family) => family.inFiles.folders.map((folder) => [folder, family] as const)),
);

function familyOfFolder(path: string): KnownFamily | null {
  for (const folder of foldersOf(path).toReversed()) {
    const family = byFolder.get(folderName(folder));
    if (family !== undefined) return family;
  }
  return null;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** What stands in a file may be anything. */
function shown(type: string): string {
  return type.replace(/[^\w.]/g, "").slice(0, 80);
}

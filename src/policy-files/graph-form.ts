/**
 * Makes of a document as a tool wrote it the one that Microsoft Graph would tell: without what describes the tool's answer, with the parts that
 * stood in files of their own, named as Graph names it, and without secrets. What a reader should know of it is said in notices. Pure.
 */
import type { KnownFamily } from "../graph/families.ts";
import { isAssigned } from "../graph/families/family.ts";
import { isUntold } from "../graph/oma-secrets.ts";
import { isTransportKey } from "../policies/canonical-json.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../policies/json-value.ts";
import { bareType, hasKinds, isDeclared } from "./graph-types.ts";

/** What stood in a file beside the policy's own. */
export interface Part {
  role: "settings" | "assignments";
  value: JsonValue;
}

export interface GraphForm {
  document: JsonObject;
  notices: string[];
}

export function graphForm(family: KnownFamily, written: JsonObject, parts: readonly Part[]): GraphForm {
  const notices = new Set<string>();
  const told = cleaned(withParts(family, written, parts), "", notices);
  if (!isJsonObject(told)) throw new Error("an object stays an object");
  const document = spelledAsGraph(family, withoutOwnType(family, told), notices);
  const count = document["settingCount"];
  const settings = document["settings"];
  if (typeof count === "number" && Array.isArray(settings) && settings.length < count)
    notices.add(`It is incomplete: it tells of ${count} settings and has ${settings.length}.`);
  return { document, notices: [...notices] };
}

/** Inline content stays: a tool writes the part beside it from the same answer. */
function withParts(family: KnownFamily, written: JsonObject, parts: readonly Part[]): JsonObject {
  let whole = written;
  for (const { role, value } of parts) {
    const settings = family.reading.children.find(({ property }) => property !== "assignments")?.property;
    const property = role === "settings" ? settings : isAssigned(family) ? "assignments" : undefined;
    if (property !== undefined && !Array.isArray(whole[property])) whole = { ...whole, [property]: listIn(value) };
  }
  return whole;
}

/** A list, what holds one, or the one element that a tool did not put into a list. */
function listIn(value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) return value;
  if (!isJsonObject(value)) return [];
  const list = [value["settings"], value["value"]].find((member) => Array.isArray(member));
  return Array.isArray(list) ? list : [value];
}

/** `/Date(1700000000000)/`, as Windows PowerShell writes a time. */
const POWERSHELL_DATE = /^\/Date\((-?\d{1,15})([+-]\d{4})?\)\/$/;
const LOCAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$/;

/** `member` is the name under which the value stands; that of its list for an element. */
function cleaned(value: JsonValue, member: string, notices: Set<string>): JsonValue {
  if (Array.isArray(value)) {
    const elements = value.map((element) => cleaned(element, member, notices));
    return member === "omaSettings" ? elements.map((element) => withoutOmaSecret(element, notices)) : elements;
  }
  if (typeof value === "string") return inUtc(value, member);
  if (!isJsonObject(value)) return value;
  const kept: [string, JsonValue][] = [];
  for (const [name, inner] of Object.entries(value)) {
    // Notes of IntuneManagement begin with a number sign, as do Graph's actions.
    if (name.startsWith("#") || isTransportKey(name)) continue;
    if (name === "@odata.type" && typeof inner === "string" && isDeclared(member, inner)) continue;
    if (isSecret(name, inner)) notices.add(`Its ${name} is a secret, and was left out.`);
    else kept.push([name, cleaned(inner, name, notices)]);
  }
  return withoutCatalogSecret(Object.fromEntries(kept), notices);
}

/** A moment in one spelling, in members that hold one. */
function inUtc(text: string, member: string): string {
  const milliseconds = POWERSHELL_DATE.exec(text)?.[1];
  if (milliseconds !== undefined) return isoTime(Number(milliseconds)) ?? text;
  if (!/(DateTime|Date)$/.test(member) || !LOCAL_TIME.test(text)) return text;
  return isoTime(Date.parse(text)) ?? text;
}

function isoTime(milliseconds: number): string | null {
  const time = new Date(milliseconds);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

const SECRET_NAMES: ReadonlySet<string> = new Set([
  "preSharedKey",
  "sharedSecret",
  "adminAccountPassword",
  "wifiPassword",
  "clientSecret",
  "activationLockBypassCode",
]);

function isSecret(name: string, value: JsonValue): boolean {
  return SECRET_NAMES.has(name) && typeof value === "string" && value !== "" && !isUntold(value);
}

/** A value that Intune encrypts, told in clear: IntuneCD writes it as an object, IntuneBackupAndRestore in place of the asterisks. */
function withoutOmaSecret(setting: JsonValue, notices: Set<string>): JsonValue {
  if (!isJsonObject(setting)) return setting;
  const value = setting["value"] ?? null;
  const reference = setting["secretReferenceValueId"];
  const isEncrypted = setting["isEncrypted"] === true || (typeof reference === "string" && reference !== "");
  if (!isJsonObject(value) && (!isEncrypted || value === null || isUntold(value))) return setting;
  const name = setting["displayName"];
  notices.add(
    `The value of ${typeof name === "string" ? `"${name}"` : "an OMA setting"} is a secret, and was left out.`,
  );
  return { ...setting, isEncrypted: true, value: "****" };
}

/** A secret of the settings catalog in clear becomes the token that Graph would tell in its place, which opens nothing. */
function withoutCatalogSecret(value: JsonObject, notices: Set<string>): JsonObject {
  if (value["valueState"] !== "notEncrypted" || typeof value["value"] !== "string") return value;
  notices.add("A setting of it is a secret, and was left out.");
  return { ...value, valueState: "encryptedValueToken", value: "left-out" };
}

/** Where all of a family are of one type, Graph does not name it. */
function withoutOwnType({ inFiles }: KnownFamily, document: JsonObject): JsonObject {
  const type = document["@odata.type"];
  if (typeof type !== "string" || hasKinds(inFiles.type) || bareType(type) !== inFiles.type) return document;
  const { "@odata.type": _type, ...rest } = document;
  return rest;
}

/** Templates that people write name some things otherwise. */
function spelledAsGraph(family: KnownFamily, document: JsonObject, notices: Set<string>): JsonObject {
  let spelled = document;
  if (family.meaning.nameProperty === "name" && typeof document["displayName"] === "string") {
    const { displayName, ...rest } = spelled;
    spelled = { ...rest, name: rest["name"] ?? displayName ?? null };
  }
  for (const [name, meant] of Object.entries(family.inFiles.otherNames)) {
    const { [name]: value, ...rest } = spelled;
    if (value !== undefined) spelled = meant in rest ? rest : { ...rest, [meant]: value };
  }
  for (const [name, { value, notice }] of Object.entries(family.inFiles.assumed)) {
    if (spelled[name] !== undefined) continue;
    spelled = { ...spelled, [name]: value };
    notices.add(notice);
  }
  return spelled;
}

/** The documents in a file: what JSON in it is one of, and what it shows to be no policy at all. Pure. */
import { documentFault } from "../policies/document-fault.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../policies/json-value.ts";

/** Why a file was not understood. The code is stable; the reason is a sentence for people. */
export interface NotUnderstood {
  reasonCode:
    | "unreadable_text"
    | "no_json"
    | "truncated"
    | "nested_too_deep"
    | "too_large"
    | "no_policy"
    | "unknown_type"
    | "no_name"
    | "no_owner"
    | "yaml"
    | "secrets"
    | "second_of_one"
    | "other_tool";
  reason: string;
}

export type JsonReading = { kind: "json"; value: JsonValue } | ({ kind: "not_understood" } & NotUnderstood);

/** The JSON of a text. A string that holds JSON itself is parsed once more: IntuneManagement writes settings of intents so. */
export function readJson(text: string): JsonReading {
  const value = parse(text);
  if (value === undefined) return not("no_json", "It is not well-formed JSON.");
  const inner = typeof value === "string" ? parse(value) : value;
  const whole = inner === undefined ? value : inner;
  const fault = documentFault(whole);
  if (fault !== null) return not("nested_too_deep", `${fault}.`);
  if (isTruncated(whole)) return not("truncated", TRUNCATED);
  return { kind: "json", value: whole };
}

const TRUNCATED =
  'The tool that wrote it cut it off at a depth ("System.Collections.Hashtable" or "@{…}" stands for what was there), so content is lost. Export it again.';

/** What PowerShell's ConvertTo-Json writes in place of what is deeper than it was told to go. */
const CUT_OFF = /^(System\.(Collections\.Hashtable|Object\[\]|Management\.Automation\.\w+)|@\{\w+=[^]*\})$/;

function isTruncated(value: JsonValue): boolean {
  if (typeof value === "string") return CUT_OFF.test(value);
  if (Array.isArray(value)) return value.some(isTruncated);
  return isJsonObject(value) && Object.values(value).some(isTruncated);
}

function parse(text: string): JsonValue | undefined {
  try {
    const value: unknown = JSON.parse(text.trim());
    return isFromJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What `JSON.parse` returned is JSON by construction. */
function isFromJson(value: unknown): value is JsonValue {
  return value !== undefined;
}

/** A document with what the list that it stood in says of it. */
export interface FoundDocument {
  document: JsonObject;
  /** The `@odata.context` of its own, or of its list; null where neither has one. */
  context: string | null;
}

export type DocumentsReading =
  | { kind: "documents"; documents: FoundDocument[]; notices: string[] }
  /** Ids and names of groups and users. */
  | { kind: "migration_table"; objects: JsonObject[] }
  /** What is a part of a policy, and no policy: assignments, values of definitions, settings. */
  | { kind: "part" }
  | { kind: "other_model"; model: string }
  | ({ kind: "not_understood" } & NotUnderstood);

/** Members under which tools keep a list of policies in one object. */
const LISTS = ["value", "filters", "groups", "policies", "items"];

export function documentsOf(value: JsonValue): DocumentsReading {
  if (Array.isArray(value)) return ofList(value, null);
  if (!isJsonObject(value)) return not("no_policy", "It holds neither an object nor a list of objects.");
  if (Array.isArray(value["Objects"]) && "TenantId" in value)
    return { kind: "migration_table", objects: value["Objects"].filter(isJsonObject) };
  const model = otherModelOf(value);
  if (model !== null) return { kind: "other_model", model };
  if (Array.isArray(value["responses"])) return ofBatch(value["responses"]);
  const named = typeof value["displayName"] === "string" || typeof value["name"] === "string";
  const [name, list] = (named ? undefined : LISTS.map((of) => [of, value[of]] as const).find(isList)) ?? [];
  if (name !== undefined && Array.isArray(list)) {
    const reading = ofList(list, contextOf(value) ?? (name === "groups" ? "$metadata#groups" : null));
    if (reading.kind !== "documents" || typeof value["@odata.nextLink"] !== "string") return reading;
    return { ...reading, notices: ["It is one page of a list: Microsoft Graph told of more than the file has."] };
  }
  if (!named && Array.isArray(value["settings"]) && Object.keys(value).length <= 2) return { kind: "part" };
  if (isPart(value)) return { kind: "part" };
  return { kind: "documents", documents: [{ document: value, context: contextOf(value) }], notices: [] };
}

function isList([, member]: readonly [string, JsonValue | undefined]): boolean {
  return Array.isArray(member);
}

function ofList(list: readonly JsonValue[], context: string | null): DocumentsReading {
  const objects = list.filter(isJsonObject);
  if (objects.length < list.length) return not("no_policy", "It is a list of something other than objects.");
  if (objects.length === 0) return not("no_policy", "It is an empty list.");
  if (objects.some((object) => "ResourceName" in object || "ResourceType" in object))
    return { kind: "other_model", model: "Microsoft365DSC" };
  if (objects.every(isPart)) return { kind: "part" };
  return {
    kind: "documents",
    documents: objects.map((document) => ({ document, context: contextOf(document) ?? context })),
    notices: [],
  };
}

/** An assignment, or the value of a definition of an administrative template. */
function isPart(object: JsonObject): boolean {
  const isNamed = typeof object["displayName"] === "string" || typeof object["name"] === "string";
  return !isNamed && ("target" in object || "definition@odata.bind" in object || "definition" in object);
}

/** Answers of a `$batch`: those that tell of something, with what each of them tells. */
function ofBatch(responses: readonly JsonValue[]): DocumentsReading {
  const documents: FoundDocument[] = [];
  let refused = 0;
  for (const response of responses.filter(isJsonObject)) {
    const { status = null, body = null } = response;
    const reading = isJsonObject(body) && status === 200 ? documentsOf(body) : null;
    if (reading?.kind === "documents") documents.push(...reading.documents);
    else refused += 1;
  }
  if (documents.length === 0) return not("no_policy", "No answer of the batch tells of a policy.");
  const notices =
    refused === 0 ? [] : ["Some answers of the batch tell of no policy: they are errors, or other things."];
  return { kind: "documents", documents, notices };
}

/** The tool or service whose model the object is of; null for Graph's own. */
function otherModelOf(object: JsonObject): string | null {
  if (typeof object["RAWJson"] === "string" || ("JSON" in object && ("RowKey" in object || "PartitionKey" in object)))
    return "CIPP";
  const resources = object["resources"];
  const isSnapshot = Array.isArray(resources) && resources.some((one) => isJsonObject(one) && "resourceType" in one);
  return isSnapshot ? "Unified tenant configuration management" : null;
}

function contextOf(object: JsonObject): string | null {
  const context = object["@odata.context"];
  return typeof context === "string" ? context : null;
}

function not(reasonCode: NotUnderstood["reasonCode"], reason: string): { kind: "not_understood" } & NotUnderstood {
  return { kind: "not_understood", reasonCode, reason };
}

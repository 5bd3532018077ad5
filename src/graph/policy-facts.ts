/** What is told of a policy in lists: read from its document by the rules of its family. Pure. */
import type { JsonObject, JsonValue } from "../policies/json-value.ts";
import { isAssigned, type Family, type PlatformRule } from "./families/family.ts";

export interface PolicyFacts {
  graphId: string;
  name: string;
  description: string | null;
  platform: string | null;
  odataType: string | null;
  /** Null where the family is not assigned. */
  assignmentCount: number | null;
  /** ISO 8601 UTC in milliseconds; null where Graph tells no time. */
  lastModifiedAt: string | null;
}

/** For lists and search; the payload keeps the whole text. */
const MAX_NAME_LENGTH = 500;
const MAX_DESCRIPTION_LENGTH = 2_000;

/** The facts of a document whose `id` has been checked. */
export function policyFacts(family: Family, graphId: string, document: JsonObject): PolicyFacts {
  const assignments = assignmentsOf(family, document);
  return {
    graphId,
    name: shorten(
      nameOf(family, document) ?? text(document["displayName"]) ?? text(document["name"]) ?? graphId,
      MAX_NAME_LENGTH,
    ),
    description: shortenOrNull(text(document["description"])),
    platform: platformOf(family.meaning.platform, document),
    odataType: text(document["@odata.type"]),
    assignmentCount: Array.isArray(assignments) ? assignments.length : null,
    lastModifiedAt: timestamp(document["lastModifiedDateTime"]) ?? timestamp(document["modifiedDateTime"]),
  };
}

/** The policy's assignments as its document has them; null where the family is not assigned, or the document does not say. */
export function assignmentsOf(family: Family, document: JsonObject): JsonValue {
  return isAssigned(family) ? (document["assignments"] ?? null) : null;
}

/** What people know the policy by; null when its document does not tell. */
export function nameOf({ single, meaning }: Family, document: JsonObject): string | null {
  return single?.name ?? text(document[meaning.nameProperty]);
}

/** The policy's id as an item of a list tells it; null when it does not. */
export function policyIdOf({ reading }: Family, item: JsonObject): string | null {
  return text(item[reading.idProperty]);
}

/** The id of an entry below a policy; null when it has none. */
export function graphIdOf(item: JsonObject): string | null {
  return text(item["id"]);
}

function platformOf(rule: PlatformRule, document: JsonObject): string | null {
  switch (rule.kind) {
    case "fixed":
      return rule.platform;
    case "none":
      return null;
    case "property":
      return platformNames(text(document[rule.property]));
    case "odataType":
      return platformOfType(text(document["@odata.type"]));
  }
}

/** Graph's flags ("windows10,macOS", "androidForWork") as the product's names, each once. */
function platformNames(flags: string | null): string | null {
  const names = (flags ?? "").split(",").map((flag) => platformOfType(flag.trim()));
  return [...new Set(names.filter((name) => name !== null))].join(", ") || null;
}

/** "#microsoft.graph.iosCompliancePolicy" to "iOS". Types of no platform ("webApp") give null. */
function platformOfType(type: string | null): string | null {
  const bare = (type ?? "").replace("#microsoft.graph.", "");
  if (/^(managed)?ios/i.test(bare)) return "iOS";
  if (/android|^aosp/i.test(bare)) return "android";
  if (/^macos/i.test(bare)) return "macOS";
  if (/^linux/i.test(bare)) return "linux";
  if (/windows|^win(32|get)|^office|^microsoftStore|^sharedPC|^editionUpgrade|^mdmWindows/i.test(bare))
    return "windows";
  return null;
}

function text(value: JsonValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** Cut, and without half a character: D1 stores UTF-8. */
function shorten(value: string, length: number): string {
  return (value.length > length ? `${value.slice(0, length)}…` : value).toWellFormed();
}

function shortenOrNull(value: string | null): string | null {
  return value === null ? null : shorten(value, MAX_DESCRIPTION_LENGTH);
}

/** Graph says the year 1 where it knows no time. */
function timestamp(value: JsonValue | undefined): string | null {
  const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return at > 0 ? new Date(at).toISOString() : null;
}

/** OData query options of one request. Unknown ones are refused, so that a client's misspelling does not pass unseen. */
import { z } from "zod";
import { badRequest } from "../graph-reply.ts";
import { parseFilter, type Predicate } from "./filter.ts";

export interface Expansion {
  property: string;
  /** Expansions nested in it: `scheduledActionsForRule($expand=scheduledActionConfigurations)`. */
  nested: string[];
}

export interface Query {
  top: number | null;
  select: string[] | null;
  expand: Expansion[];
  filter: Predicate | null;
  count: boolean;
  /** Position to go on from; 0 is the beginning. */
  after: number;
  /** The options as they came, for the nextLink. */
  raw: URLSearchParams;
}

const OPTIONS = new Set(["$top", "$select", "$expand", "$filter", "$count", "$skiptoken"]);
const skipTokenSchema = z.object({ a: z.int().min(0) });

export function encodeSkipToken(after: number): string {
  return btoa(JSON.stringify({ a: after, v: 1 })).replaceAll("=", "");
}

function decodeSkipToken(token: string): number {
  try {
    return skipTokenSchema.parse(JSON.parse(atob(token))).a;
  } catch {
    throw badRequest("Invalid value for $skiptoken.");
  }
}

/** @throws GraphError 400 for an unknown or malformed option */
export function parseQuery(source: string): Query {
  const raw = new URLSearchParams(source);
  for (const name of raw.keys()) {
    if (!OPTIONS.has(name))
      throw badRequest(`The query specified in the URI is not valid. Query option '${name}' is not recognized.`);
  }
  const top = raw.get("$top");
  if (top !== null && !/^[1-9]\d{0,5}$/.test(top))
    throw badRequest(`Invalid value '${top}' for $top query option found.`);
  const filter = raw.get("$filter");
  const skipToken = raw.get("$skiptoken");
  return {
    top: top === null ? null : Number(top),
    select:
      raw
        .get("$select")
        ?.split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "") ?? null,
    expand: parseExpand(raw.get("$expand") ?? ""),
    filter: filter === null ? null : parseFilter(filter),
    count: raw.get("$count") === "true",
    after: skipToken === null ? 0 : decodeSkipToken(skipToken),
    raw,
  };
}

function parseExpand(source: string): Expansion[] {
  return splitTopLevel(source, ",").map((part) => {
    const match = /^([\w.]+)(?:\((.*)\))?$/.exec(part);
    const property = match?.[1];
    if (property === undefined) throw badRequest(`Parsing OData Select and Expand failed: '${part}'.`);
    const nested: string[] = [];
    for (const option of splitTopLevel(match?.[2] ?? "", ";")) {
      const [name, value] = [option.slice(0, option.indexOf("=")), option.slice(option.indexOf("=") + 1)];
      if (name === "$expand") nested.push(...value.split(",").map((item) => item.trim()));
      else if (name !== "$select")
        throw badRequest(`Parsing OData Select and Expand failed: unexpected option '${name}'.`);
    }
    return { property, nested };
  });
}

function splitTopLevel(source: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let current = "";
  for (const character of source) {
    if (character === "(") depth += 1;
    if (character === ")") depth -= 1;
    if (character === separator && depth === 0) {
      parts.push(current);
      current = "";
    } else current += character;
  }
  if (depth !== 0) throw badRequest("Parsing OData Select and Expand failed: unbalanced parentheses.");
  return [...parts, current].map((part) => part.trim()).filter((part) => part !== "");
}

/** What is wrong with a field, in words for people. A schema's own message goes before these. */
import type { z } from "zod";

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

/** An error map of zod. Undefined leaves the message to zod. */
export function wordsFor(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type": {
      if (issue.input === undefined) return "is missing";
      const wanted = TYPES[issue.expected];
      return wanted === undefined ? undefined : `must be ${wanted}`;
    }
    case "invalid_value":
      if (issue.input === undefined) return "is missing";
      return `must be ${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}`;
    case "too_small":
      return issue.origin === "string" && issue.minimum === 1
        ? "must not be empty"
        : `must ${boundOf(issue.origin, "at least", issue.minimum)}`;
    case "too_big":
      return `must ${boundOf(issue.origin, "at most", issue.maximum)}`;
    case "invalid_format":
      return issue.format === "datetime" ? "must be a time in ISO 8601, in UTC" : undefined;
    default:
      return undefined;
  }
}

function boundOf(origin: string, bound: string, limit: number | bigint): string {
  if (origin === "string") return `have ${bound} ${limit} characters`;
  if (origin === "array" || origin === "set") return `have ${bound} ${limit} entries`;
  return `be ${bound} ${limit}`;
}

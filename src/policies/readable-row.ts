/** Rows of label and value, and how one value is worded. Pure. */
import type { ReadableRow } from "../contract/readable-policy.ts";
import type { JsonValue } from "./json-value.ts";
import type { MeaningRules } from "./meaning-rules.ts";
import { wordsOfChoice } from "./plain-words.ts";
import { servedValue } from "./served-changes.ts";

/** What the things are called that ids in the document name; null for an id that is not known, and for what is none. */
export type NameOfId = (id: string) => string | null;

/** Where in a document a walk is, and the rows that it has made. */
export interface Place {
  depth: number;
  /** Dotted, from the root, without the steps into lists. */
  path: string;
  /** The ids of a list's elements are the service's, unless the family's rules say otherwise. */
  inList: boolean;
  rules: MeaningRules;
  nameOfId: NameOfId;
  /** Characters of a value that its row holds at most. */
  most: number;
  rows: ReadableRow[];
}

/** What a row is about. */
export type Head = Pick<ReadableRow, "depth" | "label" | "labelIsName" | "name">;

/** A row for what its parts, below it, say. */
export function group(head: Head): ReadableRow {
  return { ...head, state: "group", value: null, stored: null, omitted: 0 };
}

type Wording = Pick<Place, "nameOfId" | "most">;
type Shown = Pick<ReadableRow, "state" | "value" | "stored" | "omitted">;

/** A plain value in words, with what is stored where the words are others. `name` is the property that holds it. */
export function shownValue(value: JsonValue, name: string, { nameOfId, most }: Wording): Shown {
  const served = servedValue(value, name, most);
  if (served.form === "text") {
    const stored = served.decoded && typeof value === "string" ? "base64" : null;
    return { state: "value", value: served.text, stored, omitted: served.omittedAfter };
  }
  const words = inWords(value, nameOfId);
  const stored = spelled(value);
  return { state: "value", value: words, stored: words === stored ? null : stored, omitted: 0 };
}

/** A list of plain values, one a line. */
export function shownList(values: readonly JsonValue[], name: string, { nameOfId, most }: Wording): Shown {
  const words = values.map((value) => inWords(value, nameOfId)).join("\n");
  const served = servedValue(words, name === "" ? "" : "list", most);
  const value = served.form === "text" ? served.text : words;
  const stored = values.map(spelled).join("\n");
  return {
    state: "value",
    value,
    stored: words === stored || value !== words ? null : stored,
    omitted: served.form === "text" ? served.omittedAfter : 0,
  };
}

function inWords(value: JsonValue, nameOfId: NameOfId): string {
  if (value === true) return "Yes";
  if (value === false) return "No";
  if (typeof value !== "string") return spelled(value);
  return nameOfId(value) ?? wordsOfChoice(value) ?? value;
}

function spelled(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

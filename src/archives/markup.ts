/** HTML from data: the only way to put a value into markup is through `markup`, which escapes it. */

/** Markup that is safe to stand in a page: made by `markup`, and by nothing else. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | null | Markup | readonly Markup[];

/** A template of markup: literal parts as they are, values escaped, markup within as it is, null as nothing. */
export function markup(parts: TemplateStringsArray, ...values: Value[]): Markup {
  let text = parts[0] ?? "";
  values.forEach((value, index) => {
    text += render(value) + (parts[index + 1] ?? "");
  });
  return new Markup(text);
}

function render(value: Value): string {
  if (value === null) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "string" || typeof value === "number") return escapeHtml(String(value));
  return value.map(({ text }) => text).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
/** Bidirectional controls and invisible characters, which could disguise text. */
const INVISIBLE = /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C]/gu;

/** Text for an element's content or a quoted attribute. Line breaks and tabs become spaces. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[\t\r\n]+/g, " ")
    .replace(INVISIBLE, "\uFFFD")
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

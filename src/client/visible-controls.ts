/**
 * What a name or a value does to the direction of writing, made visible. A policy can be called `Guests\u202Elaw`: a browser would show what
 * follows backwards, in a confirmation too. Each control stands as `⟨U+202E⟩` instead. Marks of single letters (U+200E, U+200F, U+061C), which names in
 * Arabic and Hebrew need, stay.
 */

/** Embeddings, overrides and isolates (Unicode Standard Annex 9, section 2). */
const CONTROLS = /[\u202A-\u202E\u2066-\u2069]/g;

/** A control, or an escape that may be one: what neither stands in has nothing to show. */
const PERHAPS = /[\u202A-\u202E\u2066-\u2069]|\\u20[26]/i;

const codeOf = (control: string): string => control.charCodeAt(0).toString(16).toUpperCase();

/** The text with its controls of direction made visible. */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, (control) => `⟨U+${codeOf(control)}⟩`);
}

/** Parses JSON; in the strings and names of what it returns the controls are visible. @throws SyntaxError */
export function parseShown(json: string): unknown {
  if (!PERHAPS.test(json)) return JSON.parse(json);
  return JSON.parse(json, (_, value: unknown) => {
    if (typeof value === "string") return withoutControls(value);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const entries = Object.entries(value);
    return entries.some(([name]) => name.search(CONTROLS) >= 0)
      ? Object.fromEntries(entries.map(([name, member]) => [withoutControls(name), member]))
      : value;
  });
}

/** The same JSON, with the controls written as escapes: true to the letter, and harmless to look at. */
export function escapeControls(json: string): string {
  return json.replace(CONTROLS, (control) => `\\u${codeOf(control)}`);
}

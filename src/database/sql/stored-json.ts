/** JSON that one of our own rows holds. Text that is none reads as null: what depends on it then shows nothing. */
export function parseStoredJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Texts that the browser keeps. Storage may be blocked or full: then nothing is kept, and the page works on without. */

/** The text; null where none is kept. */
export function keptText(key: string, storage: () => Storage = () => localStorage): string | null {
  try {
    return storage().getItem(key);
  } catch {
    return null;
  }
}

/** Keeps the text; null forgets it. */
export function keepText(key: string, text: string | null, storage: () => Storage = () => localStorage): void {
  try {
    if (text === null) storage().removeItem(key);
    else storage().setItem(key, text);
  } catch {
    // What was to be remembered holds until the page is closed.
  }
}

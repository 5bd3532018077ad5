/**
 * Waits for a condition instead of for a time. The limit only turns a hang into a failure with words. `everyMs`: how often it looks;
 * what costs the product more than a look at memory is looked at less often.
 */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
  limitMs = 30_000,
  everyMs = 20,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** How browsers say that the file of a page did not come. They share no name for it: https://github.com/whatwg/html/issues/6768 */
const WORDS: readonly string[] = [
  "Failed to fetch dynamically imported module", // Chromium
  "error loading dynamically imported module", // Firefox
  "Importing a module script failed", // Safari
  "Unable to preload CSS", // Vite
];

/** Whether a page failed because its code is not there, and not because the code failed. */
export function isMissingCode(error: unknown): boolean {
  return error instanceof Error && WORDS.some((words) => error.message.includes(words));
}

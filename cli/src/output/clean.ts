/**
 * Texts from tenants, fit for a terminal. A policy's name can hold escape sequences that move the cursor, hide what follows or set the
 * window's title: each control stands as `⟨U+001B⟩` instead. Line ends become spaces, since a name is one line.
 */
import { withoutControls } from "../../../src/client/visible-controls.ts";

const LINE_ENDS = /\r\n|[\n\r\t\u0085\u2028\u2029]/g;
/** C0 and C1 without what the pattern before has taken. */
// oxlint-disable-next-line no-control-regex -- These are the characters that a terminal acts upon.
const TERMINAL_CONTROLS = /[\u0000-\u001F\u007F-\u009F]/g;

export function clean(text: string): string {
  return withoutControls(
    text
      .replace(LINE_ENDS, " ")
      .replace(
        TERMINAL_CONTROLS,
        (control) => `⟨U+${control.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
      ),
  );
}

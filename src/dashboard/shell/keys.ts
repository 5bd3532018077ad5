/** The keys that work on every page. What they open is loaded when it is asked for. docs/ui/keyboard.md */
import { keepText, keptText } from "../components/kept-text.ts";

const OFF = "tenantatlas.keys";

/** Whether single letters and signs are shortcuts; a person can turn them off (WCAG 2.1.4). Escape and Ctrl-K are no such keys. */
export function keysAreOn(): boolean {
  return keptText(OFF) !== "off";
}

export function setKeysOn(on: boolean): void {
  keepText(OFF, on ? null : "off");
}

/** Listens until the returned function is called. */
export function listenForKeys(openPalette: (part: "commands" | "keys") => void): () => void {
  const onKey = (event: KeyboardEvent) => {
    const { key, target } = event;
    if (event.defaultPrevented || isElsewhere(target)) return;
    const find = (what: string) => document.querySelector<HTMLElement>(`#main ${what}`);
    if ((event.ctrlKey || event.metaKey) && !event.altKey && key.toLowerCase() === "k") {
      openPalette("commands");
    } else if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (isTyping(target)) {
      return;
    } else if (key === "Escape") {
      const close = find("[data-panel-close]");
      if (close === null) return;
      close.click();
    } else if (!keysAreOn()) {
      return;
    } else if (key === "/") {
      const search = find("input[type=search]");
      if (search === null) return;
      search.focus();
      if (search instanceof HTMLInputElement) search.select();
    } else if (key === "?") {
      openPalette("keys");
    } else {
      return;
    }
    event.preventDefault();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}

/** Whatever lies over the page has the keys to itself while it has focus. */
function isElsewhere(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[role=dialog],[role=alertdialog],[role=menu]") !== null;
}

/** A letter belongs to the field that it is typed into. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select"))
  );
}

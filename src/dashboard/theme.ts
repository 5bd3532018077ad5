/**
 * Light or dark: the system's preference, unless the person chose one here. The choice stays in this browser.
 * `public/before-modules.js` applies the same rule before the first paint.
 */
import { useSyncExternalStore } from "react";
import { z } from "zod";
import { keepText, keptText } from "./components/kept-text.ts";

const STORAGE_KEY = "tenantatlas.theme";
const choiceSchema = z.enum(["system", "light", "dark"]).catch("system");
export type ThemeChoice = z.infer<typeof choiceSchema>;

/** A function, so that loading this module needs no browser. */
const systemDark = (): MediaQueryList => matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();
let choice = readChoice();

function readChoice(): ThemeChoice {
  return choiceSchema.parse(keptText(STORAGE_KEY));
}

function apply(): void {
  const dark = choice === "dark" || (choice === "system" && systemDark().matches);
  document.documentElement.dataset.mode = dark ? "dark" : "light";
}

/** Sets and remembers the choice. Where storage is blocked it holds until the page is closed. */
export function setTheme(next: ThemeChoice): void {
  choice = next;
  keepText(STORAGE_KEY, next === "system" ? null : next);
  apply();
  for (const listener of listeners) listener();
}

/** Applies the choice and follows the system while it is "system". Call once. */
export function watchTheme(): void {
  apply();
  systemDark().addEventListener("change", apply);
}

export function useTheme(): ThemeChoice {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => choice,
  );
}

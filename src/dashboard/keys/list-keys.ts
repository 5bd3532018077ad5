/**
 * The keys of every list of records: a list is one stop of the Tab key, and within it the arrows, Home, End, PageUp and PageDown go from row
 * to row, left and right through a row's own controls, Space ticks its box. It works on the document, so that a list says only where it is; its role
 * and its rows' stay what they are. decisions/169-keys-in-lists.md
 */
import { useCallback, useEffect, useRef } from "react";
import { rowAfterKey } from "./list-moves.ts";
import { offerRows } from "./wanted-row.ts";

/** A list of which only the rows in view exist: its rows carry their place as `data-row`. */
export interface LongList {
  count: number;
  /** Scrolls to a row, which then comes to exist. */
  show: (index: number) => void;
  /** The place of the row that leads to a record; -1 for none. */
  indexOf: (id: string) => number;
}

const ROWS = ":scope > li, :scope > tr, [data-row]";
const CONTROLS = "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), summary";

/** What a key can mean to a row that does not exist yet. */
const FOR_ROWS = new Set("ArrowUp ArrowDown ArrowLeft ArrowRight Home End PageUp PageDown Enter".split(" ")).add(" ");

/** The ref of a list's element: of a `ul` or `tbody` with all of its rows, or with `long` of one that scrolls over them. */
export function useListKeys(long?: LongList): (element: HTMLElement | null) => (() => void) | undefined {
  const latest = useRef(long);
  useEffect(() => {
    latest.current = long;
  });
  return useCallback((element) => (element === null ? undefined : attach(element, () => latest.current)), []);
}

const controlsOf = (row: HTMLElement): HTMLElement[] => [...row.querySelectorAll<HTMLElement>(CONTROLS)];

/** What opens the record; the first control where nothing does. */
const mainOf = (row: HTMLElement): HTMLElement | undefined => {
  const controls = controlsOf(row);
  return controls.find((control) => control instanceof HTMLAnchorElement) ?? controls[0];
};

function isInView(row: HTMLElement): boolean {
  const { top, bottom } = row.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}

function attach(list: HTMLElement, long: () => LongList | undefined): () => void {
  let current = 0;
  /** The control of the current row that has focus, or had it last. */
  let stop: HTMLElement | undefined;
  let focused: HTMLElement | undefined;
  /** A row that is scrolled to and does not exist yet, and the keys that were pressed meanwhile: they are meant for it. */
  let awaited: number | undefined;
  let early: string[] = [];

  const rows = () =>
    [...list.querySelectorAll<HTMLElement>(ROWS)].filter((row) => row.querySelector(CONTROLS) !== null);
  const placeOf = (row: HTMLElement, among: HTMLElement[]) =>
    row.dataset["row"] === undefined ? among.indexOf(row) : Number(row.dataset["row"]);
  const rowAt = (index: number, among: HTMLElement[]) => among.find((row) => placeOf(row, among) === index);
  const rowOf = (target: HTMLElement, among: HTMLElement[]) => among.find((row) => row.contains(target));

  const focus = (row: HTMLElement, control = mainOf(row)) => {
    control?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };

  const goTo = (index: number, column?: number) => {
    const row = rowAt(index, rows());
    current = index;
    if (row !== undefined) {
      focus(row, column === undefined ? undefined : controlsOf(row)[column]);
    } else if (long() !== undefined) {
      awaited = index;
      // The keys stay here until the row exists.
      list.focus({ preventScroll: true });
      long()?.show(index);
    }
  };

  const goToRecord = (pathname: string): boolean => {
    const all = rows();
    const row = all.find((each) =>
      controlsOf(each).some((control) => control instanceof HTMLAnchorElement && control.pathname === pathname),
    );
    const id = decodeURIComponent(pathname.slice(pathname.lastIndexOf("/") + 1));
    const index = row === undefined ? (long()?.indexOf(id) ?? -1) : placeOf(row, all);
    if (index < 0) return false;
    goTo(index);
    return true;
  };
  const offer = offerRows(goToRecord);

  const refresh = () => {
    const all = rows();
    const arrived = awaited === undefined ? undefined : rowAt(awaited, all);
    if (arrived !== undefined) {
      awaited = undefined;
      if (document.activeElement === list) focus(arrived);
      else early = [];
      catchUp();
    }
    // The row with focus has left the list, or what exists of it: the keys go on from its place.
    if (focused !== undefined && !focused.isConnected && document.activeElement === document.body) {
      focused = undefined;
      const next = long() === undefined ? all[Math.min(current, all.length - 1)] : undefined;
      if (next === undefined) list.focus({ preventScroll: true });
      else focus(next);
    }
    const tabRow = rowAt(current, all) ?? all[0];
    for (const row of all) {
      const controls = controlsOf(row);
      const tab = row !== tabRow ? undefined : stop !== undefined && row.contains(stop) ? stop : mainOf(row);
      for (const control of controls) {
        const tabIndex = control === tab ? 0 : -1;
        if (control.tabIndex !== tabIndex || !control.hasAttribute("tabindex")) control.tabIndex = tabIndex;
      }
    }
    offer.check();
  };

  const onFocusIn = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement) || target === list) return;
    const all = rows();
    const row = rowOf(target, all);
    if (row === undefined || !target.matches(CONTROLS)) return;
    focused = target;
    stop = target;
    current = placeOf(row, all);
    refresh();
  };
  const onFocusOut = () => {
    const left = focused;
    // An element that is taken out of the document loses focus too; that is told apart when it is gone.
    setTimeout(() => {
      if (left?.isConnected === true && focused === left && document.activeElement !== left) focused = undefined;
    });
  };

  /** Does what a key means on an element; false where it means nothing. */
  const act = (key: string, target: HTMLElement): boolean => {
    const all = rows();
    const row = target === list ? rowAt(current, all) : rowOf(target, all);
    if (row === undefined && target !== list) return false;
    const controls = controlsOf(row ?? list);
    const column = controls.indexOf(target);
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const next = controls[column + (key === "ArrowLeft" ? -1 : 1)];
      if (row === undefined || column < 0 || next === undefined) return false;
      focus(row, next);
      return true;
    }
    if (key === " ") {
      const box = (row ?? list).querySelector<HTMLInputElement>("input[type=checkbox]:not(:disabled)");
      if (!(target instanceof HTMLAnchorElement) || box === null) return false;
      box.click();
      return true;
    }
    // An arrow on it opens a menu.
    if (target.getAttribute("aria-haspopup") === "menu" && key.startsWith("Arrow")) return false;
    const to = rowAfterKey(key, {
      count: long()?.count ?? all.length,
      current,
      page: all.filter(isInView).length - 1,
    });
    if (to === null) return false;
    goTo(to, column >= 0 && target !== mainOf(row ?? list) ? column : undefined);
    return true;
  };

  /** Does what was pressed before the row existed, in that order. */
  const catchUp = () => {
    // What is done may lead to another row that does not exist yet.
    const isReady = () => early.length > 0 && awaited === undefined;
    while (isReady()) {
      const key = early.shift() ?? "";
      const target = document.activeElement;
      if (!(target instanceof HTMLElement) || !list.contains(target)) early = [];
      else if (!act(key, target) && key === "Enter") target.click();
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const { target, key } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (!(target instanceof HTMLElement) || !(target === list || target.matches(CONTROLS))) return;
    if (target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type !== "checkbox"))
      return;
    if (target === list && awaited !== undefined && FOR_ROWS.has(key)) early.push(key);
    else if (!act(key, target)) return;
    event.preventDefault();
    // Space and the arrows to the side have meant no more than this to what is around the list.
    if (key !== " " && key !== "ArrowLeft" && key !== "ArrowRight") event.stopPropagation();
  };

  list.tabIndex = -1;
  list.dataset["keys"] = "";
  const observer = new MutationObserver(refresh);
  observer.observe(list, { childList: true, subtree: true });
  list.addEventListener("keydown", onKeyDown);
  list.addEventListener("focusin", onFocusIn);
  list.addEventListener("focusout", onFocusOut);
  refresh();
  return () => {
    observer.disconnect();
    offer.leave();
    list.removeEventListener("keydown", onKeyDown);
    list.removeEventListener("focusin", onFocusIn);
    list.removeEventListener("focusout", onFocusOut);
  };
}

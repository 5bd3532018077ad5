/** Parts of pages whose code comes when they are first used: menus, dialogs, toasts. */
import { type ComponentType, lazy, type LazyExoticComponent } from "react";

/** A part, and what loads its code. Loading may fail in an outage; the next use tries again. */
export interface OnDemand<Props> {
  Part: LazyExoticComponent<ComponentType<Props>>;
  load: () => Promise<ComponentType<Props>>;
  /** Loads ahead. Never throws. */
  preload: () => void;
}

const all: (() => void)[] = [];

export function onDemand<Props>(load: () => Promise<ComponentType<Props>>): OnDemand<Props> {
  const preload = () => {
    load().catch(() => {
      // Whoever uses the part hears of it.
    });
  };
  all.push(preload);
  return { Part: lazy(async () => ({ default: await load() })), load, preload };
}

/** Loads the code of all parts, so that none is missing in an outage. */
export function preloadParts(): void {
  for (const preload of all) preload();
}

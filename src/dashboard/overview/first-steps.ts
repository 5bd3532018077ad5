/** What a newcomer does first in a tenant, and which of it is done: the checklist of the overview. Pure. decisions/172-first-steps.md */
import type { BackupSet } from "../../contract/backup-sets.ts";
import type { Baseline } from "../../contract/baselines.ts";
import type { Connection } from "../../contract/connections.ts";
import type { EvidenceSnapshot } from "../../contract/evidence.ts";
import type { FamilyState } from "../../contract/inventory.ts";
import { mapTold, type Told } from "../api/told.ts";

/** In the order in which they are taken. */
export const FIRST_STEPS = ["connect", "sync", "backUp", "baseline", "evidence"] as const;
export type FirstStep = (typeof FIRST_STEPS)[number];

/** Without the step before it, a step has nothing to work on. */
const COMES_AFTER: Readonly<Record<FirstStep, FirstStep | null>> = {
  connect: null,
  sync: "connect",
  backUp: "sync",
  baseline: "sync",
  evidence: "sync",
};

/** Whether each step has been taken. Null where the person's role does not read it. */
export type StepFacts = Readonly<Record<FirstStep, Told<boolean> | null>>;

export interface StepStanding {
  step: FirstStep;
  state: "done" | "to_do" | "not_told" | "not_in_role";
  /** The state was so when the server was last heard, at this time in milliseconds since the epoch; null where it is so now. */
  heldAt: number | null;
  /** The step that makes what this one works on, where that is known to be missing. */
  waitsFor: FirstStep | null;
}

/**
 * `open`: something is to be done. `done`: all that the person may know of is done. `undecided`: nothing is known to be missing, and not all is
 * known.
 */
export interface Checklist {
  state: "open" | "done" | "undecided";
  /** Nothing is waited for. */
  isSettled: boolean;
  steps: readonly StepStanding[];
}

export function checklistOf(facts: StepFacts): Checklist {
  const states = FIRST_STEPS.map((step) => ({ step, ...stateOf(facts[step]) }));
  const steps = states.map((each) => {
    const before = COMES_AFTER[each.step];
    const isMissing = states.some(({ step, state }) => step === before && state === "to_do");
    return { ...each, waitsFor: isMissing ? before : null };
  });
  const open = steps.some(({ state }) => state === "to_do");
  const done = steps.every(({ state, heldAt }) => state === "not_in_role" || (state === "done" && heldAt === null));
  const isSettled = FIRST_STEPS.every((step) => facts[step]?.state !== "loading");
  return { state: open ? "open" : done ? "done" : "undecided", isSettled, steps };
}

function stateOf(fact: Told<boolean> | null): Pick<StepStanding, "state" | "heldAt"> {
  if (fact === null) return { state: "not_in_role", heldAt: null };
  const taken = (value: boolean) => (value ? "done" : "to_do");
  switch (fact.state) {
    case "loading":
      return { state: "not_told", heldAt: null };
    case "told":
      return { state: taken(fact.value), heldAt: null };
    case "unknown":
      if (fact.last === null || fact.since === null) return { state: "not_told", heldAt: null };
      return { state: taken(fact.last), heldAt: fact.since };
  }
}

export function isConnected({ connections }: { connections: readonly Pick<Connection, "purpose">[] }): boolean {
  return connections.some(({ purpose }) => purpose === "read");
}

/** Some family has been read whole. */
export function isSynced(families: readonly Pick<FamilyState, "lastCompleteAt">[]): boolean {
  return families.some(({ lastCompleteAt }) => lastCompleteAt !== null);
}

/** As much of a list as has been read. */
export interface ReadSoFar<Item> {
  items: readonly Item[];
  complete: boolean;
}

export const hasBackup = (sets: Told<ReadSoFar<Pick<BackupSet, "itemCount">>>) =>
  someOf(sets, ({ itemCount }) => itemCount > 0);
export const hasBaseline = (baselines: Told<ReadSoFar<Pick<Baseline, "status">>>) =>
  someOf(baselines, ({ status }) => status === "sealed");
export const hasEvidence = (snapshots: Told<ReadSoFar<Pick<EvidenceSnapshot, "status">>>) =>
  someOf(snapshots, ({ status }) => status === "complete");

/** That there is none is known where the whole list has been read. */
function someOf<Item>(list: Told<ReadSoFar<Item>>, is: (item: Item) => boolean): Told<boolean> {
  return mapTold(list, ({ items, complete }) => (items.some(is) ? true : complete ? false : null));
}

/** The newcomer's checklist: which steps are done, which may be taken, and when it is there at all. */
import { describe, expect, it } from "vitest";
import type { Told } from "../../../src/dashboard/api/told.ts";
import {
  checklistOf,
  FIRST_STEPS,
  type FirstStep,
  hasBackup,
  hasBaseline,
  hasEvidence,
  isConnected,
  isSynced,
  type ReadSoFar,
  type StepFacts,
  type StepStanding,
} from "../../../src/dashboard/overview/first-steps.ts";

const YES: Told<boolean> = { state: "told", value: true, asOf: 1 };
const NO: Told<boolean> = { state: "told", value: false, asOf: 1 };
const LOADING: Told<boolean> = { state: "loading" };
const NOT_READ: Told<boolean> = { state: "unknown", reason: "not_read", since: null, last: null };
const lost = (last: boolean): Told<boolean> => ({ state: "unknown", reason: "not_connected", since: 5_000, last });
const all = (fact: Told<boolean> | null): StepFacts => ({
  connect: fact,
  sync: fact,
  backUp: fact,
  baseline: fact,
  evidence: fact,
});
const stateOf = (facts: StepFacts) => checklistOf(facts).state;
const stepOf = (facts: StepFacts, wanted: FirstStep): StepStanding | undefined =>
  checklistOf(facts).steps.find(({ step }) => step === wanted);

describe("the checklist", () => {
  it("is there from the first step that is known to be missing, and gone when all are done", () => {
    expect(stateOf(all(NO))).toBe("open");
    for (const step of FIRST_STEPS) expect(stateOf({ ...all(YES), [step]: NO })).toBe("open");
    expect(stateOf(all(YES))).toBe("done");
  });

  it("is neither there nor done while nothing is known to be missing and not all is known", () => {
    for (const step of FIRST_STEPS) {
      expect(stateOf({ ...all(YES), [step]: LOADING })).toBe("undecided");
      expect(stateOf({ ...all(YES), [step]: NOT_READ })).toBe("undecided");
      // That it was done when the server was last heard is not remembered for good.
      expect(stateOf({ ...all(YES), [step]: lost(true) })).toBe("undecided");
    }
    expect(stateOf(all(LOADING))).toBe("undecided");
  });

  it("waits for answers, and not for those that do not come", () => {
    expect(checklistOf({ ...all(YES), sync: LOADING }).isSettled).toBe(false);
    expect(checklistOf({ ...all(YES), sync: NOT_READ, backUp: null }).isSettled).toBe(true);
  });

  it("does not ask for what the person's role does not read", () => {
    expect(stateOf({ ...all(YES), evidence: null })).toBe("done");
    expect(stepOf({ ...all(NO), evidence: null }, "evidence")?.state).toBe("not_in_role");
  });

  it("never calls a step missing of which nothing is known", () => {
    const facts: StepFacts = { ...all(NO), backUp: LOADING, baseline: NOT_READ };
    expect(stepOf(facts, "backUp")).toMatchObject({ state: "not_told", heldAt: null });
    expect(stepOf(facts, "baseline")).toMatchObject({ state: "not_told", heldAt: null });
  });

  it("keeps what was told before the connection was lost, with its time", () => {
    const facts: StepFacts = { ...all(lost(true)), evidence: lost(false) };
    expect(stateOf(facts)).toBe("open");
    expect(stepOf(facts, "sync")).toMatchObject({ state: "done", heldAt: 5_000 });
    expect(stepOf(facts, "evidence")).toMatchObject({ state: "to_do", heldAt: 5_000 });
  });

  it("lets a step be taken unless the one that it needs is known to be missing", () => {
    const ready = (facts: StepFacts) =>
      checklistOf(facts).steps.flatMap(({ step, waitsFor }) => (waitsFor === null ? [step] : []));
    expect(ready(all(NO))).toEqual(["connect"]);
    expect(ready({ ...all(NO), connect: YES })).toEqual(["connect", "sync"]);
    expect(ready({ ...all(NO), connect: YES, sync: YES })).toEqual([...FIRST_STEPS]);
    expect(ready({ ...all(NO), connect: YES, sync: NOT_READ })).toEqual([...FIRST_STEPS]);
  });
});

describe("a step", () => {
  const list = <Item>(complete: boolean, ...items: Item[]): Told<ReadSoFar<Item>> => ({
    state: "told",
    value: { items, complete },
    asOf: 1,
  });
  const answer = (told: Told<boolean>) => (told.state === "told" ? told.value : told.state);

  it("is taken by its result, not by an attempt", () => {
    expect(answer(hasBackup(list(true, { itemCount: 0 })))).toBe(false);
    expect(answer(hasBackup(list(true, { itemCount: 0 }, { itemCount: 3 })))).toBe(true);
    expect(answer(hasBaseline(list(true, { status: "building" }, { status: "failed" })))).toBe(false);
    expect(answer(hasBaseline(list(true, { status: "failed" }, { status: "sealed" })))).toBe(true);
    expect(answer(hasEvidence(list(true, { status: "incomplete" }, { status: "empty" })))).toBe(false);
    expect(answer(hasEvidence(list(true, { status: "complete" })))).toBe(true);
  });

  it("is unknown while a list is read in part and nothing of it tells", () => {
    expect(answer(hasBackup(list(false, { itemCount: 0 })))).toBe("unknown");
    expect(answer(hasBackup(list(false, { itemCount: 0 }, { itemCount: 1 })))).toBe(true);
    expect(answer(hasBackup({ state: "loading" }))).toBe("loading");
  });

  it("of connecting is taken by the connection that reads", () => {
    expect(isConnected({ connections: [] })).toBe(false);
    expect(isConnected({ connections: [{ purpose: "write" }] })).toBe(false);
    expect(isConnected({ connections: [{ purpose: "read" }] })).toBe(true);
  });

  it("of syncing is taken by a family that was read whole", () => {
    expect(isSynced([])).toBe(false);
    expect(isSynced([{ lastCompleteAt: null }])).toBe(false);
    expect(isSynced([{ lastCompleteAt: null }, { lastCompleteAt: "2026-11-29T10:00:00.000Z" }])).toBe(true);
  });
});

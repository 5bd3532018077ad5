import { describe, expect, it } from "vitest";
import {
  decideUndo,
  lastOfEarlierTurn,
  type UndoDecision,
  type UndoneItem,
} from "../../../src/operations/policy-restore/decide-undo.ts";
import { familyOf } from "../../../src/graph/families.ts";
import { planDeletion } from "../../../src/graph/restore/deletion.ts";
import { unknownIdOf } from "../../../src/database/restore/undo-items.ts";
import type { JsonObject } from "../../../src/policies/json-value.ts";

const FILTER = familyOf("filters");
const filter = (rule: string, more: JsonObject = {}): JsonObject => ({
  id: "f",
  displayName: "Filter",
  platform: "windows10AndLater",
  rule,
  lastModifiedDateTime: "2026-11-29T10:00:00Z",
  ...more,
});
const [BEFORE, LEFT, OTHER] = [filter("before"), filter("left"), filter("other")];

type Facts = Partial<Omit<UndoneItem, "item">> & Partial<UndoneItem["item"]>;

/** The tenant's policy stands for its hash: two that are the same have the same. */
function decided({
  undoes = "update",
  leftHash = JSON.stringify("left"),
  graphId = "f",
  target = LEFT,
  ...more
}: Facts): UndoDecision {
  const targetHash = target === null ? null : JSON.stringify(target["rule"]);
  return decideUndo({
    item: { undoes, leftHash, graphId },
    family: FILTER,
    kept: BEFORE,
    target,
    targetHash,
    wanted: null,
    isOpen: false,
    ...more,
  });
}

const CHANGED = { kind: "blocked", code: "changed_since" };
const UNCHANGED = { kind: "unchanged" };

describe("Undoing what a restore did to a policy", () => {
  it.each<{ title: string; facts: Facts; expected: object }>([
    { title: "puts back what is as the restore left it", facts: {}, expected: { kind: "back" } },
    {
      title: "does nothing where it is as before, whatever the service has moved",
      facts: { target: { ...BEFORE, lastModifiedDateTime: "2026-11-29T12:00:00Z" } },
      expected: UNCHANGED,
    },
    { title: "leaves alone what is neither", facts: { target: OTHER }, expected: CHANGED },
    { title: "makes nothing again that somebody has deleted", facts: { target: null }, expected: CHANGED },
    {
      title: "deletes what the restore made and left like this",
      facts: { undoes: "create" },
      expected: { kind: "delete" },
    },
    {
      title: "does not delete what was made and changed since",
      facts: { undoes: "create", target: OTHER },
      expected: CHANGED,
    },
    {
      title: "does nothing where what was made is gone",
      facts: { undoes: "create", target: null },
      expected: UNCHANGED,
    },
    {
      title: "says so where it is not known whether a policy was made",
      facts: { undoes: "create", target: null, graphId: unknownIdOf(3), leftHash: null, isOpen: true },
      expected: { kind: "blocked", code: "made_unknown" },
    },
    {
      title: "does nothing where a policy was certainly not made",
      facts: { undoes: "create", target: null, graphId: unknownIdOf(3), leftHash: null },
      expected: UNCHANGED,
    },
    {
      title: "makes again what an undo deleted",
      facts: { undoes: "delete", target: null, leftHash: null },
      expected: { kind: "back" },
    },
    {
      title: "leaves alone what an undo was to delete, and somebody has changed",
      facts: { undoes: "delete", target: OTHER, leftHash: null },
      expected: CHANGED,
    },
    {
      title: "trusts no state where the restore never looked, and its plan is gone",
      facts: { leftHash: null, target: LEFT },
      expected: CHANGED,
    },
    {
      title: "takes what the plan wanted for what the restore left, where it never looked",
      facts: { leftHash: null, target: LEFT, wanted: LEFT },
      expected: { kind: "back" },
    },
    {
      title: "takes half of what the plan wanted, too",
      facts: { leftHash: null, target: LEFT, wanted: { ...LEFT, description: "Wanted as well" } },
      expected: { kind: "back" },
    },
    {
      title: "does not where a property is neither as before nor as wanted",
      facts: {
        leftHash: null,
        target: { ...LEFT, description: "Of somebody else" },
        wanted: LEFT,
        kept: { ...BEFORE, description: "" },
      },
      expected: { kind: "blocked" },
    },
    {
      title: "deletes what was made by half",
      facts: { undoes: "create", leftHash: null, target: LEFT, wanted: { ...LEFT, description: "To come" } },
      expected: { kind: "delete" },
    },
    {
      title: "does not delete what was made by half and written to since",
      facts: { undoes: "create", leftHash: null, target: OTHER, wanted: LEFT },
      expected: CHANGED,
    },
  ])("$title", ({ facts, expected }) => {
    expect(decided(facts)).toMatchObject(expected);
  });

  it("unassigns what Intune does not delete while it is assigned, then deletes it", () => {
    const profile = {
      "@odata.type": "#x",
      displayName: "Kiosk",
      assignments: [
        { id: "a 1", target: {} },
        { id: "b", target: {} },
      ],
    };
    const { steps } = planDeletion("autopilot", profile);
    const path = "/deviceManagement/windowsAutopilotDeploymentProfiles/{id}";
    expect(steps.map(({ method, path: at }) => `${method} ${at}`)).toEqual([
      `DELETE ${path}/assignments/a%201`,
      `DELETE ${path}/assignments/b`,
      `DELETE ${path}`,
    ]);
    expect(planDeletion("settingsCatalog", profile).steps.map(({ name }) => name)).toEqual(["delete"]);
  });

  it("deletes a policy of a family after those that refer to it there", () => {
    const turnOf = ({ odataType }: { odataType: string | null }) => (odataType === "network" ? 1 : 0);
    const items = ["network", "network", "certificate", "certificate"].map((odataType, at) => ({
      ordinal: 4 + at,
      odataType,
    }));
    expect(items.map(({ ordinal }) => lastOfEarlierTurn(ordinal, turnOf, items))).toEqual([null, null, 5, 5]);
  });
});

import { describe, expect, it } from "vitest";
import {
  type BackedUp,
  type InTenant,
  type Match,
  matchTargets,
} from "../../../src/operations/policy-restore/match-target.ts";

const TYPE = "#microsoft.graph.iosCompliancePolicy";
const item = (graphId: string, name = graphId, more: Partial<BackedUp> = {}): BackedUp => ({
  graphId,
  name,
  odataType: TYPE,
  capturedAt: 1_000,
  ...more,
});
const policy = (graphId: string, name = graphId, more: Partial<InTenant> = {}): InTenant => ({
  graphId,
  name,
  odataType: TYPE,
  createdAt: 500,
  ...more,
});

interface Case {
  title: string;
  items: BackedUp[];
  tenant: InTenant[];
  /** New ids that earlier restores gave, by the ids of the backup. */
  madeAnew?: Record<string, string>;
  /** Backed up in the set, besides the items. */
  alsoInSet?: string[];
  idsAreReused?: boolean;
  idsOnly?: boolean;
  expected: Match[];
}

const CASES: Case[] = [
  {
    title:
      "of an undo finds by ids alone, also what an earlier restore has made, and a numbered thing under another name",
    items: [item("a", "Gone"), item("b", "Made"), item("1", "Old name")],
    tenant: [policy("n", "Gone"), policy("m", "Made"), policy("1", "New name"), policy("2", "Old name")],
    madeAnew: { b: "m" },
    idsAreReused: true,
    idsOnly: true,
    expected: [{ kind: "none" }, { kind: "made_anew", graphId: "m" }, { kind: "same_id", graphId: "1" }],
  },
  {
    title: "takes a numbered thing (a scope tag) for the same by its id and its name together",
    items: [item("1", "Berlin"), item("2", "Paris"), item("3", "Wien")],
    tenant: [policy("1", "Paris"), policy("2", "Berlin"), policy("3", "Wien")],
    idsAreReused: true,
    expected: [
      { kind: "same_name", graphId: "2" },
      { kind: "same_name", graphId: "1" },
      { kind: "same_id", graphId: "3" },
    ],
  },
  {
    title: "finds no numbered thing where the number means another one",
    items: [item("1", "Berlin")],
    tenant: [policy("1", "Paris")],
    idsAreReused: true,
    expected: [{ kind: "none" }],
  },
  {
    title: "finds a policy by its id, whatever it is called by now",
    items: [item("a", "Old name")],
    tenant: [policy("a", "New name"), policy("b", "Old name")],
    expected: [{ kind: "same_id", graphId: "a" }],
  },
  {
    title: "finds nothing where nothing is",
    items: [item("a")],
    tenant: [],
    expected: [{ kind: "none" }],
  },
  {
    title: "finds by exact name and type what is gone by its id",
    items: [item("a", "Passcode")],
    tenant: [policy("b", "Passcode"), policy("c", "passcode"), policy("d", "Passcode ")],
    expected: [{ kind: "same_name", graphId: "b" }],
  },
  {
    title: "does not take a policy of another type for the same",
    items: [item("a", "Passcode")],
    tenant: [policy("b", "Passcode", { odataType: "#microsoft.graph.macOSCompliancePolicy" })],
    expected: [{ kind: "none" }],
  },
  {
    title: "tells that an id has another type now",
    items: [item("a")],
    tenant: [policy("a", "a", { odataType: null })],
    expected: [{ kind: "other_type", graphId: "a" }],
  },
  {
    title: "chooses none of several of the name",
    items: [item("a", "Passcode")],
    tenant: [policy("b", "Passcode"), policy("c", "Passcode")],
    expected: [{ kind: "ambiguous", cause: "several", candidates: ["b", "c"] }],
  },
  {
    title: "F34: gives one policy to neither of two items that may be it",
    items: [item("a", "Passcode"), item("b", "Passcode")],
    tenant: [policy("c", "Passcode")],
    expected: [
      { kind: "ambiguous", cause: "shared", candidates: ["c"] },
      { kind: "ambiguous", cause: "shared", candidates: ["c"] },
    ],
  },
  {
    title: "F34: does not overwrite a namesake that the set has a backup of and that was there at the time",
    items: [item("a", "Passcode")],
    tenant: [policy("b", "Passcode")],
    alsoInSet: ["b"],
    expected: [{ kind: "none" }],
  },
  {
    title: "F34: makes the deleted one of two namesakes anew and leaves the other to its own item",
    items: [item("a", "Passcode"), item("b", "Passcode")],
    tenant: [policy("b", "Passcode")],
    expected: [{ kind: "none" }, { kind: "same_id", graphId: "b" }],
  },
  {
    title: "finds what was made after the backup, though it has a backup of its own since",
    items: [item("a", "Passcode")],
    tenant: [policy("b", "Passcode", { createdAt: 2_000 })],
    alsoInSet: ["b"],
    expected: [{ kind: "same_name", graphId: "b" }],
  },
  {
    title: "does not give it to two items when both are restored",
    items: [item("a", "Passcode"), item("b", "Passcode", { capturedAt: 3_000 })],
    tenant: [policy("b", "Passcode", { createdAt: 2_000 })],
    expected: [
      { kind: "ambiguous", cause: "shared", candidates: ["b"] },
      { kind: "same_id", graphId: "b" },
    ],
  },
  {
    title: "does not guess where Graph does not tell when a namesake with a backup of its own was made",
    items: [item("a", "Passcode")],
    tenant: [policy("b", "Passcode", { createdAt: null })],
    alsoInSet: ["b"],
    expected: [{ kind: "none" }],
  },
  {
    title: "F34: knows which of two namesakes an earlier restore has made of which item",
    items: [item("a", "Passcode"), item("b", "Passcode")],
    tenant: [policy("c", "Passcode", { createdAt: 2_000 }), policy("d", "Passcode", { createdAt: 2_000 })],
    madeAnew: { a: "d", b: "c" },
    expected: [
      { kind: "made_anew", graphId: "d" },
      { kind: "made_anew", graphId: "c" },
    ],
  },
  {
    title: "F34: does not take what was made of its namesake for an item that is still gone",
    items: [item("b", "Passcode")],
    tenant: [policy("c", "Passcode", { createdAt: 2_000 })],
    alsoInSet: ["a"],
    madeAnew: { a: "c" },
    expected: [{ kind: "none" }],
  },
  {
    title: "finds what an earlier restore has made, whatever it is called by now",
    items: [item("a", "Passcode")],
    tenant: [policy("c", "Renamed", { createdAt: 2_000 })],
    madeAnew: { a: "c" },
    expected: [{ kind: "made_anew", graphId: "c" }],
  },
  {
    title: "finds by name what came after the one that an earlier restore has made is gone too",
    items: [item("a", "Passcode")],
    tenant: [policy("e", "Passcode", { createdAt: 2_000 })],
    madeAnew: { a: "c" },
    expected: [{ kind: "same_name", graphId: "e" }],
  },
  {
    title: "does not give what was made of one item to two, when it has a backup of its own since",
    items: [item("a", "Passcode"), item("c", "Passcode", { capturedAt: 3_000 })],
    tenant: [policy("c", "Passcode", { createdAt: 2_000 })],
    madeAnew: { a: "c" },
    expected: [
      { kind: "ambiguous", cause: "shared", candidates: ["c"] },
      { kind: "same_id", graphId: "c" },
    ],
  },
];

describe("Finding the policy that a backup is of", () => {
  it.each(CASES)(
    "$title",
    ({ items, tenant, alsoInSet = [], madeAnew = {}, idsAreReused = false, idsOnly = false, expected }) => {
      const ownIds = new Set([...items.map(({ graphId }) => graphId), ...alsoInSet]);
      const known = new Map(Object.entries(madeAnew));
      const matches = matchTargets({ items, tenant, ownIds, madeAnew: known, idsAreReused, idsOnly });
      expect(items.map((each) => matches.get(each))).toEqual(expected);
    },
  );
});

/** The least permissions for a purpose: what the families and the readings beside them need, each once. Pure. */
import type { ConnectionPurpose, PermissionPreset } from "../../contract/connections.ts";
import { FAMILIES } from "../families.ts";
import { type Need, needsOf, relatedPlaces, writingTwin } from "./needs.ts";

/** In the order of the alphabet. A permission to write stands for its twin to read. */
export function presetOf(purpose: ConnectionPurpose): PermissionPreset {
  const labels = new Map<string, Set<string>>();
  const note = ({ permission }: Need, label: string) => {
    const known = labels.get(permission) ?? new Set();
    labels.set(permission, known.add(label));
  };
  for (const family of FAMILIES) {
    const { reading, writing } = needsOf(family);
    note(reading, family.label);
    if (purpose === "write") for (const need of writing) note(need, family.label);
  }
  for (const { label, need } of relatedPlaces()) note(need, label);
  for (const [permission, known] of labels) {
    const twin = labels.get(writingTwin(permission));
    if (twin === undefined || twin === known) continue;
    for (const label of known) twin.add(label);
    labels.delete(permission);
  }
  return {
    purpose,
    permissions: [...labels]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([permission, known]) => ({ permission, neededFor: [...known] })),
  };
}

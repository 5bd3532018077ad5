/** Families of which a tenant has one object, always: it is neither made nor deleted. */
import { familyByKey } from "../../src/graph/families.ts";

export function isSingle(family: string): boolean {
  return (familyByKey(family)?.single ?? null) !== null;
}

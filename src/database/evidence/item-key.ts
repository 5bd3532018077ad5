/** What an item's key says: its kind, its family. So no row says it again. */
import { and, eq, gte, lt, type SQL } from "drizzle-orm";
import { type EvidenceKind, evidenceKindSchema } from "../../contract/evidence.ts";
import { evidenceItems } from "./tables.ts";

const { key } = evidenceItems;

/** The kind of the item that has the key. Throws for a key that no item has. */
export function kindOf(itemKey: string): EvidenceKind {
  return evidenceKindSchema.parse(itemKey.split("/", 1)[0]);
}

/** The family of a policy's or a family's item; null for any other. */
export function familyOf(itemKey: string): string | null {
  return itemKey.split("/", 2)[1] ?? null;
}

/** Items of a kind: a span of their keys. */
export function ofKind(kind: EvidenceKind): SQL | undefined {
  return kind === "policy" || kind === "family" ? and(gte(key, `${kind}/`), lt(key, `${kind}0`)) : eq(key, kind);
}

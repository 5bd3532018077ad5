/** What rules would remove, counted exactly, and a name for it. */
import { RETENTION_KEYS, type RetentionPreview, type RetentionRules } from "../../contract/retention.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import { isoTime } from "../sql/time.ts";
import { eventsUpTo, lastPlaceToCut } from "./audit-cut.ts";
import { countDue, cutoffsOf, type Cutoffs } from "./due.ts";
import type { StoredRules } from "./rules.ts";
import type { TenantDatabase } from "../databases.ts";

/**
 * What the rules remove of a tenant at a moment (milliseconds since the epoch). The hash is over the moment, the rules of now and then,
 * and all counts: it is another one as soon as any of them is. A query for each kind, two for the audit log.
 */
export async function previewRetention(
  database: TenantDatabase,
  { tenantId, before, rules, at }: { tenantId: string; before: StoredRules; rules: RetentionRules; at: number },
): Promise<RetentionPreview> {
  const cutoffs = cutoffsOf(rules, at);
  const kinds: RetentionPreview["kinds"] = [];
  for (const kind of RETENTION_KEYS) {
    if (kind === "reviewPacks") {
      kinds.push({ kind, before: null, removes: 0 });
      continue;
    }
    const cutoff = cutoffs[kind];
    kinds.push({
      kind,
      before: cutoff < 0 ? null : isoTime(cutoff),
      removes: cutoff < 0 ? 0 : await removedOf(database, tenantId, kind, cutoffs),
    });
  }
  const shown = { at: isoTime(at), rules, kinds };
  return { ...shown, hash: await sha256Hex(JSON.stringify([tenantId, before.version, before.rules, shown])) };
}

async function removedOf(
  database: TenantDatabase,
  tenantId: string,
  kind: Exclude<(typeof RETENTION_KEYS)[number], "reviewPacks">,
  cutoffs: Cutoffs,
): Promise<number> {
  if (kind === "audit") return eventsUpTo(database, tenantId, await lastPlaceToCut(database, tenantId, cutoffs.audit));
  const removes = await countDue(database, { tenantId, cutoffs }, kind);
  // Findings are removed by the rule of comparisons.
  return kind === "comparisons" ? removes + (await countDue(database, { tenantId, cutoffs }, "findings")) : removes;
}

/** The step "Writing findings": what only the whole can tell, families that nothing can be said of above all. */
import { type DraftFinding, recordAfterthoughts, recordDrafts } from "../../database/baselines/comparison-drafts.ts";
import { listFrozenFamilies } from "../../database/baselines/comparison-work.ts";
import { familyByKey } from "../../graph/families.ts";
import type { PhaseResult, UnitContext } from "../../runs/operation.ts";
import type { ComparisonReference } from "./compare-contents.ts";
import { nextStep } from "./compare-cursor.ts";
import { draftFinding, ranked } from "./draft-finding.ts";
import { judge } from "./severity-rules.ts";

/** Idempotent. D1: one query and two batches. */
export async function writeFindings(comparison: ComparisonReference, { env }: UnitContext): Promise<PhaseResult> {
  const { DATABASE, ARTIFACTS } = env;
  const families = await listFrozenFamilies(DATABASE, comparison.id);
  const nothing = { before: null, after: null, changes: [], recreated: true };
  const recreated = (["added", "removed"] as const).map((kind) => ({
    kind,
    ...ranked(judge({ ...nothing, kind, family: "" })),
  }));
  await recordAfterthoughts(DATABASE, comparison.id, recreated);

  const drafts: DraftFinding[] = [];
  for (const { family, unknown } of families) {
    if (unknown === null) continue;
    const found = {
      ...comparison,
      ...nothing,
      recreated: false,
      kind: "unknown" as const,
      family,
      graphId: null,
      name: familyByKey(family)?.label ?? family,
      // Another reason is another finding to whoever has accepted this one.
      essence: unknown.code,
      message: `Nothing can be said of this family. ${unknown.message}`,
    };
    drafts.push(await draftFinding(ARTIFACTS, comparison.tenantId, found));
  }
  await recordDrafts(DATABASE, comparison, drafts, []);
  return nextStep({ at: "seal" });
}

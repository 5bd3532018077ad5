/** From what was found about a policy to a finding's draft: its identity, its severity, and the hash of its differences. */
import { rfc8785Text } from "../../policies/canonical-json.ts";
import type { JsonValue } from "../../policies/json-value.ts";
import { putPayload } from "../../storage/payload-store.ts";
import type { PolicyChange } from "../../policies/policy-diff.ts";
import { servedChanges } from "../../policies/served-changes.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import { SEVERITIES } from "../../contract/baselines.ts";
import type { DraftFinding } from "../../database/baselines/comparison-drafts.ts";
import type { SeverityFacts } from "./severity-facts.ts";
import { judge, type Judgement } from "./severity-rules.ts";

export interface FoundDifference extends SeverityFacts {
  baselineId: string;
  /** Null for a whole family. */
  graphId: string | null;
  name: string;
  /** What an acceptance is bound to, where there are no changes to tell. */
  essence: string | null;
  /** Told instead of what the severity table says. */
  message: string | null;
}

/** How many differences of one finding are kept to be shown; all of them are hashed and counted. */
export const MAX_LISTED_CHANGES = 500;

/**
 * The draft, with its differences durable in R2. The same difference gives the same id, in every comparison of its baseline,
 * and the same hash, so it may be drafted again.
 */
export async function draftFinding(bucket: R2Bucket, tenantId: string, found: FoundDifference): Promise<DraftFinding> {
  const { baselineId, kind, family, graphId, changes, essence } = found;
  const key = graphId === null ? `${kind}/${family}` : `${kind}/${family}/${graphId}`;
  const { severity, severityRank, rule, message } = ranked(judge(found));
  const identity = await sha256Hex(JSON.stringify([baselineId, key]));
  return {
    id: `fnd_${identity.slice(0, 32)}`,
    key,
    kind,
    family,
    graphId,
    name: found.name,
    severity,
    severityRank,
    rule,
    message: found.message ?? message,
    changesHash: await sha256Hex(essence ?? rfc8785Text(changes.map(essenceOf))),
    changeCount: changes.length,
    detailHash: changes.length === 0 ? null : await storeChanges(bucket, tenantId, changes),
  };
}

/** A judgement with what it is sorted by. */
export function ranked(judgement: Judgement): Judgement & { severityRank: number } {
  return { ...judgement, severityRank: SEVERITIES.indexOf(judgement.severity) };
}

async function storeChanges(bucket: R2Bucket, tenantId: string, changes: readonly PolicyChange[]): Promise<string> {
  const served = servedChanges(changes.slice(0, MAX_LISTED_CHANGES));
  const { hash } = await putPayload(bucket, tenantId, JSON.stringify({ changes: served }), "differences");
  return hash;
}

/** A change without what only people need: labels may be told otherwise tomorrow. */
function essenceOf(change: PolicyChange): JsonValue {
  const path = change.path.map((step): JsonValue => (step.kind === "property" ? step.name : [step.key, step.number]));
  const before = change.kind === "added" ? null : change.before;
  const after = change.kind === "removed" ? null : change.after;
  return [change.kind, path, before, after];
}

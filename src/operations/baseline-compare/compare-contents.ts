/** A step of "Comparing content": reads a page of the policies that differ by their hashes, and drafts what really differs. */
import { meaningRules } from "../../graph/policy-meaning.ts";
import { eachOf } from "../../storage/each-of.ts";
import type { JsonObject } from "../../policies/json-value.ts";
import { type PayloadArea, readPayload } from "../../storage/payload-store.ts";
import { changedAreas, diffPolicies, type PolicyChange } from "../../policies/policy-diff.ts";
import { normalText } from "../../policies/policy-normal-form.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import { type FindingKind, SEVERAL_FIT } from "../../contract/baselines.ts";
import type { TenantDatabase } from "../../database/databases.ts";
import { matchesOf } from "../../database/standards/follow-content.ts";
import { placeOfMissing } from "../standards/match-standard.ts";
import type { PolicyArea } from "../../contract/policy-diff.ts";
import { type DraftFinding, recordDrafts } from "../../database/baselines/comparison-drafts.ts";
import { type Candidate, listCandidates, recordDoubts } from "../../database/baselines/comparison-work.ts";
import { logEvent } from "../../observability/log.ts";
import type { PhaseResult, UnitContext } from "../../runs/operation.ts";
import { type ContentCursor, nextStep } from "./compare-cursor.ts";
import { draftFinding } from "./draft-finding.ts";

const CANDIDATES_PER_STEP = 60;

export interface ComparisonReference {
  id: string;
  tenantId: string;
  baselineId: string;
}

interface Compared {
  drafts: DraftFinding[];
  /** Of an added policy. */
  normalHash: string | null;
}

/**
 * Compares a page. Idempotent: the same drafts under the same ids. A policy whose content cannot be read makes its whole family
 * unknown, for nothing complete can be said of it then.
 *
 * D1: one query, and one batch of a statement for every 400 kB of drafts. R2: at most two readings for each policy and a write
 * for each finding, six policies at a time. Memory: six pairs of documents.
 */
export async function compareContents(
  reference: ComparisonReference & { ofStandard: boolean },
  cursor: ContentCursor,
  { env }: UnitContext,
): Promise<PhaseResult> {
  const { DATABASE, ARTIFACTS } = env;
  const comparison = { ...reference, fits: await fitsOf(DATABASE, reference) };
  const candidates = await listCandidates(DATABASE, comparison.id, cursor, CANDIDATES_PER_STEP);
  const compared = await eachOf(candidates, async (candidate) => ({
    candidate,
    result: await compare(ARTIFACTS, comparison, candidate),
  }));
  const drafts = compared.flatMap(({ result }) => result?.drafts ?? []);
  const addedForms = compared.flatMap(({ candidate: { family, graphId }, result }) =>
    result === null || result.normalHash === null ? [] : [{ family, graphId, normalHash: result.normalHash }],
  );
  await recordDrafts(DATABASE, comparison, drafts, addedForms);
  const unreadable = new Set(compared.flatMap(({ candidate, result }) => (result === null ? [candidate.family] : [])));
  const message = "The stored content of some of its policies cannot be read.";
  const doubts = [...unreadable].map((family) => ({ family, code: "content_unavailable", message }));
  await recordDoubts(DATABASE, comparison.id, doubts);
  const last = candidates.length === CANDIDATES_PER_STEP ? candidates.at(-1) : undefined;
  return nextStep(last === undefined ? { at: "write" } : { at: "content", family: last.family, graphId: last.graphId });
}

/** Of a standard: by the place of each policy that several of the tenant's fit, the names of those. One query. */
async function fitsOf(
  database: TenantDatabase,
  { tenantId, baselineId, ofStandard }: ComparisonReference & { ofStandard: boolean },
): Promise<ReadonlyMap<string, string[]>> {
  const matches = ofStandard ? [...(await matchesOf(database, tenantId, baselineId)).values()] : [];
  return new Map(
    matches.flatMap(({ key, kind, candidates }) =>
      kind === "ambiguous" ? [[placeOfMissing(key), candidates.map(({ name }) => name)] as const] : [],
    ),
  );
}

/** Null when something that is needed cannot be read. */
async function compare(
  bucket: R2Bucket,
  comparison: ComparisonReference & { ofStandard: boolean; fits: ReadonlyMap<string, string[]> },
  candidate: Candidate,
): Promise<Compared | null> {
  const { family, baselineHash, contentHash } = candidate;
  const { tenantId } = comparison;
  const after = contentHash === null ? null : await documentOf(bucket, tenantId, contentHash, "payloads");
  if (after === null && contentHash !== null) return null;
  const normalHash = after === null ? null : await sha256Hex(normalText(meaningRules(family), after));
  // Told differently, and the same.
  if (candidate.kind === "differs" && normalHash === baselineHash) return { drafts: [], normalHash: null };
  const before = baselineHash === null ? null : await documentOf(bucket, tenantId, baselineHash, "normal-forms");
  if (before === null && baselineHash !== null) return null;

  const fits = comparison.fits.get(candidate.graphId) ?? [];
  const whole = { before, after, family, recreated: false, message: null };
  const draft = (kind: FindingKind, changes: readonly PolicyChange[], essence: string | null) =>
    draftFinding(bucket, tenantId, { ...whole, ...comparison, ...candidate, fits, kind, changes, essence });
  switch (candidate.kind) {
    case "added":
      return { drafts: [await draft("added", [], normalHash)], normalHash };
    case "removed":
      // Whoever has accepted that it is missing has not accepted that it may be one of several.
      return {
        drafts: [await draft("removed", [], fits.length === 0 ? baselineHash : `${SEVERAL_FIT} ${baselineHash}`)],
        normalHash: null,
      };
    case "differs": {
      if (before === null || after === null) throw new Error("a policy that differs has two documents");
      const changes = diffPolicies(meaningRules(family), before, after);
      const touched = changedAreas(changes);
      const drafts = FINDINGS_BY_AREA.filter(({ area }) => touched[area]).map(({ area, kind }) =>
        draft(
          kind,
          changes.filter((change) => change.area === area),
          null,
        ),
      );
      return { drafts: await Promise.all(drafts), normalHash: null };
    }
  }
}

const FINDINGS_BY_AREA: readonly { area: PolicyArea; kind: FindingKind }[] = [
  { area: "content", kind: "changed" },
  { area: "name", kind: "renamed" },
  { area: "assignments", kind: "assignments" },
];

async function documentOf(
  bucket: R2Bucket,
  tenantId: string,
  hash: string,
  area: PayloadArea,
): Promise<JsonObject | null> {
  const payload = await readPayload(bucket, tenantId, hash, area);
  if (payload.kind === "found") return payload.document;
  logEvent("error", "payload_unreadable", { tenantId, contentHash: hash, reason: payload.kind });
  return null;
}

/** One unit of `backup-set.add-policies`: a policy, read afresh from Graph, into a set. Payload first, then the item. */
import { canonicalText, comparableText } from "../../policies/canonical-json.ts";
import { meaningRules } from "../../graph/policy-meaning.ts";
import { isSamePolicy } from "../../policies/policy-normal-form.ts";
import { putPayload, readPayload } from "../../storage/payload-store.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import {
  addItem,
  type CaptureKey,
  type CaptureState,
  confirmItem,
  type NewItem,
  readCaptureState,
} from "../../database/backups/backup-capture.ts";
import { familyByKey } from "../../graph/families.ts";
import type { Family } from "../../graph/families/family.ts";
import type { GraphClient } from "../../graph/calls/client.ts";
import { readPolicy } from "../../graph/calls/family-reader.ts";
import type { OmaSecrets } from "../../graph/oma-secrets.ts";
import { readOmaSecrets } from "../../graph/calls/read-oma-secrets.ts";
import { policyFacts } from "../../graph/policy-facts.ts";
import type { GraphFailure } from "../../graph/calls/result.ts";
import { logEvent } from "../../observability/log.ts";
import { connectTenant } from "../../graph-work/connect.ts";
import { connectionResult, failed, graphFailureResult, withinPatience } from "../../graph-work/failure-results.ts";
import { survivingStorageOutage } from "../../runs/storage-outage.ts";
import type { RunUnitTask, UnitContext, UnitResult } from "../../runs/operation.ts";
import type { JsonObject } from "../../policies/json-value.ts";
import { learnNames } from "./learn-names.ts";
import { openItemSecrets, sealItemSecrets } from "./sealed-secrets.ts";
import type { TenantEnv } from "../../database/databases.ts";

const AGAIN = "Retry the failed policies later.";
/** Times that another unit may take the same policy into the set between our look and our write, in one turn. */
const MAX_ROUNDS = 5;

export interface CaptureTarget {
  backupSetId: string;
  family: string;
  graphId: string;
}

/**
 * Adds the policy to the set, or says why not. Idempotent: once its item is in, or once the policy was found unchanged, it answers
 * the same and asks Graph for nothing.
 *
 * D1: the state and the connection, and one batch to add or confirm. R2: one reading where the set has another spelling or state of it, and one
 * write for a new item. Graph: as `readPolicy` says, and
 * one request for each encrypted OMA value. A new item costs what `learnNames` costs besides.
 */
export async function capturePolicy(
  target: CaptureTarget,
  task: RunUnitTask,
  context: UnitContext,
): Promise<UnitResult> {
  const startedAt = context.now();
  const work = () => capture(target, task, context);
  const result = withinPatience(await survivingStorageOutage(task, AGAIN, work), task.deferrals);
  if (result.kind === "failed" || result.kind === "deferred") {
    logEvent("warn", "policy_not_captured", {
      runId: task.runId,
      tenantId: task.tenantId,
      family: target.family,
      outcome: result.kind,
      reasonCode: result.reasonCode,
      durationMs: context.now() - startedAt,
    });
  }
  return result;
}

async function capture(target: CaptureTarget, task: RunUnitTask, context: UnitContext): Promise<UnitResult> {
  const { tenantId, runId, ordinal } = task;
  const key: CaptureKey = { ...target, tenantId, runId, itemId: `${runId}-${ordinal}` };
  let state = await readCaptureState(context.env.DATABASE, key);
  const early = verdictOf(state);
  if (early) return early;

  const family = familyByKey(target.family);
  if (!family)
    return failed("unknown_family", "This version of TenantAtlas does not know this policy family any more.");
  const reading = await read(family, target.graphId, tenantId, context);
  if (reading.kind === "unsuccessful") return reading.result;

  const { item, client, document } = reading.value;
  let stored: NewItem | null = null;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const { last } = state;
    if (last !== null && (await isUnchanged(reading.value, key, last, context.env))) {
      state = await confirmItem(context.env.DATABASE, key, last.id, context.now());
    } else {
      if (stored === null) {
        await learnNames(client, key, { family: family.key, document }, context);
        stored = await store(reading.value, key, context);
      }
      // Whatever the clocks of two consumers say, what is added later is the newer one.
      const capturedAt = Math.max(item.capturedAt, (last?.capturedAt ?? 0) + 1);
      state = await addItem(context.env.DATABASE, key, { ...stored, capturedAt }, last?.id ?? null);
    }
    const verdict = verdictOf(state);
    if (verdict) return verdict;
  }
  return {
    kind: "deferred",
    delaySeconds: 5,
    reasonCode: "contended",
    message: `Several runs add this policy to the set at once. ${AGAIN}`,
  };
}

/** What is decided already; null when the policy is still to be read, added or confirmed. */
function verdictOf({ setActive, policyKnown, taken, last }: CaptureState): UnitResult | null {
  if (taken) return { kind: "succeeded", counters: { created: 1 } };
  if (last?.confirmed === true) {
    return {
      kind: "skipped",
      reasonCode: "unchanged",
      message: "The set already holds the policy as it is now.",
      counters: { unchanged: 1 },
    };
  }
  if (!setActive) {
    return failed("set_not_active", "The backup set was archived or deleted meanwhile. Nothing was added to it.");
  }
  return policyKnown ? null : notFound();
}

function notFound(): UnitResult {
  return failed("not_found", "There is no such policy in the tenant. Nothing was added to the set.");
}

interface Reading {
  item: Omit<NewItem, "contentHash" | "contentBytes" | "sealedSecrets">;
  document: JsonObject;
  secrets: OmaSecrets;
  /** The one that it was read with: what is asked besides is within the same budget. */
  client: GraphClient;
}

type ReadingOutcome = { kind: "read"; value: Reading } | { kind: "unsuccessful"; result: UnitResult };

async function read(family: Family, graphId: string, tenantId: string, context: UnitContext): Promise<ReadingOutcome> {
  const connecting = await connectTenant(tenantId, context);
  if (connecting.kind !== "connected") return { kind: "unsuccessful", result: connectionResult(connecting) };
  const { client } = connecting;
  const policy = await readPolicy(client, context.now, family, graphId);
  if (policy.kind !== "ok") return { kind: "unsuccessful", result: readingResult(policy, family, notFound()) };
  const capturedAt = context.now();
  const secrets = await readOmaSecrets(client, family, policy.value);
  if (secrets.kind !== "ok")
    return { kind: "unsuccessful", result: readingResult(secrets, family, SECRET_UNAVAILABLE) };
  const { document } = policy.value;
  return {
    kind: "read",
    value: {
      item: {
        ...policyFacts(family, graphId, document),
        comparableHash: await sha256Hex(comparableText(document)),
        capturedAt,
        requestId: policy.requestId,
      },
      document,
      secrets: secrets.value,
      client,
    },
  };
}

const SECRET_UNAVAILABLE = failed(
  "secret_unavailable",
  "Microsoft Graph does not tell one of the policy's encrypted values, so a backup would not be complete. Nothing was added.",
);

function readingResult(failure: GraphFailure, family: Family, missing: UnitResult): UnitResult {
  return failure.kind === "not_found" ? missing : graphFailureResult(failure, family, AGAIN);
}

/** Puts the payload into R2. Its row follows within the turn, well before an unreferenced payload may be freed. */
async function store({ item, document, secrets }: Reading, key: CaptureKey, { env }: UnitContext): Promise<NewItem> {
  const { hash, bytes } = await putPayload(env.ARTIFACTS, key.tenantId, canonicalText(document));
  const sealedSecrets = await sealItemSecrets(env, key, secrets);
  return { ...item, contentHash: hash, contentBytes: bytes, sealedSecrets };
}

/**
 * Whether the set holds the policy as it is now, by the one notion of sameness (decisions/073-one-notion-of-sameness.md). Equal hashes say so without a
 * reading. Sealed values are compared in clear: nothing promises that a reference changes with its value.
 */
async function isUnchanged(
  { item, document, secrets }: Reading,
  { tenantId, family }: CaptureKey,
  last: NonNullable<CaptureState["last"]>,
  env: TenantEnv,
): Promise<boolean> {
  if (last.comparableHash !== item.comparableHash) {
    const kept = await readPayload(env.ARTIFACTS, tenantId, last.contentHash);
    if (kept.kind !== "found" || !isSamePolicy(meaningRules(family), kept.document, document)) return false;
  }
  const kept = await openItemSecrets(env, { tenantId, itemId: last.id }, last.sealedSecrets);
  const references = Object.keys(secrets);
  return (
    kept !== null &&
    Object.keys(kept).length === references.length &&
    references.every((reference) => kept[reference] === secrets[reference])
  );
}

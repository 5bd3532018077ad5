/** One unit: a family of one tenant. Payloads first, then one transaction for all that lists and counters are made of. */
import { PARTLY_READ } from "../../contract/inventory.ts";
import { recordFailedReading } from "../../database/inventory/inventory-families.ts";
import { unreadableIds } from "../../database/inventory/unreadable-policies.ts";
import type { SeenPolicy } from "../../database/inventory/inventory-merge.ts";
import { readFamily, type UnreadablePolicy } from "../../graph/calls/family-reader.ts";
import { readAhead } from "../../graph/calls/read-ahead.ts";
import type { Family } from "../../graph/families/family.ts";
import type { GraphFailure } from "../../graph/calls/result.ts";
import { logEvent } from "../../observability/log.ts";
import type { RunUnitTask, UnitContext, UnitResult } from "../../runs/operation.ts";
import {
  connectionResult,
  failed,
  graphFailureResult,
  partlyReadMessage,
  type Unsuccessful,
  unreadReason,
  withinPatience,
} from "../../graph-work/failure-results.ts";
import { survivingStorageOutage } from "../../runs/storage-outage.ts";
import type { SharedWork } from "./shared-work.ts";
import { storePayloads } from "./store-payloads.ts";
import type { TenantDatabase } from "../../database/databases.ts";

const AGAIN = "Start the sync again later to read this family.";

/**
 * Reads the family and merges it. Idempotent: repeated in the same run it changes nothing more and gives the same counters.
 * Whatever goes wrong with the list leaves the family's policies as they were; a policy of it that cannot be read is named and stays
 * as it was last known, and all others are merged (decisions/111-one-unreadable-policy.md).
 *
 * D1: its share of what the claim's families read and write together (`shared-work.ts`), or one statement to record a failure. R2: one
 * write for each new content. Memory: two portions of documents, of which one is read while the other is stored, and the metadata
 * of all.
 */
export async function syncFamily(
  family: Family,
  task: RunUnitTask,
  context: UnitContext,
  shared: SharedWork,
): Promise<UnitResult> {
  const startedAt = context.now();
  const result = withinPatience(
    await survivingStorageOutage(task, AGAIN, () => read(family, task, context, shared)),
    task.deferrals,
  );
  logEvent(result.kind === "succeeded" ? "info" : "warn", "inventory_family_read", {
    runId: task.runId,
    tenantId: task.tenantId,
    family: family.key,
    outcome: result.kind,
    reasonCode: result.kind === "succeeded" ? null : result.reasonCode,
    items: result.kind === "succeeded" ? result.counters?.items : null,
    durationMs: context.now() - startedAt,
  });
  return result;
}

async function read(family: Family, task: RunUnitTask, context: UnitContext, shared: SharedWork): Promise<UnitResult> {
  const { DATABASE, ARTIFACTS } = context.env;
  const { tenantId } = task;
  const startedAt = context.now();
  // Both at once: neither needs the other.
  const [connecting, stored] = await Promise.all([shared.connect(), shared.storedHashes(family.key)]);
  if (connecting.kind !== "connected") return record(connectionResult(connecting), family, task, context);

  const reading = await shared.reading(async () => {
    const seen = new Map<string, SeenPolicy>();
    const unread = new Map<string, UnreadablePolicy>();
    for await (const portion of readAhead(readFamily(connecting.client, context.now, family))) {
      if (portion.kind !== "ok") return portion;
      for (const policy of portion.value.unreadable) {
        unread.set(policy.graphId.toWellFormed(), policy);
        seen.delete(policy.graphId);
      }
      for (const policy of await storePayloads(ARTIFACTS, tenantId, family, stored, portion.value.policies)) {
        seen.set(policy.graphId, policy);
        unread.delete(policy.graphId);
      }
    }
    return { kind: "read" as const, seen, unread };
  });
  if (reading.kind !== "read") return record(readingResult(reading, family), family, task, context);
  const { seen, unread } = reading;
  const passing = task.deferrals === 0 ? await newlyPassing(DATABASE, tenantId, family, unread) : null;
  if (passing !== null) return record(passing, family, task, context);

  const { counters, unacknowledged } = await shared.merge({
    family: family.key,
    startedAt,
    at: context.now(),
    policies: [...seen.values()],
    unread: [...unread].map(([graphId, { name, failure }]) => ({ graphId, name, ...unreadReason(failure, family) })),
  });
  if (unacknowledged.length === 0) return { kind: "succeeded", counters: { ...counters } };
  const message = partlyReadMessage(unacknowledged);
  return { kind: "failed", reasonCode: PARTLY_READ, message, counters: { ...counters } };
}

/**
 * A policy that disappears or fails for the moment may have been deleted while its family was read, or be there again in seconds. So the
 * family is read once more, unless that is known of the policy already. Null when there is no such policy.
 */
async function newlyPassing(
  database: TenantDatabase,
  tenantId: string,
  family: Family,
  unread: ReadonlyMap<string, UnreadablePolicy>,
): Promise<Unsuccessful | null> {
  const suspects = [...unread].filter(
    ([, { failure }]) => failure.kind === "not_found" || failure.kind === "transient",
  );
  if (suspects.length === 0) return null;
  const known = await unreadableIds(database, tenantId, family.key);
  const fresh = suspects.find(([graphId]) => !known.has(graphId));
  if (fresh === undefined) return null;
  const { message } = unreadReason(fresh[1].failure, family);
  return {
    kind: "deferred",
    delaySeconds: 10,
    reasonCode: "graph_unavailable",
    message: `“${fresh[1].name}” could not be read: ${message} ${AGAIN}`,
  };
}

function readingResult(failure: GraphFailure, family: Family): Unsuccessful {
  return failure.kind === "not_found"
    ? failed("family_unavailable", "Microsoft Graph does not offer this policy family in this tenant's cloud.")
    : graphFailureResult(failure, family, AGAIN);
}

/**
 * Records the reason with the family, so that its state says why it is not fresh. Interruptions are not recorded: they say
 * nothing about the family.
 */
async function record(
  result: Unsuccessful,
  family: Family,
  task: RunUnitTask,
  context: UnitContext,
): Promise<Unsuccessful> {
  if (result.reasonCode === "interrupted") return result;
  const { tenantId, runId } = task;
  const { reasonCode, message } = result;
  await recordFailedReading(context.env.DATABASE, {
    tenantId,
    runId,
    family: family.key,
    at: context.now(),
    reasonCode,
    message,
  });
  return result;
}

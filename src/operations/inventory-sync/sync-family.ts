/** One unit: a family of one tenant. Payloads first, then one transaction for all that lists and counters are made of. */
import { z } from "zod";
import { recordFailedReading } from "../../database/inventory-families.ts";
import { mergeFamily, readFamilyHashes, type SeenPolicy } from "../../database/inventory-merge.ts";
import { readFamily } from "../../graph/family-reader.ts";
import type { Family } from "../../graph/families/family.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import type { RunUnitTask, UnitContext, UnitResult } from "../operation.ts";
import { connectTenant, type Connecting } from "./connect.ts";
import { graphFailureResult, type Unsuccessful, withinPatience } from "./failure-results.ts";
import { storePayloads } from "./store-payloads.ts";

const STORAGE_DELAY_SECONDS = 10;

/**
 * Reads the family and merges it. Idempotent: repeated in the same run it changes nothing more and gives the same counters.
 * Whatever goes wrong before the last page is stored leaves the family's policies as they were.
 *
 * D1: the connection, the stored hashes, and one batch (`mergeFamily`), or one statement to record a failure. R2: one write
 * for each new content. Memory: one portion of documents, and the metadata of all.
 */
export async function syncFamily(family: Family, task: RunUnitTask, context: UnitContext): Promise<UnitResult> {
  const startedAt = context.now();
  const result = withinPatience(await withStorage(task, family, () => read(family, task, context)), task.deferrals);
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

async function read(family: Family, task: RunUnitTask, context: UnitContext): Promise<UnitResult> {
  const { DATABASE, ARTIFACTS } = context.env;
  const { tenantId, runId } = task;
  const startedAt = context.now();
  const connecting = await connectTenant(tenantId, context);
  if (connecting.kind !== "connected") return record(connectionResult(connecting), family, task, context);

  const stored = await readFamilyHashes(DATABASE, tenantId, family.key);
  const seen = new Map<string, SeenPolicy>();
  for await (const portion of readFamily(connecting.client, context.now, family)) {
    if (portion.kind !== "ok") return record(graphFailureResult(portion, family), family, task, context);
    for (const policy of await storePayloads(ARTIFACTS, tenantId, family, stored, portion.value))
      seen.set(policy.graphId, policy);
  }

  const counters = await mergeFamily(DATABASE, {
    tenantId,
    family: family.key,
    runId,
    startedAt,
    at: context.now(),
    policies: [...seen.values()],
  });
  return { kind: "succeeded", counters: { ...counters } };
}

/** Leaves the reason with the family, so that its state tells why it is not fresh. An interruption is no news of the family. */
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

function connectionResult(connecting: Exclude<Connecting, { kind: "connected" }>): Unsuccessful {
  switch (connecting.kind) {
    case "not_connected":
      return {
        kind: "failed",
        reasonCode: "not_connected",
        message: "This tenant is not connected to Microsoft Graph. Connect it, then retry.",
      };
    case "connection_unusable":
      return {
        kind: "failed",
        reasonCode: "connection_unusable",
        message:
          connecting.cause === "secret"
            ? "The tenant's stored client secret cannot be opened. Enter it again in the tenant's connection, then retry."
            : "The cloud of the tenant's connection is not available here. Correct the connection, then retry.",
      };
  }
}

/**
 * D1 and R2 fail now and then without anybody's fault: the unit tries again, as after an outage of Graph. They throw plain
 * errors; what only a bug throws goes on.
 */
async function withStorage(task: RunUnitTask, family: Family, work: () => Promise<UnitResult>): Promise<UnitResult> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError || error instanceof z.ZodError) throw error;
    logEvent("error", "inventory_storage_failed", {
      runId: task.runId,
      tenantId: task.tenantId,
      family: family.key,
      ...errorFields(error),
    });
    return {
      kind: "deferred",
      delaySeconds: STORAGE_DELAY_SECONDS,
      reasonCode: "storage_unavailable",
      message: "The inventory's storage did not answer. Start the sync again later.",
    };
  }
}

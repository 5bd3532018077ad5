/** Learns what the things that a policy refers to are called, so that the backup can name them when the tenant has them no more. */
import type { CaptureKey } from "../../database/backups/backup-capture.ts";
import { recordedNames, recordNames } from "../../database/backups/reference-names.ts";
import type { GraphClient } from "../../graph/calls/client.ts";
import { readReferenceNames } from "../../graph/calls/reference-names.ts";
import type { FamilyKey } from "../../graph/families.ts";
import { distinctReferences } from "../../graph/restore/references.ts";
import type { JsonObject } from "../../policies/json-value.ts";
import type { UnitContext } from "../../runs/operation.ts";

/** Things that one policy may make its unit ask for: 20 requests. A policy of more groups keeps the rest without names. */
const MAX_ASKED = 400;

/**
 * Keeps the names under the run, which asks for each once, whatever number of its policies refer to it; units that begin together may
 * ask for the same one. What Graph does not tell stays unknown and fails nothing. Durable when it resolves.
 *
 * D1: a query for a policy that refers to anything, and one batch when it is the first that refers to something. Graph: as
 * `readReferenceNames` says, for what the run has not asked for yet.
 */
export async function learnNames(
  client: GraphClient,
  { tenantId, backupSetId, runId }: CaptureKey,
  { family, document }: { family: FamilyKey; document: JsonObject },
  { env, now }: UnitContext,
): Promise<void> {
  const things = distinctReferences(family, document);
  if (things.length === 0) return;
  const atRun = things.map((thing) => ({ runId, ...thing }));
  const recorded = await recordedNames(env.DATABASE, tenantId, atRun);
  const unknown = atRun.filter((thing) => !recorded.has(thing));
  const names = await readReferenceNames(client, now, unknown.slice(0, MAX_ASKED));
  await recordNames(env.DATABASE, { tenantId, backupSetId, runId }, names);
}

/** A policy as people read it: labels and values, assignments with the names of what they name. */
import type { TenantAccess } from "../../access/guard.ts";
import { MAX_READABLE_ROWS, type ReadablePolicy } from "../../contract/readable-policy.ts";
import type { ReferenceKind } from "../../contract/restore.ts";
import { listPolicyBackups } from "../../database/backups/backup-set-items.ts";
import { recordedNames } from "../../database/backups/reference-names.ts";
import { knownPolicies, readPolicy, readPolicyVersion } from "../../database/inventory/policies.ts";
import { familyByKey, familyOfKind } from "../../graph/families.ts";
import { meaningRules } from "../../graph/policy-meaning.ts";
import { distinctReferences } from "../../graph/restore/references.ts";
import type { JsonObject } from "../../policies/json-value.ts";
import { readableAssignments } from "../../policies/readable-assignments.ts";
import { readableSettings } from "../../policies/readable-settings.ts";
import { orNotFound } from "../routing/requests.ts";
import type { ReadingEnv } from "../routing/served.ts";
import { readStored } from "./stored-content.ts";

/** Throws `not_found` for a policy or a version that is not there, and `content_unavailable`. Five queries at most. */
export async function readablePolicy(
  env: ReadingEnv,
  tenant: TenantAccess,
  policyId: string,
  version: number | undefined,
): Promise<ReadablePolicy> {
  const policy = orNotFound(await readPolicy(env.DATABASE, tenant.id, policyId));
  const versionNumber = version ?? policy.versionNumber;
  const stored = orNotFound(await readPolicyVersion(env.DATABASE, { tenantId: tenant.id, policyId, versionNumber }));
  const { document } = await readStored(env, tenant.id, stored.contentHash);
  const names = await namesIn(env, tenant, policy, document);
  const rules = meaningRules(policy.family);
  const rows = readableSettings(document, rules, (id) => names.ofId.get(id) ?? null);
  return {
    versionNumber,
    rows: rows.slice(0, MAX_READABLE_ROWS),
    rowsOmitted: Math.max(0, rows.length - MAX_READABLE_ROWS),
    assignments: readableAssignments(document, rules, (kind, id) => names.ofThing.get(keyOf(kind, id)) ?? null),
  };
}

interface Names {
  /** By kind and id. */
  ofThing: ReadonlyMap<string, string>;
  /** By the id alone: ids of Microsoft Graph that have a name are of one kind. */
  ofId: ReadonlyMap<string, string>;
}

const keyOf = (kind: ReferenceKind, id: string): string => JSON.stringify([kind, id]);

/** The inventory's names are newer than a backup's, and come first. */
async function namesIn(
  env: ReadingEnv,
  tenant: TenantAccess,
  policy: { id: string; family: string },
  document: JsonObject,
): Promise<Names> {
  const family = familyByKey(policy.family);
  const things = family === null ? [] : distinctReferences(family.key, document);
  if (things.length === 0) return { ofThing: new Map(), ofId: new Map() };
  const keys = things.flatMap(({ kind, id }) => {
    const owner = familyOfKind(kind);
    return owner === null ? [] : [{ family: owner.key, graphId: id }];
  });
  const known = await knownPolicies(env.DATABASE, tenant.id, keys);
  const inInventory = new Map(known.map(({ family: key, graphId, name }) => [JSON.stringify([key, graphId]), name]));
  const backups = tenant.capabilities.includes("backup.read")
    ? await listPolicyBackups(env.DATABASE, { tenantId: tenant.id, policyId: policy.id, cursor: null, limit: 1 })
    : { items: [] };
  const runId = backups.items[0]?.runId;
  const recorded = await recordedNames(
    env.DATABASE,
    tenant.id,
    runId === undefined ? [] : things.map((thing) => ({ ...thing, runId })),
  );
  const named = things.flatMap(({ kind, id }) => {
    const owner = familyOfKind(kind);
    const name =
      (owner === null ? undefined : inInventory.get(JSON.stringify([owner.key, id]))) ??
      (runId === undefined ? null : recorded.nameOf({ runId, kind, id }));
    return name === null ? [] : [{ kind, id, name }];
  });
  return {
    ofThing: new Map(named.map(({ kind, id, name }) => [keyOf(kind, id), name])),
    ofId: new Map(named.flatMap(({ kind, id, name }) => (SHORT_IDS.has(kind) ? [] : [[id, name] as const]))),
  };
}

/** Scope tags and contexts have ids such as "1" and "c1", which other values may equal. */
const SHORT_IDS: ReadonlySet<ReferenceKind> = new Set(["scopeTag", "authContext"]);

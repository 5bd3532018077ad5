/** What things that policies refer to are called in the tenant: asked by their ids, in batches. */
import { z } from "zod";
import type { ReferenceKind } from "../../contract/restore.ts";
import { GUID } from "../../policies/guid.ts";
import { isJsonObject } from "../../policies/json-value.ts";
import { familyOfKind } from "../families.ts";
import type { GraphVersion } from "../families/family.ts";
import { THINGS } from "../permissions/needs.ts";
import { nameOf } from "../policy-facts.ts";
import { readEach } from "./batch.ts";
import type { GraphClient } from "./client.ts";
import { ok, type GraphFailure, type GraphResult } from "./result.ts";

/**
 * Where things that are no policies are read one by one. Reading users and roles takes permissions that nothing else does.
 */
const THING_PATHS: Partial<Record<ReferenceKind, (id: string) => string>> = {
  group: (id) => `${THINGS.groups}/${id}?$select=id,displayName`,
  user: (id) => `${THINGS.users}/${id}?$select=id,displayName`,
  // A policy names an application by its own id, which is the same in all tenants.
  application: (id) => `${THINGS.servicePrincipals}(appId='${id}')?$select=appId,displayName`,
  servicePrincipal: (id) => `${THINGS.servicePrincipals}/${id}?$select=id,displayName`,
  directoryRole: (id) => `${THINGS.directoryRoles}/${id}?$select=id,displayName`,
  settingsTemplate: (id) => `${THINGS.templates}/${id}?$select=id,displayName`,
};

export interface ReferenceId {
  kind: ReferenceKind;
  id: string;
}

/** Whether the kind is read by `thingPath`. */
export function isThing(kind: ReferenceKind): boolean {
  return THING_PATHS[kind] !== undefined;
}

/** Where the thing is read, below the version; null for what cannot be its id, which Graph refuses to look for. */
export function thingPath(kind: ReferenceKind, id: string): string | null {
  return GUID.test(id) ? (THING_PATHS[kind]?.(id) ?? null) : null;
}

const thingSchema = z.object({ displayName: z.string().min(1) });

/** The name that Graph tells of a thing; null when it tells none. */
export function displayNameIn(answer: unknown): string | null {
  return thingSchema.safeParse(answer).data?.displayName ?? null;
}

/**
 * The names of the things; null for what the tenant does not have or Graph does not tell. Things that Graph had no
 * time for (throttling, the end of a budget) are left out, so that they can be asked for again. Users are not asked for.
 *
 * Never fails. Costs one request for every 20 things of a version of Graph.
 */
export async function readReferenceNames(
  client: GraphClient,
  now: () => number,
  things: readonly ReferenceId[],
): Promise<(ReferenceId & { name: string | null })[]> {
  const asked = things.map((thing) => ({ thing, address: addressOf(thing) }));
  const named: (ReferenceId & { name: string | null })[] = asked.flatMap(({ thing, address }) =>
    address === null ? [{ ...thing, name: null }] : [],
  );
  for (const version of ["v1.0", "beta"] as const) {
    const ofVersion = asked.flatMap(({ thing, address }) =>
      address?.version === version ? [{ thing, path: address.path }] : [],
    );
    if (ofVersion.length === 0) continue;
    const answers = await readEach(
      client,
      now,
      version,
      ofVersion.map(({ path }) => path),
    );
    if (answers.kind !== "ok" && mayBeAskedAgain(answers)) continue;
    for (const [index, { thing }] of ofVersion.entries()) {
      const answer: GraphResult<unknown> = answers.kind === "ok" ? (answers.value[index] ?? ok(null)) : answers;
      if (answer.kind !== "ok" && mayBeAskedAgain(answer)) continue;
      named.push({ ...thing, name: answer.kind === "ok" ? nameIn(thing.kind, answer.value) : null });
    }
  }
  return named;
}

function addressOf({ kind, id }: ReferenceId): { version: GraphVersion; path: string } | null {
  // Names of people do not go into backups.
  if (kind === "user") return null;
  if (isThing(kind)) {
    const path = thingPath(kind, id);
    return path === null ? null : { version: THINGS.version, path };
  }
  const family = familyOfKind(kind);
  if (family === null || !id.isWellFormed() || id === "." || id === "..") return null;
  const { version, path, meaning } = family;
  return { version, path: `${path}/${encodeURIComponent(id)}?$select=id,${meaning.nameProperty}` };
}

function nameIn(kind: ReferenceKind, answer: unknown): string | null {
  if (isThing(kind)) return displayNameIn(answer);
  const family = familyOfKind(kind);
  return family !== null && isJsonObject(answer) ? nameOf(family, answer) : null;
}

/** Whether Graph had no time, rather than nothing to tell. A fault that lasts through a batch's repetitions is an answer. */
function mayBeAskedAgain({ kind }: GraphFailure): boolean {
  return kind === "throttled" || kind === "over_budget" || kind === "aborted" || kind === "unauthorized";
}

import type { z } from "zod";
import type { UsedToken } from "../../access/api-tokens.ts";
import { authorizeTenant, type TenantAccess } from "../../access/guard.ts";
import {
  MAX_FOLLOWED,
  MAX_STANDARD_POLICIES,
  MAX_STANDARDS,
  type NewVersion,
  type Overlay,
  type Parameter,
  type ParameterValue,
  type StandardDetail,
  type StandardVersion,
} from "../../contract/standards.ts";
import { followingRoutes, standardRoutes } from "../../contract/routes/standards.ts";
import type { TenantDatabase, TenantEnv } from "../../database/databases.ts";
import { auditEventStatement } from "../../database/audit/audit-events.ts";
import { encodePolicyId } from "../../database/inventory/policy-id.ts";
import { changeFollowing, findFollowing, follow, stopFollowing } from "../../database/standards/followings.ts";
import { readHomeVersion } from "../../database/standards/home.ts";
import {
  changeStandard,
  createStandard,
  createVersion,
  findStandard,
  keysOfVersion,
  readSource,
  readStandard,
  type SourcePolicy,
  type VersionPolicy,
  versionPolicies,
} from "../../database/standards/standards.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import { familyByKey } from "../../graph/families.ts";
import { compareCodeUnits, rfc8785Text } from "../../policies/canonical-json.ts";
import { heldDocument, heldValues, holdsText, valueFault } from "../../standards/hold-for-tenant.ts";
import { valueAt } from "../../standards/places.ts";
import { eachOf } from "../../storage/each-of.ts";
import { readPayload } from "../../storage/payload-store.ts";
import { readShownFollowing } from "../reading/standards.ts";
import { ApiError } from "../routing/problems.ts";
import { invalidInput, orNotFound } from "../routing/requests.ts";
import { command, Reply } from "../routing/served.ts";

interface Field {
  path: string;
  message: string;
}

async function shown(env: TenantEnv, tenant: TenantAccess, standardId: string): Promise<StandardDetail> {
  return orNotFound(await readStandard(env.DATABASE, tenant.id, standardId));
}

export const standardCommands = {
  create: command(standardRoutes.create, async ({ env, tenant, user, body }) => {
    const id = `std_${crypto.randomUUID()}`;
    const act = { tenantId: tenant.id, actorId: user.id, at: Date.now() };
    if (!(await createStandard(env.DATABASE, act, id, body))) {
      throw new ApiError("too_many_standards", { detail: `The limit is ${MAX_STANDARDS}. Take one out of use` });
    }
    return new Reply(201, await shown(env, tenant, id), { location: `/api/tenants/${tenant.slug}/standards/${id}` });
  }),
  change: command(standardRoutes.change, async ({ env, tenant, user, params: { standardId }, body }) => {
    const act = { tenantId: tenant.id, actorId: user.id, at: Date.now() };
    orNotFound((await changeStandard(env.DATABASE, act, standardId, body)) ? true : null);
    return shown(env, tenant, standardId);
  }),
  addVersion: command(standardRoutes.addVersion, async ({ env, tenant, user, params: { standardId }, body }) => {
    if (!tenant.capabilities.includes("backup.read")) throw new ApiError("forbidden");
    const standard = orNotFound(await findStandard(env.DATABASE, tenant.id, standardId));
    const { source, policies } = await chosenPolicies(env.DATABASE, tenant.id, body);
    const keyed = await withKeys(env.DATABASE, { tenantId: tenant.id, standardId, newest: standard.newest }, policies);
    const fields = [
      ...defaultFaults(body.parameters),
      ...(await placeFaults(env, tenant.id, body.parameters, keyed)),
      ...(await textFaults(env, tenant.id, body.parameters, keyed)),
    ];
    if (fields.length > 0) throw invalidInput(fields);
    const act = { tenantId: tenant.id, actorId: user.id, at: Date.now() };
    const version = {
      ...body,
      standardId,
      number: (standard.newest ?? 0) + 1,
      source,
      policies: keyed,
      contentRoot: await contentRootOf(body, keyed),
    };
    if (!(await createVersion(env.DATABASE, act, version))) throw new ApiError("standard_changed");
    return new Reply(201, await shown(env, tenant, standardId));
  }),
};

/** What a version is made of: those of the source that were chosen, and that this version of the product knows how to write. */
async function chosenPolicies(
  database: TenantDatabase,
  tenantId: string,
  { source, policies }: NewVersion,
): Promise<{ source: StandardVersion["source"]; policies: SourcePolicy[] }> {
  const found = await readSource(database, tenantId, source, MAX_STANDARD_POLICIES + 1);
  if (found === null) {
    const what = source.kind === "baseline" ? "a sealed baseline" : "a backup set in service";
    throw invalidInput([{ path: "source.id", message: `is not ${what} of this tenant` }]);
  }
  const known = found.policies.filter(({ family }) => familyByKey(family) !== null);
  const byId = new Map(known.map((policy) => [encodePolicyId(policy), policy]));
  const strange = (policies ?? []).find((id) => !byId.has(id));
  if (strange !== undefined)
    throw invalidInput([{ path: "policies", message: "names a policy that the source does not have" }]);
  const chosen = policies === undefined ? known : known.filter((policy) => policies.includes(encodePolicyId(policy)));
  if (chosen.length === 0) throw invalidInput([{ path: "source.id", message: "holds no policy" }]);
  if (chosen.length > MAX_STANDARD_POLICIES)
    throw invalidInput([
      { path: "source.id", message: `holds more than ${MAX_STANDARD_POLICIES} policies: choose some of them` },
    ]);
  return { source: { ...source, name: found.name }, policies: chosen };
}

/** A policy keeps its key from version to version: by what it is in this tenant, else by name and type where that is one alone. */
async function withKeys(
  database: TenantDatabase,
  { tenantId, standardId, newest }: { tenantId: string; standardId: string; newest: number | null },
  policies: readonly SourcePolicy[],
): Promise<(SourcePolicy & { key: string })[]> {
  const before = newest === null ? [] : await keysOfVersion(database, { tenantId, standardId, number: newest });
  type Named = Pick<SourcePolicy, "family" | "name" | "odataType">;
  const idOf = ({ family, graphId }: Pick<SourcePolicy, "family" | "graphId">) => rfc8785Text([family, graphId]);
  const nameOf = ({ family, name, odataType }: Named) => rfc8785Text([family, name, odataType]);
  const byId = new Map(before.map((policy) => [idOf(policy), policy.key]));
  const byName = Map.groupBy(before, nameOf);
  const namesNow = Map.groupBy(policies, nameOf);
  const ids = new Set(policies.map(idOf));
  return Promise.all(
    policies.map(async (policy) => {
      const same = byId.get(idOf(policy));
      if (same !== undefined) return { ...policy, key: same };
      const [alike, ...more] = byName.get(nameOf(policy)) ?? [];
      const isAlone = more.length === 0 && namesNow.get(nameOf(policy))?.length === 1;
      if (alike !== undefined && isAlone && !ids.has(idOf(alike))) return { ...policy, key: alike.key };
      return { ...policy, key: `p_${(await sha256Hex(`${standardId} ${idOf(policy)}`)).slice(0, 16)}` };
    }),
  );
}

/** SHA-256 over what a version says: a line for its choices, and one for each policy, in the order of family and id. */
async function contentRootOf(
  { names, assignments, parameters }: NewVersion,
  policies: readonly (SourcePolicy & { key: string })[],
): Promise<string> {
  const head = rfc8785Text([names, assignments, parameters.map((parameter) => JSON.stringify(parameter))]);
  const lines = policies
    .map(({ family, graphId, name, contentHash }) => rfc8785Text([family, graphId, name, contentHash]))
    .toSorted(compareCodeUnits);
  return sha256Hex([head, ...lines].join("\n"));
}

function defaultFaults(parameters: readonly Parameter[]): Field[] {
  return parameters.flatMap((parameter, at) => {
    const fault = parameter.default === null ? null : valueFault(parameter, parameter.default);
    return fault === null ? [] : [{ path: `parameters.${at}.default`, message: fault }];
  });
}

/** Each place of a parameter has to be there, with a value that the parameter can replace. A reading of R2 for each policy that has one. */
async function placeFaults(
  env: TenantEnv,
  tenantId: string,
  parameters: readonly Parameter[],
  policies: readonly { key: string; contentHash: string }[],
): Promise<Field[]> {
  const places = parameters.flatMap(({ places: of = [] }, parameter) =>
    of.map(({ policy, pointer }, at) => ({ policy, pointer, path: `parameters.${parameter}.places.${at}` })),
  );
  const byPolicy = Map.groupBy(places, ({ policy }) => policy);
  const faults = await eachOf([...byPolicy], async ([key, ofPolicy]): Promise<Field[]> => {
    const policy = policies.find((each) => each.key === key);
    if (policy === undefined)
      return ofPolicy.map(({ path }) => ({
        path: `${path}.policy`,
        message: "is not the key of a policy of this version",
      }));
    const payload = await readPayload(env.ARTIFACTS, tenantId, policy.contentHash);
    return ofPolicy.flatMap(({ path, pointer }) => {
      const value = payload.kind === "found" ? valueAt(payload.document, pointer) : undefined;
      return value === undefined || (typeof value === "object" && value !== null)
        ? [{ path: `${path}.pointer`, message: "leads to no single value of the policy" }]
        : [];
    });
  });
  return faults.flat();
}

/** Policies that one request looks through for the texts of parameters: a reading of R2 each. */
const MAX_SEARCHED = 500;
const SEARCHED_AT_ONCE = 30;

/**
 * A text that stands nowhere would be asked for in each tenant, and change nothing. Told where all policies could be looked through; of a larger version it is not
 * known. Readings of R2 until each text was found, `MAX_SEARCHED` at most.
 */
async function textFaults(
  env: TenantEnv,
  tenantId: string,
  parameters: readonly Parameter[],
  policies: readonly { contentHash: string }[],
): Promise<Field[]> {
  const sought = new Map(
    parameters.flatMap(({ text }, at) => (text === undefined ? [] : [[`parameters.${at}.text`, text] as const])),
  );
  for (let from = 0; sought.size > 0 && from < policies.length; from += SEARCHED_AT_ONCE) {
    if (from >= MAX_SEARCHED) return [];
    const portion = policies.slice(from, from + SEARCHED_AT_ONCE);
    const read = await eachOf(portion, ({ contentHash }) => readPayload(env.ARTIFACTS, tenantId, contentHash));
    for (const payload of read) {
      // Nothing is said of what cannot be read.
      if (payload.kind !== "found") return [];
      for (const [path, text] of sought) if (holdsText(payload.document, text)) sought.delete(path);
    }
  }
  return [...sought.keys()].map((path) => ({ path, message: "stands in no policy of this version" }));
}

interface Chosen {
  parameters: Readonly<Record<string, ParameterValue>>;
  skipped: readonly string[];
  overlays: readonly Overlay[];
}

/** What is wrong with what a tenant chooses for a version. Parameters without a value are told when something is made of it. */
async function choiceFaults(
  env: TenantEnv,
  {
    home,
    homeTenantId,
    standardId,
    version,
  }: { home: TenantDatabase; homeTenantId: string; standardId: string; version: StandardVersion },
  { parameters, skipped, overlays }: Chosen,
): Promise<Field[]> {
  const known = await keysOfVersion(home, { tenantId: homeTenantId, standardId, number: version.number });
  const keys = new Set(known.map(({ key }) => key));
  const fields: Field[] = [];
  for (const [key, value] of Object.entries(parameters)) {
    const parameter = version.parameters.find((each) => each.key === key);
    const fault = parameter === undefined ? "is no parameter of this version" : valueFault(parameter, value);
    if (fault !== null) fields.push({ path: `parameters.${key}`, message: fault });
  }
  if (skipped.some((key) => !keys.has(key)))
    fields.push({ path: "skipped", message: "names a policy that the version does not have" });
  if (known.every(({ key }) => skipped.includes(key)))
    fields.push({ path: "skipped", message: "leaves nothing of the standard" });
  overlays.forEach(({ policy }, at) => {
    if (!keys.has(policy))
      fields.push({ path: `overlays.${at}.policy`, message: "is not the key of a policy of the version" });
  });
  if (fields.length > 0 || overlays.length === 0) return fields;
  const changed = new Set(overlays.map(({ policy }) => policy));
  const all = await versionPolicies(
    home,
    { tenantId: homeTenantId, standardId, number: version.number },
    { family: null, after: "", limit: MAX_STANDARD_POLICIES },
  );
  const { values } = heldValues(version.parameters, parameters);
  const faults = await eachOf(
    all.filter(({ key }) => changed.has(key)),
    async ({ key, contentHash }: VersionPolicy): Promise<Field[]> => {
      const payload = await readPayload(env.ARTIFACTS, homeTenantId, contentHash);
      if (payload.kind !== "found") return [];
      const held = heldDocument(payload.document, key, {
        parameters: version.parameters,
        values,
        overlays,
        directory: null,
      });
      if (held.kind === "held") return [];
      const at = overlays.findIndex(({ policy, pointer }) => policy === key && pointer === held.pointer);
      return [
        {
          path: at < 0 ? "parameters" : `overlays.${at}.pointer`,
          message: `leads to nothing in the policy: ${held.pointer}`,
        },
      ];
    },
  );
  return faults.flat();
}

/** The home tenant, as far as the caller may give what it keeps to another tenant. */
async function homeOf(
  env: TenantEnv,
  request: { userId: string; token: UsedToken | null; tenantIdOrSlug: string },
): Promise<TenantAccess> {
  const home = await authorizeTenant(env, { ...request, capability: "baseline.read" });
  if (home.kind === "not_found") throw invalidInput([{ path: "standard.tenant", message: "is not a tenant of yours" }]);
  if (home.kind === "forbidden" || !home.tenant.capabilities.includes("backup.read")) throw new ApiError("forbidden");
  return home.tenant;
}

type NewFollowingBody = z.output<(typeof followingRoutes)["follow"]["body"]>;

async function standardToFollow(
  env: TenantEnv,
  home: TenantAccess,
  { standard, version }: NewFollowingBody,
): Promise<NonNullable<Awaited<ReturnType<typeof readHomeVersion>>>> {
  const newest = await readHomeVersion(env, { homeTenantId: home.id, standardId: standard.id, number: version ?? 1 });
  if (newest === null)
    throw invalidInput([
      { path: version === undefined ? "standard.id" : "version", message: "is not a standard with such a version" },
    ]);
  if (version !== undefined || newest.newest === newest.version.number) return newest;
  return orNotFound(
    await readHomeVersion(env, { homeTenantId: home.id, standardId: standard.id, number: newest.newest }),
  );
}

export const followingCommands = {
  follow: command(followingRoutes.follow, async ({ env, tenant, user, token, body }) => {
    const home = await homeOf(env, { userId: user.id, token, tenantIdOrSlug: body.standard.tenant });
    const found = await standardToFollow(env, home, body);
    const standardId = body.standard.id;
    if (found.retired) throw invalidInput([{ path: "standard.id", message: "is out of use" }]);
    const fields = await choiceFaults(env, { ...found, homeTenantId: home.id, standardId }, body);
    if (fields.length > 0) throw invalidInput(fields);
    const id = `flw_${crypto.randomUUID()}`;
    const at = Date.now();
    const act = { tenantId: tenant.id, actorId: user.id, at };
    const chosen = { ...body, homeTenantId: home.id, standardId, standardName: found.name, version: found.version };
    const refused = await follow(env.DATABASE, act, id, chosen);
    if (refused === "followed_already") throw new ApiError("followed_already");
    if (refused === "too_many")
      throw new ApiError("too_many_followed", { detail: `The limit is ${MAX_FOLLOWED}. Stop following one` });
    if (home.id !== tenant.id) {
      await auditEventStatement(found.home, {
        tenantId: home.id,
        at,
        action: "standard.share",
        actorId: user.id,
        targetKind: "standard",
        targetId: standardId,
        detail: { name: found.name, version: found.version.number },
      }).run();
    }
    return new Reply(201, await readShownFollowing(env, tenant.id, user.id, id), {
      location: `/api/tenants/${tenant.slug}/followed-standards/${id}`,
    });
  }),
  change: command(followingRoutes.change, async ({ env, tenant, user, params: { followingId }, body }) => {
    const following = orNotFound(await findFollowing(env.DATABASE, tenant.id, followingId));
    const { homeTenantId, standardId } = following;
    const number = body.version ?? following.number;
    const found = await readHomeVersion(env, { homeTenantId, standardId, number });
    if (found === null) throw invalidInput([{ path: "version", message: "is not a version of the standard" }]);
    const all = await keysOfVersion(found.home, { tenantId: homeTenantId, standardId, number });
    const keys = new Set(all.map(({ key }) => key));
    const declared = new Set(found.version.parameters.map(({ key }) => key));
    // What a new version does not know any more is left out, where the request does not say otherwise.
    const skipped = body.skipped ?? following.skipped.filter((key) => keys.has(key));
    const overlays = body.overlays ?? following.overlays.filter(({ policy }) => keys.has(policy));
    const parameters =
      body.parameters ?? Object.fromEntries(Object.entries(following.parameters).filter(([key]) => declared.has(key)));
    const fields = await choiceFaults(env, { ...found, homeTenantId, standardId }, { parameters, skipped, overlays });
    if (fields.length > 0) throw invalidInput(fields);
    const act = { tenantId: tenant.id, actorId: user.id, at: Date.now() };
    const changed = await changeFollowing(env.DATABASE, act, followingId, {
      parameters,
      skipped,
      overlays,
      mapping: body.mapping,
      version: found.version,
      standardName: found.name,
      skippedCount: skipped.length,
    });
    orNotFound(changed ? true : null);
    return readShownFollowing(env, tenant.id, user.id, followingId);
  }),
  stop: command(followingRoutes.stop, async ({ env, tenant, user, params: { followingId } }) => {
    const act = { tenantId: tenant.id, actorId: user.id, at: Date.now() };
    orNotFound((await stopFollowing(env.DATABASE, act, followingId)) ? true : null);
    return { done: true as const };
  }),
};

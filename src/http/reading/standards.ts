/** Gold standards and the tenants that follow them, as the caller may see them. */
import type { Following } from "../../contract/standards.ts";
import { followingRoutes, standardRoutes } from "../../contract/routes/standards.ts";
import type { Capability } from "../../contract/access.ts";
import { type ControlEnv, databaseOfShard, type TenantDatabase } from "../../database/databases.ts";
import {
  listFollowers,
  listFollowings,
  type ReadFollowing,
  readFollowing,
} from "../../database/standards/followings.ts";
import { matchesOf, toMatch } from "../../database/standards/follow-content.ts";
import { homeDatabase, readHomeVersion } from "../../database/standards/home.ts";
import {
  findStandard,
  listStandardPolicies,
  listStandards,
  readStandard,
  readVersion,
} from "../../database/standards/standards.ts";
import { listPlacedMemberships } from "../../database/tenancy/tenants.ts";
import { mapPage } from "../../database/sql/cursor.ts";
import { orNotFound } from "../routing/requests.ts";
import { read } from "../routing/served.ts";

type Env = Pick<ControlEnv, "CONTROL" | "SHARDS">;

interface Mine {
  id: string;
  slug: string;
  name: string;
  shard: string;
  capabilities: readonly Capability[];
}

/** The caller's tenants in which they may read baselines. */
async function tenantsOf(env: Env, userId: string): Promise<{ mine: Mine[]; unread: number }> {
  const { items, unread } = await listPlacedMemberships(env, { userId, cursor: null, limit: null });
  return {
    mine: items.filter(({ capabilities }) => capabilities.includes("baseline.read")),
    unread: unread?.tenants ?? 0,
  };
}

/** With what the home tenant tells, and without its name for who does not belong to it. */
export async function shownFollowing(env: Env, mine: readonly Mine[], read: ReadFollowing): Promise<Following> {
  const { stored, ...following } = read;
  const { homeTenantId, standardId, standardName } = stored;
  const found = await readHomeVersion(env, stored);
  const home = mine.find(({ id }) => id === homeTenantId) ?? null;
  return {
    ...following,
    standard: {
      id: standardId,
      name: found?.name ?? standardName,
      home: home === null ? null : { id: home.id, slug: home.slug, name: home.name },
      newestVersion: found?.newest ?? null,
    },
    version: found === null ? null : versionForAll(found.version),
  };
}

/** Who made a version, and of what, is the home tenant's. */
function versionForAll({
  createdBy: _createdBy,
  source: _source,
  ...version
}: NonNullable<Awaited<ReturnType<typeof readVersion>>>): NonNullable<Following["version"]> {
  return version;
}

export async function readShownFollowing(
  env: Env & { DATABASE: TenantDatabase },
  tenantId: string,
  userId: string,
  followingId: string,
): Promise<Following> {
  const { mine } = await tenantsOf(env, userId);
  return shownFollowing(env, mine, orNotFound(await readFollowing(env.DATABASE, tenantId, followingId)));
}

export const standardReads = {
  list: read(
    standardRoutes.list,
    async ({ env, tenant, query }) => await listStandards(env.DATABASE, { tenantId: tenant.id, ...query }),
  ),
  show: read(standardRoutes.show, async ({ env, tenant, params }) =>
    orNotFound(await readStandard(env.DATABASE, tenant.id, params.standardId)),
  ),
  policies: read(standardRoutes.policies, async ({ env, tenant, params, query }) => {
    const { standardId } = params;
    const number = Number(params.number);
    orNotFound(await readVersion(env.DATABASE, tenant.id, standardId, number));
    return await listStandardPolicies(env.DATABASE, { tenantId: tenant.id, standardId, number, ...query });
  }),
  tenants: read(standardRoutes.tenants, async ({ env, tenant, user, params: { standardId } }) => {
    orNotFound(await findStandard(env.DATABASE, tenant.id, standardId));
    const { mine, unread } = await tenantsOf(env, user.id);
    const byShard = Map.groupBy(mine, ({ shard }) => shard);
    const followers = await Promise.all(
      [...byShard].map(([shard, ofShard]) =>
        listFollowers(
          databaseOfShard(env, shard),
          { homeTenantId: tenant.id, standardId },
          ofShard.map(({ id }) => id),
        ),
      ),
    );
    const shown = await Promise.all(
      followers.flat().map(async (following) => {
        const found = mine.find(({ id }) => id === following.stored.tenantId);
        if (found === undefined) throw new Error("a following is of no tenant of the caller");
        const { id, slug, name } = found;
        return { tenant: { id, slug, name }, following: await shownFollowing(env, mine, following) };
      }),
    );
    return {
      items: shown.toSorted((one, other) => one.tenant.name.localeCompare(other.tenant.name, "en")),
      nextCursor: null,
      tenantsUnread: unread,
    };
  }),
};

export const followingReads = {
  list: read(followingRoutes.list, async ({ env, tenant, user }) => {
    const { mine } = await tenantsOf(env, user.id);
    const followed = await listFollowings(env.DATABASE, tenant.id);
    return { items: await Promise.all(followed.map((each) => shownFollowing(env, mine, each))), nextCursor: null };
  }),
  show: read(
    followingRoutes.show,
    async ({ env, tenant, user, params }) => await readShownFollowing(env, tenant.id, user.id, params.followingId),
  ),
  policies: read(followingRoutes.policies, async ({ env, tenant, params, query }) => {
    const { stored } = orNotFound(await readFollowing(env.DATABASE, tenant.id, params.followingId));
    const { homeTenantId, standardId, number, skipped } = stored;
    const home = orNotFound(await homeDatabase(env, homeTenantId));
    const page = await listStandardPolicies(home, {
      tenantId: homeTenantId,
      standardId,
      number,
      family: null,
      ...query,
    });
    const matches = await matchesOf(env.DATABASE, tenant.id, stored.id);
    return mapPage(page, ({ contentHash: _contentHash, ...policy }) => {
      const match = matches.get(policy.key);
      const isSkipped = skipped.includes(policy.key);
      return { ...policy, skipped: isSkipped, match: match === undefined || isSkipped ? null : toMatch(match) };
    });
  }),
};

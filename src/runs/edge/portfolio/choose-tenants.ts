/** Which tenants a run over tenants is over: of those of a person, the chosen ones in which the person may start the operation. */
import { OPERATION_TYPES } from "../../../contract/operation-types.ts";
import { MAX_PORTFOLIO_TENANTS, type PortfolioType, type TenantSelection } from "../../../contract/portfolio.ts";
import { hasTag } from "../../../contract/tags.ts";
import { type ControlEnv, databaseOfShard } from "../../../database/databases.ts";
import { tenantsThatFollow } from "../../../database/standards/followings.ts";
import type { KnownReader } from "../../reading/portfolio-runs.ts";

export interface Choice {
  type: PortfolioType;
  /** The gold standard that it is about; null for most. Of all tenants, or those with a tag, only those that follow it are taken. */
  standardId: string | null;
  tenants: TenantSelection;
}

export type ChosenTenants =
  | { kind: "chosen"; tenantIds: string[] }
  /** A database does not answer: a list that is not whole would be taken for one. */
  | { kind: "unread" }
  /** The person may start it in none of them. */
  | { kind: "forbidden" }
  /** The place in the list of a name that is no tenant of the person. */
  | { kind: "not_yours"; at: number }
  | { kind: "no_such_tag" }
  | { kind: "none_follows" }
  | { kind: "too_many"; tenants: number };

/**
 * The ids of the chosen tenants, by name: so they are listed. A list is taken whole or refused; with `asFarAsAllowed`, what is left of it: a schedule outlives
 * tenants and memberships. One query for each database that has some of them, where it is about a standard.
 */
export async function chooseTenants(
  env: ControlEnv,
  { tenants, unread }: KnownReader,
  { type, standardId, tenants: selection }: Choice,
  { asFarAsAllowed }: { asFarAsAllowed: boolean },
): Promise<ChosenTenants> {
  if (unread > 0) return { kind: "unread" };
  const named = pick(tenants, selection, asFarAsAllowed);
  if ("kind" in named) return named;
  const { capability } = OPERATION_TYPES[type];
  const allowed = named.tenants.filter(({ capabilities }) => capabilities.includes(capability));
  const isListed = selection.kind === "list";
  if (allowed.length === 0 || (isListed && !asFarAsAllowed && allowed.length < named.tenants.length))
    return { kind: "forbidden" };
  const following = standardId === null || isListed ? allowed : await thatFollow(env, standardId, allowed);
  if (following.length === 0) return { kind: "none_follows" };
  if (following.length > MAX_PORTFOLIO_TENANTS) return { kind: "too_many", tenants: following.length };
  return { kind: "chosen", tenantIds: byName(following) };
}

type Tenants = KnownReader["tenants"];

function pick(
  tenants: Tenants,
  selection: TenantSelection,
  asFarAsAllowed: boolean,
): { tenants: Tenants } | Extract<ChosenTenants, { kind: "not_yours" | "no_such_tag" }> {
  switch (selection.kind) {
    case "all":
      return { tenants };
    case "tag": {
      const tagged = tenants.filter(({ tags }) => hasTag(tags, selection.tag));
      // Who has no tenant any more has lost the right, and not the tag.
      return tagged.length === 0 && tenants.length > 0 ? { kind: "no_such_tag" } : { tenants: tagged };
    }
    case "list": {
      const names = new Map(
        tenants.flatMap((tenant) => [[tenant.id, tenant] as const, [tenant.slug, tenant] as const]),
      );
      const found = selection.tenants.map((name) => names.get(name));
      const at = found.indexOf(undefined);
      if (at >= 0 && !asFarAsAllowed) return { kind: "not_yours", at };
      return { tenants: [...new Set(found)].filter((tenant) => tenant !== undefined) };
    }
  }
}

/** Of the tenants those that follow the standard. */
async function thatFollow(env: ControlEnv, standardId: string, tenants: Tenants): Promise<Tenants> {
  const byShard = Map.groupBy(tenants, ({ shard }) => shard);
  const following = await Promise.all(
    [...byShard].map(([shard, placed]) =>
      tenantsThatFollow(
        databaseOfShard(env, shard),
        standardId,
        placed.map(({ id }) => id),
      ),
    ),
  );
  const ids = new Set(following.flat());
  return tenants.filter(({ id }) => ids.has(id));
}

function byName(tenants: Tenants): string[] {
  return tenants.toSorted((one, other) => one.name.localeCompare(other.name, "en")).map(({ id }) => id);
}

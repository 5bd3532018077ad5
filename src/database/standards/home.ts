/** What a tenant that follows a standard asks of the tenant that keeps it: always by the standard's id, and never for whom. */
import type { StandardVersion } from "../../contract/standards.ts";
import { type ControlEnv, databaseOfShard, NoSuchTenantError, shardOf, type TenantDatabase } from "../databases.ts";
import { findStandard, readVersion } from "./standards.ts";

/** The database of the home tenant; null where there is no such tenant any more. One query. */
export async function homeDatabase(
  env: Pick<ControlEnv, "CONTROL" | "SHARDS">,
  homeTenantId: string,
): Promise<TenantDatabase | null> {
  try {
    return databaseOfShard(env, await shardOf(env, homeTenantId));
  } catch (error) {
    if (error instanceof NoSuchTenantError) return null;
    throw error;
  }
}

export interface HomeVersion {
  home: TenantDatabase;
  name: string;
  newest: number;
  /** Out of use: nobody begins to follow it. */
  retired: boolean;
  version: StandardVersion;
}

/** A version as its home tenant keeps it; null where the tenant, the standard or the version is not there. Three queries. */
export async function readHomeVersion(
  env: Pick<ControlEnv, "CONTROL" | "SHARDS">,
  { homeTenantId, standardId, number }: { homeTenantId: string; standardId: string; number: number },
): Promise<HomeVersion | null> {
  const home = await homeDatabase(env, homeTenantId);
  if (home === null) return null;
  const [standard, version] = await Promise.all([
    findStandard(home, homeTenantId, standardId),
    readVersion(home, homeTenantId, standardId, number),
  ]);
  if (standard === null || version === null || standard.newest === null) return null;
  return { home, name: standard.name, newest: standard.newest, retired: standard.retired, version };
}

import type { Permissions } from "../../contract/permissions.ts";
import { permissionRoutes } from "../../contract/routes/permissions.ts";
import { isoTime } from "../../database/sql/time.ts";
import {
  CHECK_LEASE_MS,
  type CheckedConnection,
  readPermissionCheck,
} from "../../database/tenancy/permission-checks.ts";
import { permissionReport } from "../../graph/permissions/permission-report.ts";
import { read } from "../routing/served.ts";
import type { TenantDatabase } from "../../database/databases.ts";

export const permissionReads = {
  show: read(permissionRoutes.show, ({ env, tenant, query: { connection } }) =>
    permissionsOf(env.DATABASE, { tenantId: tenant.id, purpose: connection }, Date.now()),
  ),
};

/** What is known of the permissions of a connection. One query. `now`: milliseconds since the epoch. */
export async function permissionsOf(
  database: TenantDatabase,
  connection: CheckedConnection,
  now: number,
): Promise<Permissions> {
  const stored = await readPermissionCheck(database, connection);
  if (stored === null) return { check: null, failure: null, checkingSince: null };
  const { findings, checkedAt, failure, failedAt, startedAt, endedAt } = stored;
  // A check that outlives its lease was cut off.
  const isUnderWay = endedAt === null && startedAt > now - CHECK_LEASE_MS;
  return {
    check: findings === null || checkedAt === null ? null : permissionReport(findings, isoTime(checkedAt)),
    failure: failure === null || failedAt === null ? null : { ...failure, at: isoTime(failedAt) },
    checkingSince: isUnderWay ? isoTime(startedAt) : null,
  };
}

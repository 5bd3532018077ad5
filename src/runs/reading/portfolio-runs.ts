/**
 * Runs over tenants as one person sees them: their tenants that the person may see, and nothing that tells of others. D1 alone. Who may see all
 * tenants of a run sees what its ledger counts; for all others the tenants that they see are counted, and judged as a run of these alone would be.
 */
import type { Capability } from "../../contract/access.ts";
import { portfolioRunAddress } from "../../contract/console-addresses.ts";
import { OPERATION_TYPES } from "../../contract/operation-types.ts";
import {
  PORTFOLIO_OPERATION,
  portfolioLabel,
  type PortfolioRun,
  type PortfolioState,
  type PortfolioTenant,
} from "../../contract/portfolio.ts";
import { type ControlEnv, databaseOfShard } from "../../database/databases.ts";
import {
  countSeen,
  findPortfolioRun,
  findPortfolioRuns,
  listPortfolioRows,
  listSeenTenants,
  type PortfolioRow,
  type PortfolioTenantRow,
  type Reader,
  type SeenCounts,
} from "../../database/portfolio/portfolio-reading.ts";
import { listPlacedMemberships } from "../../database/tenancy/tenants.ts";
import { mapPage, type Page } from "../../database/sql/cursor.ts";
import { isoTimeOrNull } from "../../database/sql/time.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { type ProjectionRow, presentRun } from "../facts/projection-row.ts";
import { outcomeOfCounts, type Run } from "../../contract/runs.ts";
import { readRunRowsAcross } from "../../database/runs/operation-runs.ts";
import { present as presentOne } from "./run-reader.ts";
import type { PlacedTenant } from "./standings.ts";

type Env = Pick<ControlEnv, "CONTROL" | "SHARDS">;

/** A person with the tenants that they have now. */
export interface PortfolioReader {
  userId: string;
  tenants: readonly PlacedTenant[];
}

/** A reader, and of how many tenants it is not known whether they are theirs. */
export type KnownReader = PortfolioReader & { unread: number };

/** A person with their tenants of now. One query, and one for each database that has some of them. */
export async function readPortfolioReader(env: Env, userId: string): Promise<KnownReader> {
  const { items, unread } = await listPlacedMemberships(env, { userId, cursor: null, limit: null });
  return { userId, tenants: items, unread: unread?.tenants ?? 0 };
}

/** A run with what the reader may see of it, and do to it. */
export interface SeenRun {
  whole: PortfolioRow;
  counts: SeenCounts;
  mayControl: boolean;
  run: PortfolioRun;
}

function readerOf({ userId, tenants }: PortfolioReader): Reader {
  return { userId, visible: idsWith(tenants, "operations.read") };
}

function idsWith(tenants: readonly PlacedTenant[], capability: Capability): string[] {
  return tenants.flatMap(({ id, capabilities }) => (capabilities.includes(capability) ? [id] : []));
}

/** Null for a run of which the reader may see nothing: as for one that never was. Two queries. */
export async function readPortfolioRun(env: Env, reader: PortfolioReader, runId: string): Promise<SeenRun | null> {
  const found = await findPortfolioRun(env.CONTROL, runId);
  if (found === null) return null;
  const counts = (await countSeen(env.CONTROL, readerOf(reader), [runId])).get(runId);
  return counts === undefined || counts.seen === 0 ? null : see(found, counts, reader);
}

/** Several, by their ids, as the reader may see them; those of which they may see nothing are left out. Two queries. */
export async function readPortfolioRuns(
  env: Env,
  reader: PortfolioReader,
  ids: readonly string[],
): Promise<Map<string, PortfolioRun>> {
  if (ids.length === 0) return new Map();
  const [found, counts] = await Promise.all([
    findPortfolioRuns(env.CONTROL, ids),
    countSeen(env.CONTROL, readerOf(reader), ids),
  ]);
  return new Map(
    found.flatMap((whole) => {
      const { id } = whole.row;
      const seen = counts.get(id);
      return seen === undefined || seen.seen === 0 ? [] : [[id, see(whole, seen, reader).run] as const];
    }),
  );
}

export async function listPortfolioRuns(
  env: Env,
  reader: PortfolioReader,
  request: { state?: "active" | "finished" | undefined; cursor: string | null; limit: number },
): Promise<Page<PortfolioRun>> {
  const page = await listPortfolioRows(env.CONTROL, readerOf(reader), request);
  const ids = page.items.map(({ row }) => row.id);
  const counts = await countSeen(env.CONTROL, readerOf(reader), ids);
  return {
    nextCursor: page.nextCursor,
    items: page.items.flatMap((found) => {
      const seen = counts.get(found.row.id);
      return seen === undefined || seen.seen === 0 ? [] : [see(found, seen, reader).run];
    }),
  };
}

/** What a reader sees of a run. */
export function see(whole: PortfolioRow, counts: SeenCounts, { userId, tenants }: PortfolioReader): SeenRun {
  const { type } = whole;
  const row = counts.seen === counts.all ? whole.row : asSeen(whole.row, counts);
  const mayStart = new Set(idsWith(tenants, OPERATION_TYPES[type].capability));
  const mayCancel = new Set(idsWith(tenants, "operations.cancel"));
  const mayControl =
    whole.starterId === userId || (counts.seen === counts.all && counts.open.every((id) => mayCancel.has(id)));
  const retryable = counts.retryable.filter((id) => mayStart.has(id)).length;
  const chosen = whole.starterId === userId ? whole.chosen : null;
  return { whole, counts, mayControl, run: present(row, whole, { chosen, mayControl, retryable }) };
}

/** The run as it would be if its tenants were only those that the reader sees. */
function asSeen(row: ProjectionRow, { seen, verdicts, lastEndedAt }: SeenCounts): ProjectionRow {
  const { succeeded, failed, skipped } = verdicts;
  const processed = succeeded + failed + skipped;
  const summaryCounts = row.sealed ? { total: seen, processed, succeeded, failed, skipped } : {};
  if (processed === seen) {
    const outcome = outcomeOfCounts(seen, failed);
    const completedAt = lastEndedAt ?? row.completedAt;
    return {
      ...row,
      // oxlint-disable-next-line tenantatlas/completion -- what a reader sees of it: nothing is stored, and the run itself goes on
      status: "completed",
      outcome,
      failure: null,
      pause: null,
      sealed: true,
      completedAt,
      summaryCounts,
    };
  }
  // Of a run that was stopped, what the reader sees was stopped too.
  return { ...row, summaryCounts };
}

function present(
  row: ProjectionRow,
  { type }: PortfolioRow,
  mine: Pick<PortfolioRun, "chosen" | "mayControl" | "retryable">,
): PortfolioRun {
  const { run, anomaly } = presentRun(row, "", PORTFOLIO_OPERATION);
  if (anomaly !== null) logEvent("error", "progress_anomaly", { runId: row.id, anomaly });
  const { id, status, outcome, progress, pause, summaryCounts, failure, initiator, retryOf } = run;
  const { createdAt, startedAt, completedAt } = run;
  return {
    id,
    type,
    label: portfolioLabel(type),
    status,
    outcome,
    progress,
    pause,
    summaryCounts,
    failure,
    initiator,
    retryOf,
    createdAt,
    startedAt,
    completedAt,
    ...mine,
    href: portfolioRunAddress(id),
  };
}

/** The tenants of a run that the reader may see, each with its operation as it is now. One query, and one for each shard of the page. */
export async function listPortfolioTenants(
  env: Env,
  reader: PortfolioReader,
  seen: SeenRun,
  request: { state: PortfolioState | null; cursor: string | null; limit: number },
): Promise<Page<PortfolioTenant>> {
  const { row } = seen.whole;
  const page = await listSeenTenants(env.CONTROL, readerOf(reader), { runId: row.id, ...request });
  const children = await readChildren(env, reader, page.items);
  const tenants = new Map(reader.tenants.map((tenant) => [tenant.id, tenant]));
  return mapPage(page, (each): PortfolioTenant => {
    const tenant = each.tenantId === null ? undefined : tenants.get(each.tenantId);
    const { outcome, reasonCode, message, own } = each;
    return {
      tenant: tenant === undefined ? null : { id: tenant.id, slug: tenant.slug, name: tenant.name },
      state: stateOf(each, row.status === "completed"),
      reason:
        outcome === null || outcome === "succeeded" || reasonCode === null
          ? null
          : { code: reasonCode, message: message ?? "" },
      run: each.childId === null ? null : (children.get(each.childId) ?? null),
      joined: own === false,
      startedAt: isoTimeOrNull(each.startedAt),
      endedAt: isoTimeOrNull(each.endedAt),
    };
  });
}

function stateOf({ outcome, startedAt }: PortfolioTenantRow, over: boolean): PortfolioState {
  if (outcome !== null) return outcome;
  if (over) return startedAt === null ? "not_reached" : "canceled";
  return startedAt === null ? "waiting" : "running";
}

/** The operations of some tenants of a run, by their ids. Of a shard that does not answer, none. */
async function readChildren(
  env: Env,
  { tenants }: PortfolioReader,
  rows: readonly PortfolioTenantRow[],
): Promise<Map<string, Run>> {
  const placed = new Map(tenants.map((tenant) => [tenant.id, tenant]));
  const wanted = rows.flatMap(({ tenantId, childId }) => {
    const tenant = tenantId === null ? undefined : placed.get(tenantId);
    return tenant === undefined || childId === null ? [] : [{ tenant, childId }];
  });
  const found = new Map<string, Run>();
  await Promise.all(
    [...Map.groupBy(wanted, ({ tenant }) => tenant.shard)].map(async ([shard, those]) => {
      try {
        const slugs = new Map(those.map(({ tenant, childId }) => [`${tenant.id}/${childId}`, tenant.slug]));
        const ids = those.map(({ childId }) => childId);
        for (const row of await readRunRowsAcross(databaseOfShard(env, shard), ids)) {
          const slug = slugs.get(`${row.tenantId}/${row.id}`);
          if (slug !== undefined) found.set(row.id, presentOne(row, slug));
        }
      } catch (error) {
        logEvent("error", "shard_unread", { shard, ...errorFields(error) });
      }
    }),
  );
  return found;
}

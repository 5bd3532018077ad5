/** The facts of the checklist, from what the tenant's own pages read. A browser that has seen all of it done asks no more. */
import { type InfiniteData, useInfiniteQuery, type UseInfiniteQueryResult, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Tenant } from "../../contract/access.ts";
import { listedItems } from "../api/listed-items.ts";
import { mapTold, type Told } from "../api/told.ts";
import { useTold } from "../api/use-told.ts";
import { backupSetsQuery } from "../backups/queries.ts";
import { baselinesQuery } from "../baselines/queries.ts";
import { keepText, keptText } from "../components/kept-text.ts";
import { connectionsQuery } from "../connection/queries.ts";
import { snapshotsQuery } from "../evidence/queries.ts";
import { familiesQuery } from "../inventory/queries.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import {
  type Checklist,
  checklistOf,
  hasBackup,
  hasBaseline,
  hasEvidence,
  isConnected,
  isSynced,
  type ReadSoFar,
} from "./first-steps.ts";
import { FIRST_STEPS_DONE, FIRST_STEPS_KEY } from "./kept-first-steps.ts";

/** Null where the checklist was done already. */
export function useFirstSteps(): Checklist | null {
  const tenant = useTenant();
  const key = FIRST_STEPS_KEY + tenant.slug;
  const [wasDone] = useState(() => keptText(key) === FIRST_STEPS_DONE);
  const checklist = useChecklist(tenant, !wasDone);
  const isDone = checklist.state === "done";
  useEffect(() => {
    if (isDone) keepText(key, FIRST_STEPS_DONE);
  }, [isDone, key]);
  return wasDone ? null : checklist;
}

function useChecklist(tenant: Tenant, wanted: boolean): Checklist {
  const reads = {
    inventory: useCan("inventory.read"),
    backups: useCan("backup.read"),
    baselines: useCan("baseline.read"),
    evidence: useCan("evidence.read"),
  };
  const connections = useTold(useQuery({ ...connectionsQuery(tenant), enabled: wanted }));
  const families = useTold(useQuery({ ...familiesQuery(tenant), enabled: wanted && reads.inventory }));
  const sets = useListTold(useInfiniteQuery({ ...backupSetsQuery(tenant, {}), enabled: wanted && reads.backups }));
  const baselines = useListTold(useInfiniteQuery({ ...baselinesQuery(tenant), enabled: wanted && reads.baselines }));
  const snapshots = useListTold(useInfiniteQuery({ ...snapshotsQuery(tenant), enabled: wanted && reads.evidence }));
  return checklistOf({
    connect: mapTold(connections, isConnected),
    sync: reads.inventory ? mapTold(families, ({ items }) => isSynced(items)) : null,
    backUp: reads.backups ? hasBackup(sets) : null,
    baseline: reads.baselines ? hasBaseline(baselines) : null,
    evidence: reads.evidence ? hasEvidence(snapshots) : null,
  });
}

/** What a list tells that is read page by page. */
function useListTold<Item>(
  query: UseInfiniteQueryResult<InfiniteData<{ items: Item[]; nextCursor: string | null }>>,
): Told<ReadSoFar<Item>> {
  const items = listedItems(query);
  return useTold({
    data: items === undefined ? undefined : { items, complete: !query.hasNextPage },
    error: query.error,
    dataUpdatedAt: query.dataUpdatedAt,
  });
}

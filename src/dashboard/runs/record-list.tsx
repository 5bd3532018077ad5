/** Records that runs make, as rows, newest first. A record under way is the row of its run, with the run's progress. */
import type { ReactNode } from "react";
import type { Run } from "../../contract/runs.ts";
import { listedItems, type ListQuery } from "../api/listed-items.ts";
import { AppLink } from "../components/app-link.tsx";
import { LoadMore } from "../components/load-more.tsx";
import { NotLoaded } from "../components/states.tsx";
import { Rows } from "../keys/rows.tsx";
import { Initiated } from "./initiated.tsx";
import { RunProgress } from "./run-progress.tsx";
import { RunStatusBadge } from "./run-status.tsx";

interface RecordListProps<Item> {
  query: ListQuery<Item>;
  /** The runs under way that make such records. The record of a run may not exist yet. */
  active: readonly Run[];
  /** What the row of a run under way is called. */
  activeTitle: (run: Run) => string;
  renderRow: (record: Item) => ReactNode;
  /** Stands in place of the rows when there are none. */
  empty: ReactNode;
  loadMore: string;
}

export function RecordList<Item extends { id: string; runId: string }>(props: RecordListProps<Item>) {
  const { query, active, activeTitle, renderRow, empty, loadMore } = props;
  const underWay = new Set(active.map(({ id }) => id));
  const records = listedItems(query)?.filter(({ runId }) => !underWay.has(runId));
  return (
    <>
      {active.length > 0 || (records !== undefined && records.length > 0) ? (
        <Rows className="divide-y divide-kumo-line">
          {active.map((run) => (
            <li key={run.id}>
              <RecordRow
                title={activeTitle(run)}
                href={run.href}
                initiator={run.initiator}
                at={run.createdAt}
                state={<RunStatusBadge run={run} />}
              >
                <RunProgress run={run} bars="any" />
              </RecordRow>
            </li>
          ))}
          {records?.map((record) => (
            <li key={record.id}>{renderRow(record)}</li>
          ))}
        </Rows>
      ) : records !== undefined ? (
        empty
      ) : null}
      {records === undefined ? (
        <NotLoaded lines={5} lineHeight="h-9" error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      <LoadMore query={query} label={loadMore} />
    </>
  );
}

interface RecordRowProps {
  title: string;
  /** Null for a record without a page. */
  href: string | null;
  initiator: { name: string } | null;
  at: string;
  /** What the record holds. */
  children: ReactNode;
  /** Where the record stands: a badge, or what can be done with it. */
  state: ReactNode;
}

export function RecordRow({ title, href, initiator, at, children, state }: RecordRowProps) {
  return (
    <div className="grid gap-x-6 gap-y-1.5 px-4 py-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1.3fr)_9rem] sm:items-center">
      <div className="min-w-0">
        {href === null ? (
          <p className="font-medium tabular">{title}</p>
        ) : (
          <AppLink href={href} className="font-medium [overflow-wrap:anywhere] tabular hover:underline">
            {title}
          </AppLink>
        )}
        <Initiated by={initiator} at={at} />
      </div>
      <div className="min-w-0">{children}</div>
      <div className="sm:justify-self-end">{state}</div>
    </div>
  );
}

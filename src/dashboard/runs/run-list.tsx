/** Runs as rows: what, where it stands, who, when. */
import type { Run } from "../../contract/runs.ts";
import { AppLink } from "../components/app-link.tsx";
import { Rows } from "../keys/rows.tsx";
import { Initiated } from "./initiated.tsx";
import { RunProgress } from "./run-progress.tsx";
import { RunStatusBadge } from "./run-status.tsx";
import { RunSubject } from "./run-subject.tsx";

/** A run of a tenant; or one over tenants, which has no subject beside its label. */
type Row = Pick<
  Run,
  | "id"
  | "href"
  | "label"
  | "status"
  | "outcome"
  | "progress"
  | "pause"
  | "initiator"
  | "createdAt"
  | "completedAt"
  | "failure"
> &
  Partial<Pick<Run, "subject">>;

export function RunList({ runs }: { runs: readonly Row[] }) {
  return (
    <Rows className="divide-y divide-kumo-line">
      {runs.map((run) => (
        <li
          key={run.id}
          className="grid gap-x-6 gap-y-1.5 px-4 py-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)_9.5rem] sm:items-center"
        >
          <div className="flex min-w-0 flex-wrap items-center justify-between gap-x-2 sm:block">
            <AppLink href={run.href} className="font-medium hover:underline">
              {run.label}
            </AppLink>
            <RunSubject subject={run.subject ?? null} />
            <Initiated by={run.initiator} at={run.completedAt ?? run.createdAt} />
          </div>
          <div className="min-w-0">
            <RunProgress run={run} bars="counted" />
            {run.failure === null ? null : (
              <p className="mt-0.5 line-clamp-2 text-xs text-kumo-subtle">{run.failure.message}</p>
            )}
          </div>
          <div className="sm:justify-self-end">
            <RunStatusBadge run={run} />
          </div>
        </li>
      ))}
    </Rows>
  );
}

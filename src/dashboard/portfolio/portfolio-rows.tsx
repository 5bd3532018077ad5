/** Runs over tenants as rows. */
import type { PortfolioRun } from "../../contract/portfolio.ts";
import { AppLink } from "../components/app-link.tsx";
import { Rows } from "../keys/rows.tsx";
import { Initiated } from "../runs/initiated.tsx";
import { RunProgress } from "../runs/run-progress.tsx";
import { RunStatusBadge } from "../runs/run-status.tsx";

export function PortfolioRows({ runs }: { runs: readonly PortfolioRun[] }) {
  return (
    <Rows className="divide-y divide-kumo-line">
      {runs.map((run) => (
        <li
          key={run.id}
          className="grid gap-x-6 gap-y-1.5 px-4 py-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)_9.5rem] sm:items-center"
        >
          <div className="min-w-0">
            <AppLink href={run.href} className="font-medium hover:underline">
              {run.label}
            </AppLink>
            <Initiated by={run.initiator} at={run.completedAt ?? run.createdAt} />
          </div>
          <div className="min-w-0">
            <RunProgress run={run} bars="counted" />
          </div>
          <div className="sm:justify-self-end">
            <RunStatusBadge run={run} />
          </div>
        </li>
      ))}
    </Rows>
  );
}

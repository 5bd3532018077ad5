import type { Run } from "../../contract/runs.ts";
import { AppLink } from "../components/app-link.tsx";
import { RunProgress } from "./run-progress.tsx";
import { RunStatusBadge } from "./run-status.tsx";
import { RunSubject } from "./run-subject.tsx";

/** What runs, where it stands, and its progress. */
export function RunSummary({ run, bars }: { run: Run; bars: "counted" | "any" }) {
  return (
    <>
      <div className="mb-1.5 flex items-center justify-between gap-2">
        <AppLink href={run.href} className="font-medium hover:underline">
          {run.label}
        </AppLink>
        <RunStatusBadge run={run} />
      </div>
      <RunSubject subject={run.subject} />
      <RunProgress run={run} bars={bars} />
    </>
  );
}

/** A run that was started from this page, followed live, in place. Its own page tells the rest. */
import { Button } from "../components/button.tsx";
import { XIcon } from "@phosphor-icons/react/X";
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { Run } from "../../contract/runs.ts";
import { AppLink } from "../components/app-link.tsx";
import { NotLoaded } from "../components/states.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { resultLinkText } from "./operation-types.ts";
import { runQuery } from "./queries.ts";
import { RunProgress } from "./run-progress.tsx";
import { RunStatusBadge } from "./run-status.tsx";
import { useRun } from "./run-store.ts";
import { RunSubject } from "./run-subject.tsx";

interface FollowedRunProps {
  runId: string;
  onDismiss?: () => void;
  /** Called when the run ends while the page follows it, not for a run that was over when the page opened. */
  onFinished?: (run: Run) => void;
}

export function FollowedRun({ runId, onDismiss, onFinished }: FollowedRunProps) {
  const tenant = useTenant();
  const query = useQuery(runQuery(tenant, runId));
  const known = useRun(runId);
  // A run of another tenant may be in the store from before; it does not exist under this address.
  const run = known?.tenantId === tenant.id ? known : undefined;
  useFinish(run, onFinished);
  // A page does not offer to open itself.
  const here = useLocation({ select: ({ pathname }) => pathname });
  return (
    <section aria-label="Operation" className="rounded-lg bg-kumo-base p-4 ring ring-kumo-line">
      {run === undefined ? (
        <NotLoaded lines={2} error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <>
          <div className="mb-2 flex items-center gap-2">
            <AppLink href={run.href} className="font-medium hover:underline">
              {run.label}
            </AppLink>
            <RunStatusBadge run={run} />
            {onDismiss && run.status === "completed" ? (
              <Button
                variant="ghost"
                shape="square"
                size="sm"
                icon={XIcon}
                aria-label="Dismiss this operation"
                className="ml-auto"
                onClick={onDismiss}
              />
            ) : null}
          </div>
          <RunSubject subject={run.subject} />
          <RunProgress run={run} bars="any" />
          {run.failure === null ? null : <p className="mt-1.5 text-kumo-danger">{run.failure.message}</p>}
          <p className="mt-2 flex flex-wrap gap-x-4 gap-y-1">
            {run.result === null || run.result.href === here ? null : (
              <AppLink href={run.result.href} className="font-medium text-kumo-link underline underline-offset-2">
                {resultLinkText(run.result.kind)}
              </AppLink>
            )}
            <AppLink href={run.href}>Open the operation</AppLink>
          </p>
        </>
      )}
    </section>
  );
}

function useFinish(run: Run | undefined, onFinished: ((run: Run) => void) | undefined): void {
  const wasActive = useRef<string | null>(null);
  useEffect(() => {
    if (run === undefined) return;
    if (run.status !== "completed") wasActive.current = run.id;
    else if (wasActive.current === run.id) {
      wasActive.current = null;
      onFinished?.(run);
    }
  }, [run, onFinished]);
}

/** The canonical page of a run: where it stands, what came of it, what did not succeed, and what can be done. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PAGES, runAddress } from "../../contract/console-addresses.ts";
import { groupDigits } from "../../contract/progress.ts";
import type { Run, RunDetail } from "../../contract/runs.ts";
import { AppLink } from "../components/app-link.tsx";
import { Page, Section, Trail } from "../components/page.tsx";
import { durationText } from "../components/relative-time.ts";
import { NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { AbsoluteTime, Time } from "../components/time.tsx";
import { RestoreApprovals } from "../restore/restore-approvals.tsx";
import { RestoreResults } from "../restore/restore-results.tsx";
import { UndoRestore } from "../restore/undo-restore.tsx";
import type { AskAhead } from "../shell/ahead.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { resultLinkText } from "./operation-types.ts";
import { runQuery } from "./queries.ts";
import { RunAllUnits } from "./run-all-units.tsx";
import { RunActions } from "./run-actions.tsx";
import { RunDiagnostics } from "./run-diagnostics.tsx";
import { RunNotReached } from "./run-not-reached.tsx";
import { RunProgress } from "./run-progress.tsx";
import { RunResults } from "./run-results.tsx";
import { RunStatusBadge, runStatusWord } from "./run-status.tsx";
import { useRun } from "./run-store.ts";
import { RunTimeline } from "./run-timeline.tsx";
import { RunUnits } from "./run-units.tsx";
import { RunWaits } from "./run-waits.tsx";

export const ASK_AHEAD: AskAhead = (ahead, tenant, holeOf) => ahead.one(runQuery(tenant, holeOf("runId")));

export function RunPage() {
  const tenant = useTenant();
  const { runId } = useParams({ from: PAGES.run });
  const query = useQuery(runQuery(tenant, runId));
  const known = useRun(runId);
  // A run of another tenant may be in the store from before; it does not exist under this address.
  const run = known?.tenantId === tenant.id ? known : undefined;

  if (run === undefined) {
    return (
      <Page title="Operation" documentTitle="Operation">
        <div className="rounded-lg bg-kumo-base ring ring-kumo-line">
          <NotLoaded lines={6} error={query.error} onRetry={() => void query.refetch()} />
        </div>
      </Page>
    );
  }

  const cure = query.data?.curedBy ?? null;
  return (
    <Page
      title={run.subject === null ? run.label : `${run.label}: ${run.subject}`}
      documentTitle={`${runStatusWord(run)}: ${run.label}${run.subject === null ? "" : `, ${run.subject}`}`}
      description={
        <>
          <p className="flex flex-wrap items-center gap-x-2">
            <Trail>
              <TextLink to={PAGES.operations} params={{ slug: tenant.slug }}>
                Operations
              </TextLink>
            </Trail>
            <span>
              Started by {run.initiator === null ? "the system" : run.initiator.name} <Time at={run.createdAt} />
            </span>
            {query.data === undefined || query.data.schedule === null ? null : (
              <StartedBySchedule schedule={query.data.schedule} />
            )}
          </p>
        </>
      }
      actions={<RunActions run={run} againInput={query.isError ? null : query.data?.againInput} />}
    >
      <section
        aria-label="Progress"
        className="flex min-h-24 flex-col gap-3 rounded-lg bg-kumo-base p-4 ring ring-kumo-line"
      >
        <div className="flex items-center gap-2">
          <RunStatusBadge run={run} />
          {run.retryOf === null ? null : (
            <AppLink
              href={runAddress(tenant.slug, run.retryOf)}
              className="text-xs text-kumo-link underline underline-offset-2"
            >
              Retry of an earlier run
            </AppLink>
          )}
        </div>
        <RunProgress run={run} bars="any" />
        <RunWaits run={run} told={query.data?.waiting ?? null} />
        {run.pause === null ? null : (
          <p role="note" className="rounded-md bg-kumo-warning-tint px-3 py-2">
            {groupDigits(run.pause.text)} <Time at={run.pause.at} />.{" "}
            {run.pause.reason === "failures"
              ? "Nothing new is begun. See below what failed; then resume the run or cancel it."
              : "Nothing new is begun. What was done stays done."}
          </p>
        )}
        {run.result === null ? null : (
          <p>
            <AppLink href={run.result.href} className="font-medium text-kumo-link underline underline-offset-2">
              {resultLinkText(run.result.kind)}
            </AppLink>
          </p>
        )}
        {cure === null ? null : (
          <p role="note">
            <AppLink href={cure.href}>A later run</AppLink> cured this <Time at={cure.completedAt} />.
          </p>
        )}
        {run.failure === null ? null : (
          <p role="note" className="rounded-md bg-kumo-danger-tint px-3 py-2 text-kumo-danger">
            {run.failure.message}
          </p>
        )}
      </section>
      {run.type === "policy.restore" ? <RestoreApprovals run={run} /> : null}
      {run.type === "policy.restore" ? <UndoRestore run={run} /> : null}
      <RunUnits run={run} />
      <RunNotReached run={run} />
      {run.type === "policy.restore" ? <RestoreResults run={run} failedOpen={false} /> : null}
      <RunResults run={run} />
      <RunAllUnits run={run} />
      <RunTimeline run={run} />
      <Section title="Details" id="run-details">
        <dl className="grid grid-cols-2 gap-x-8 gap-y-3 lg:grid-cols-4">
          <Detail term="Requested">
            <AbsoluteTime at={run.createdAt} />
          </Detail>
          <Detail term="Started">{run.startedAt === null ? "Not yet" : <AbsoluteTime at={run.startedAt} />}</Detail>
          <Detail term="Finished">
            {run.completedAt === null ? "Not yet" : <AbsoluteTime at={run.completedAt} />}
          </Detail>
          <Detail term="Took">{tookText(run)}</Detail>
        </dl>
        <RunDiagnostics run={run} />
      </Section>
    </Page>
  );
}

function tookText(run: Run): string {
  if (run.completedAt === null) return "Still going";
  return durationText(run.startedAt ?? run.createdAt, run.completedAt);
}

function Detail({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-kumo-subtle">{term}</dt>
      <dd className="tabular">{children}</dd>
    </div>
  );
}

/** A schedule that was removed has no page any more. */
function StartedBySchedule({ schedule: { id, name, removed } }: { schedule: NonNullable<RunDetail["schedule"]> }) {
  const { slug } = useTenant();
  return (
    <span>
      for the schedule{" "}
      {removed ? (
        <>
          <bdi>{name}</bdi>, which was removed
        </>
      ) : (
        <TextLink to={PAGES.schedule} params={{ slug, scheduleId: id }}>
          {name}
        </TextLink>
      )}
    </span>
  );
}

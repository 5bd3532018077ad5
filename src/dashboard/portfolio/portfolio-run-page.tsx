/** A run over tenants: how far it is, what failed in which tenant, and each tenant with its own operation. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import {
  type ChosenHow,
  PORTFOLIO_STATES,
  type PortfolioRun,
  type PortfolioState,
  type PortfolioTenant,
  portfolioStateSchema,
} from "../../contract/portfolio.ts";
import { groupDigits } from "../../contract/progress.ts";
import { listedItems } from "../api/listed-items.ts";
import { AppLink } from "../components/app-link.tsx";
import { Badge } from "../components/badge.tsx";
import { Button } from "../components/button.tsx";
import { counted } from "../components/digits.ts";
import { DialogButtons, FormDialog } from "../components/form-dialog.tsx";
import { LoadMore } from "../components/load-more.tsx";
import { Page, Panel, Section, Trail } from "../components/page.tsx";
import { durationText } from "../components/relative-time.ts";
import { SelectFilter } from "../components/select-filter.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { AbsoluteTime, Time } from "../components/time.tsx";
import { Rows } from "../keys/rows.tsx";
import { RunProgress } from "../runs/run-progress.tsx";
import { RunStatusBadge, runStatusWord } from "../runs/run-status.tsx";
import { PersonFrame } from "../shell/person-frame.tsx";
import { portfolioRunQuery, portfolioTenantsQuery, useChangePortfolioRun, useRetryPortfolioRun } from "./queries.ts";

export function PortfolioRunPage() {
  const { runId } = useParams({ from: PAGES.portfolioRun });
  return <PersonFrame>{() => <Loaded runId={runId} />}</PersonFrame>;
}

function Loaded({ runId }: { runId: string }) {
  const { data: run, dataUpdatedAt, error, refetch } = useQuery(portfolioRunQuery(runId));
  if (run === undefined) {
    return (
      <Page title="Operation over tenants">
        <Panel>
          <NotLoaded lines={6} error={error} onRetry={() => void refetch()} />
        </Panel>
      </Page>
    );
  }
  return (
    <Page
      title={run.label}
      documentTitle={`${runStatusWord(run)}: ${run.label}`}
      description={
        <p className="flex flex-wrap items-center gap-x-2">
          <Trail>
            <TextLink to={PAGES.portfolioRuns}>Operations over tenants</TextLink>
          </Trail>
          <span>
            Started by {run.initiator === null ? "the system" : <bdi>{run.initiator.name}</bdi>}{" "}
            <Time at={run.createdAt} />
            {chosenWords(run.chosen)}
          </span>
        </p>
      }
      actions={<Actions run={run} />}
    >
      <section
        aria-label="Progress"
        className="flex min-h-24 flex-col gap-3 rounded-lg bg-kumo-base p-4 ring ring-kumo-line"
      >
        <div className="flex flex-wrap items-center gap-2">
          <RunStatusBadge run={run} />
          {run.retryOf === null ? null : (
            <TextLink to={PAGES.portfolioRun} params={{ runId: run.retryOf }}>
              Takes again what failed in an earlier operation
            </TextLink>
          )}
        </div>
        <RunProgress run={run} bars="any" />
        {run.pause === null ? null : (
          <p role="note" className="rounded-md bg-kumo-warning-tint px-3 py-2">
            {groupDigits(run.pause.text)} <Time at={run.pause.at} />. No further tenant is begun, and the operations
            that this one started wait as well.
          </p>
        )}
        {run.failure === null ? null : (
          <p role="note" className="rounded-md bg-kumo-danger-tint px-3 py-2 text-kumo-danger">
            {run.failure.message}
          </p>
        )}
        <p className="text-xs text-kumo-subtle tabular">
          {run.completedAt === null ? (
            <>
              Requested <AbsoluteTime at={run.createdAt} />
            </>
          ) : (
            <>
              Ended <AbsoluteTime at={run.completedAt} />, after{" "}
              {durationText(run.startedAt ?? run.createdAt, run.completedAt)}
            </>
          )}
        </p>
      </section>
      <Tenants run={run} endSeenAt={run.status === "completed" ? dataUpdatedAt : null} />
    </Page>
  );
}

/** How its tenants were chosen, for the person who did. */
function chosenWords(chosen: ChosenHow | null): ReactNode {
  if (chosen === null) return null;
  switch (chosen.kind) {
    case "all":
      return ", in all your tenants";
    case "tag":
      return (
        <>
          , in the tenants with the tag <bdi>{chosen.tag}</bdi>
        </>
      );
    case "list":
      return ", in chosen tenants";
  }
}

function Actions({ run }: { run: PortfolioRun }) {
  const change = useChangePortfolioRun(run);
  const retry = useRetryPortfolioRun(run);
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const paused = run.pause !== null;
  const over = run.status === "completed";
  return (
    <>
      {over && run.retryable > 0 ? (
        <Button
          variant="primary"
          loading={retry.isPending}
          onClick={() =>
            retry.mutate(undefined, {
              onSuccess: (started) => void navigate({ to: PAGES.portfolioRun, params: { runId: started.run.id } }),
            })
          }
        >
          Take {counted(run.retryable, "failed tenant", "failed tenants")} again
        </Button>
      ) : null}
      {over || !run.mayControl ? null : (
        <>
          <Button
            variant={paused ? "primary" : "secondary"}
            loading={change.isPending}
            onClick={() => change.mutate(paused ? "resume" : "pause")}
          >
            {paused ? "Resume" : "Pause"}
          </Button>
          <FormDialog
            open={asking}
            onOpenChange={setAsking}
            trigger={<Button variant="secondary-destructive">Cancel operation</Button>}
            title="Cancel this operation over tenants?"
            description="No further tenant is begun, and the operations that this one started are canceled. What has ended stays. An operation that another person had started goes on."
          >
            <DialogButtons cancel="Keep running">
              <Button
                variant="destructive"
                onClick={() => {
                  setAsking(false);
                  change.mutate("cancel");
                }}
              >
                Cancel operation
              </Button>
            </DialogButtons>
          </FormDialog>
        </>
      )}
    </>
  );
}

const STATE_WORDS: Readonly<Record<PortfolioState, string>> = {
  waiting: "Waiting for its turn",
  running: "Running",
  succeeded: "Succeeded",
  failed: "Failed",
  skipped: "Skipped",
  canceled: "Canceled",
  not_reached: "Not reached",
};

const ALL = "all";

function Tenants({ run, endSeenAt }: { run: PortfolioRun; endSeenAt: number | null }) {
  // A person who comes to a run that has ended comes for what failed.
  const [chosen, setChosen] = useState<string>(() =>
    run.status === "completed" && run.outcome !== "succeeded" && run.retryable > 0 ? "failed" : ALL,
  );
  const state = portfolioStateSchema.safeParse(chosen).data ?? null;
  const query = useInfiniteQuery(portfolioTenantsQuery(run.id, state, endSeenAt));
  const items = listedItems(query);
  const options = [{ value: ALL, label: "All tenants" }].concat(
    PORTFOLIO_STATES.map((value) => ({ value, label: STATE_WORDS[value] })),
  );
  return (
    <Section
      title="Tenants"
      id="portfolio-tenants"
      flush
      actions={<SelectFilter label="State" value={chosen} options={options} onChange={setChosen} />}
    >
      {items === undefined ? (
        <NotLoaded lines={6} lineHeight="h-10" error={query.error} onRetry={() => void query.refetch()} />
      ) : items.length === 0 ? (
        <EmptyState title="No tenant in this state">Choose “All tenants” to see all of them.</EmptyState>
      ) : (
        <Rows className="divide-y divide-kumo-line">
          {items.map((each, at) => (
            <TenantRow key={each.tenant?.id ?? `gone-${at}`} each={each} />
          ))}
        </Rows>
      )}
      <LoadMore query={query} label="Load more tenants" />
    </Section>
  );
}

function TenantRow({ each }: { each: PortfolioTenant }) {
  const { tenant, state, reason, run, joined, startedAt, endedAt } = each;
  return (
    <li className="grid gap-x-6 gap-y-1.5 px-4 py-3 [contain-intrinsic-size:auto_3.5rem] [content-visibility:auto] sm:grid-cols-[minmax(0,1fr)_minmax(0,1.6fr)_11rem] sm:items-center">
      <div className="min-w-0 [overflow-wrap:anywhere]">
        {tenant === null ? (
          <span className="text-kumo-subtle">A tenant that is not here any more</span>
        ) : (
          <TextLink to={PAGES.overview} params={{ slug: tenant.slug }}>
            <bdi>{tenant.name}</bdi>
          </TextLink>
        )}
      </div>
      <div className="min-w-0 [overflow-wrap:anywhere]">
        {run === null ? null : run.status === "completed" ? (
          <p>
            <AppLink href={run.href} className="hover:underline">
              {groupDigits(run.progress.text)}
            </AppLink>
          </p>
        ) : (
          <AppLink href={run.href} className="block">
            <RunProgress run={run} bars="counted" />
          </AppLink>
        )}
        {reason === null ? null : <p className="text-xs text-kumo-subtle">{reason.message}</p>}
        {joined ? <p className="text-xs text-kumo-subtle">It was under way already: this waits for it.</p> : null}
      </div>
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 sm:justify-self-end">
        {startedAt === null || endedAt === null ? null : (
          <span className="text-xs text-kumo-subtle tabular">{durationText(startedAt, endedAt)}</span>
        )}
        <Badge variant={state === "failed" ? "error" : "outline"}>{STATE_WORDS[state]}</Badge>
      </div>
    </li>
  );
}

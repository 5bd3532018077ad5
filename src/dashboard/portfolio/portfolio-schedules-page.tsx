/** The person's schedules over tenants, and one of them: what begins by itself, when next, and what became of each due time. One file, so one load, for both pages. */
import { useQuery, useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import type { Me } from "../../contract/access.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import type { PortfolioSchedule } from "../../contract/portfolio-schedules.ts";
import { Page, Panel, Trail, Section } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { Rows } from "../keys/rows.tsx";
import { LastTime, NextStart } from "../schedules/schedule-times.tsx";
import { PersonFrame } from "../shell/person-frame.tsx";
import { stepText, tenantsText } from "./chosen-words.ts";
import { PortfolioScheduleDialog } from "./portfolio-schedule-form.tsx";
import {
  portfolioSchedulesQuery,
  portfolioOccurrencesQuery,
  portfolioScheduleQuery,
  usePausePortfolioSchedule,
  usePortfolioScheduleAct,
  useRemovePortfolioSchedule,
} from "./schedule-queries.ts";
import { useState } from "react";
import { listedItems } from "../api/listed-items.ts";
import { Button } from "../components/button.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { counted } from "../components/digits.ts";
import { LoadMore } from "../components/load-more.tsx";
import { Fact } from "../components/plain-fact.tsx";
import { AbsoluteTime, Time } from "../components/time.tsx";
import { OccurrenceRow } from "../schedules/occurrence-row.tsx";
import { PauseDialog } from "../schedules/pause-dialog.tsx";

export function PortfolioSchedulesPage() {
  return <PersonFrame>{(me) => <Schedules me={me} />}</PersonFrame>;
}

function Schedules({ me }: { me: Me }) {
  const { data, error, refetch } = useQuery(portfolioSchedulesQuery);
  return (
    <Page
      title="Schedules over tenants"
      description={
        <>
          <Trail>
            <TextLink to={PAGES.home}>Your tenants</TextLink>
          </Trail>{" "}
          What begins by itself in many of your tenants, in your name. Only you see these.
        </>
      }
      actions={<PortfolioScheduleDialog tenants={me.tenants} />}
    >
      <Panel>
        {data === undefined ? (
          <NotLoaded lines={4} lineHeight="h-10" error={error} onRetry={() => void refetch()} />
        ) : data.items.length === 0 ? (
          <EmptyState title="No schedules over tenants yet">
            Make one: a sync of all tenants each night, a backup of those with a tag each week.
          </EmptyState>
        ) : (
          <Rows className="divide-y divide-kumo-line">
            {data.items.map((schedule) => (
              <ScheduleRow key={schedule.id} schedule={schedule} />
            ))}
          </Rows>
        )}
      </Panel>
    </Page>
  );
}

function ScheduleRow({ schedule }: { schedule: PortfolioSchedule }) {
  const { id, name, words, timeZone, steps } = schedule;
  return (
    <li className="grid gap-x-6 gap-y-2 px-4 py-3 md:grid-cols-[minmax(0,1fr)_minmax(0,14rem)_minmax(0,14rem)]">
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <Link to={PAGES.portfolioSchedule} params={{ scheduleId: id }} className="font-medium hover:underline">
          <bdi>{name}</bdi>
        </Link>
        <p className="text-xs text-kumo-subtle">
          {words}, {timeZone}
        </p>
        <p className="text-xs text-kumo-subtle">
          {steps.map(stepText).join(" · ")}: {tenantsText(schedule)}
        </p>
      </div>
      <NextStart schedule={schedule} />
      <LastTime schedule={schedule} />
    </li>
  );
}

export function PortfolioSchedulePage() {
  const { scheduleId } = useParams({ from: PAGES.portfolioSchedule });
  return <PersonFrame>{(me) => <Loaded me={me} scheduleId={scheduleId} />}</PersonFrame>;
}

function Loaded({ me, scheduleId }: { me: Me; scheduleId: string }) {
  const { data: schedule, error, refetch } = useQuery(portfolioScheduleQuery(scheduleId));
  if (schedule === undefined) {
    return (
      <Page title="Schedule over tenants">
        <Panel>
          <NotLoaded lines={4} error={error} onRetry={() => void refetch()} />
        </Panel>
      </Page>
    );
  }
  return (
    <Page
      title={schedule.name}
      documentTitle={`${schedule.name}, schedule over tenants`}
      description={
        <>
          <Trail>
            <TextLink to={PAGES.portfolioSchedules}>Schedules over tenants</TextLink>
          </Trail>{" "}
          {schedule.words}, {schedule.timeZone}
        </>
      }
      actions={<Actions me={me} schedule={schedule} />}
    >
      <Paused schedule={schedule} />
      <Facts schedule={schedule} />
      <History scheduleId={schedule.id} />
    </Page>
  );
}

function Actions({ me, schedule }: { me: Me; schedule: PortfolioSchedule }) {
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  const resume = usePortfolioScheduleAct(schedule, "resume");
  const run = usePortfolioScheduleAct(schedule, "run");
  const pause = usePausePortfolioSchedule(schedule);
  const remove = useRemovePortfolioSchedule(schedule);
  return (
    <>
      <Button loading={run.isPending} disabled={schedule.open !== null} onClick={() => run.mutate()}>
        Run now
      </Button>
      {schedule.pause === null ? (
        <PauseDialog name={schedule.name} pause={pause} seenBy="You see it here." />
      ) : (
        <Button variant="primary" loading={resume.isPending} onClick={() => resume.mutate()}>
          Resume
        </Button>
      )}
      <PortfolioScheduleDialog key={schedule.version} tenants={me.tenants} schedule={schedule} />
      <Button loading={remove.isPending} aria-haspopup="dialog" onClick={() => setAsked(true)}>
        Remove
      </Button>
      <ConfirmDialog
        open={asked}
        onOpenChange={setAsked}
        title={`Remove ${schedule.name}?`}
        confirmLabel="Remove"
        destructive
        onConfirm={() => remove.mutate(undefined, { onSuccess: () => void navigate({ to: PAGES.portfolioSchedules }) })}
      >
        <p>It starts nothing any more. Operations that it has started, and what they made, stay.</p>
      </ConfirmDialog>
    </>
  );
}

function Paused({ schedule: { pause } }: { schedule: PortfolioSchedule }) {
  if (pause === null) return null;
  return (
    <div
      role="status"
      className="rounded-lg border border-kumo-warning/40 bg-kumo-warning-tint px-4 py-3 text-kumo-warning"
    >
      <p className="font-medium">
        Paused <Time at={pause.at} />
      </p>
      <p className="[overflow-wrap:anywhere]">
        {pause.reason === "person"
          ? pause.note
          : "You could start it in none of the chosen tenants any more. Change the tenants, or resume it when your roles allow it again."}
      </p>
    </div>
  );
}

function Facts({ schedule }: { schedule: PortfolioSchedule }) {
  const { steps, next, missed, tellAfter, failuresInARow } = schedule;
  return (
    <Panel>
      <dl className="grid gap-x-6 gap-y-4 px-4 py-3 sm:grid-cols-2 lg:grid-cols-3">
        <Fact term="Does in each tenant">
          <ol>
            {steps.map((step, at) => (
              // oxlint-disable-next-line react/no-array-index-key -- two steps may be alike, and their places are what they are
              <li key={at}>{stepText(step)}</li>
            ))}
          </ol>
        </Fact>
        <Fact term="Tenants">{tenantsText(schedule)}</Fact>
        <Fact term="Next starts">
          {next.length === 0 ? (
            "None while it is paused"
          ) : (
            <ul>
              {next.slice(0, 3).map((at) => (
                <li key={at}>
                  <AbsoluteTime at={at} />
                </li>
              ))}
            </ul>
          )}
        </Fact>
        <Fact term="Missed times">
          {missed === "run_once" ? "The newest is made up for, once" : "Are listed, and not made up for"}
        </Fact>
        <Fact term="Tells you">
          After {counted(tellAfter, "failure", "failures")} in a row
          {failuresInARow === 0 ? null : ` (${counted(failuresInARow, "failure", "failures")} now)`}
        </Fact>
      </dl>
    </Panel>
  );
}

function History({ scheduleId }: { scheduleId: string }) {
  const query = useInfiniteQuery(portfolioOccurrencesQuery(scheduleId));
  const items = listedItems(query);
  return (
    <Section title="What became of due times" id="schedule-history" flush>
      {items === undefined ? (
        <NotLoaded lines={4} error={query.error} onRetry={() => void query.refetch()} />
      ) : items.length === 0 ? (
        <EmptyState title="Nothing was due yet">What it starts is listed here.</EmptyState>
      ) : (
        <Rows className="divide-y divide-kumo-line">
          {items.map((occurrence) => (
            <OccurrenceRow key={occurrence.dueAt} occurrence={occurrence} />
          ))}
        </Rows>
      )}
      <LoadMore query={query} label="Load older due times" />
    </Section>
  );
}

/** One schedule: when it begins next, in whose name, and what became of each due time. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import type { Schedule } from "../../contract/schedules.ts";
import { listedItems } from "../api/listed-items.ts";
import { Button } from "../components/button.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { counted } from "../components/digits.ts";
import { Fact } from "../components/plain-fact.tsx";
import { LoadMore } from "../components/load-more.tsx";
import { Page, Panel, Section } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { AbsoluteTime, Time } from "../components/time.tsx";
import { Rows } from "../keys/rows.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { occurrencesQuery, scheduleQuery, usePauseSchedule, useRemoveSchedule, useScheduleAct } from "./queries.ts";
import { stepText } from "./keep-words.ts";
import { OccurrenceRow } from "./occurrence-row.tsx";
import { PauseDialog } from "./pause-dialog.tsx";
import { ScheduleDialog } from "./schedule-form.tsx";

export function SchedulePage() {
  const tenant = useTenant();
  const { scheduleId } = useParams({ from: PAGES.schedule });
  const { data: schedule, error, refetch } = useQuery(scheduleQuery(tenant, scheduleId));
  const mayManage = useCan("schedules.manage");
  if (schedule === undefined) {
    return (
      <Page title="Schedule">
        <Panel>
          <NotLoaded lines={4} error={error} onRetry={() => void refetch()} />
        </Panel>
      </Page>
    );
  }
  return (
    <Page
      title={schedule.name}
      documentTitle={`${schedule.name}, schedule of ${tenant.name}`}
      description={
        <>
          <TextLink to={PAGES.schedules} params={{ slug: tenant.slug }}>
            Schedules
          </TextLink>
          <p className="mt-1">
            {schedule.words}, {schedule.timeZone}
          </p>
        </>
      }
      actions={mayManage ? <Actions schedule={schedule} /> : null}
    >
      {schedule.pause === null ? null : <Paused schedule={schedule} />}
      <Facts schedule={schedule} />
      <History scheduleId={schedule.id} />
    </Page>
  );
}

function Actions({ schedule }: { schedule: Schedule }) {
  const tenant = useTenant();
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  const resume = useScheduleAct(schedule, "resume");
  const run = useScheduleAct(schedule, "run");
  const remove = useRemoveSchedule(schedule);
  const pause = usePauseSchedule(schedule);
  return (
    <>
      <Button loading={run.isPending} disabled={schedule.open !== null} onClick={() => run.mutate()}>
        Run now
      </Button>
      {schedule.pause === null ? (
        <PauseDialog name={schedule.name} pause={pause} seenBy="Others see it here and in the audit log." />
      ) : (
        <Button variant="primary" loading={resume.isPending} onClick={() => resume.mutate()}>
          Resume
        </Button>
      )}
      <ScheduleDialog key={schedule.version} schedule={schedule} />
      <Button loading={remove.isPending} aria-haspopup="dialog" onClick={() => setAsked(true)}>
        Remove
      </Button>
      <ConfirmDialog
        open={asked}
        onOpenChange={setAsked}
        title={`Remove ${schedule.name}?`}
        confirmLabel="Remove"
        destructive
        onConfirm={() =>
          remove.mutate(undefined, {
            onSuccess: () => void navigate({ to: PAGES.schedules, params: { slug: tenant.slug } }),
          })
        }
      >
        <p>It starts nothing any more. Operations that it has started, and what they made, stay.</p>
      </ConfirmDialog>
    </>
  );
}

function Paused({ schedule: { pause, owner } }: { schedule: Schedule }) {
  if (pause === null) return null;
  return (
    <div
      role="status"
      className="rounded-lg border border-kumo-warning/40 bg-kumo-warning-tint px-4 py-3 text-kumo-warning"
    >
      <p className="font-medium">
        Paused <Time at={pause.at} />
        {pause.by === null ? null : (
          <>
            {" "}
            by <bdi>{pause.by.name}</bdi>
          </>
        )}
      </p>
      <p className="[overflow-wrap:anywhere]">
        {pause.reason === "person" ? (
          pause.note
        ) : (
          <>
            <bdi>{owner?.name ?? "Its owner"}</bdi> may not do its steps any more. Resume it to let it work in your
            name.
          </>
        )}
      </p>
    </div>
  );
}

function Facts({ schedule }: { schedule: Schedule }) {
  const { steps, next, owner, spreadMinutes, missed, tellAfter, failuresInARow } = schedule;
  return (
    <Panel>
      <dl className="grid gap-x-6 gap-y-4 px-4 py-3 sm:grid-cols-2 lg:grid-cols-3">
        <Fact term="Does">
          <ol>
            {steps.map((step, at) => (
              // oxlint-disable-next-line react/no-array-index-key -- two steps may be alike, and their places are what they are
              <li key={at}>{stepText(step)}</li>
            ))}
          </ol>
        </Fact>
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
        <Fact term="In the name of">{owner === null ? "Not known" : <bdi>{owner.name}</bdi>}</Fact>
        <Fact term="Missed times">
          {missed === "run_once" ? "The newest is made up for, once" : "Are listed, and not made up for"}
        </Fact>
        <Fact term="Spread">
          {spreadMinutes === 0 ? "Starts on time" : `Over ${counted(spreadMinutes, "minute", "minutes")}`}
        </Fact>
        <Fact term="Tells people">
          After {counted(tellAfter, "failure", "failures")} in a row
          {failuresInARow === 0 ? null : ` (${counted(failuresInARow, "failure", "failures")} now)`}
        </Fact>
      </dl>
    </Panel>
  );
}

function History({ scheduleId }: { scheduleId: string }) {
  const query = useInfiniteQuery(occurrencesQuery(useTenant(), scheduleId));
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

/** Schedules of the tenant: what begins by itself, when next, and what became of the last time. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import { type Schedule, STEP_WORDS } from "../../contract/schedules.ts";
import { Page, Panel } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { Rows } from "../keys/rows.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { schedulesQuery } from "./queries.ts";
import { ScheduleDialog } from "./schedule-form.tsx";
import { LastTime, NextStart } from "./schedule-times.tsx";

export function SchedulesPage() {
  const tenant = useTenant();
  const mayManage = useCan("schedules.manage");
  const { data, error, refetch } = useQuery(schedulesQuery(tenant));
  return (
    <Page
      title="Schedules"
      documentTitle={`${tenant.name} schedules`}
      description={
        <p className="max-w-2xl">
          What begins by itself. Each due time is started once, or listed as skipped or missed, with the reason.
        </p>
      }
      actions={mayManage ? <ScheduleDialog /> : null}
    >
      <Panel>
        {data === undefined ? (
          <NotLoaded lines={4} lineHeight="h-10" error={error} onRetry={() => void refetch()} />
        ) : data.items.length === 0 ? (
          <EmptyState title="No schedules yet">
            {mayManage
              ? "Make one: a sync each night, a backup each week, evidence each month."
              : "Owners, managers and operators make them: a sync each night, a backup each week."}
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

function ScheduleRow({ schedule }: { schedule: Schedule }) {
  const tenant = useTenant();
  const { id, name, steps, words, timeZone } = schedule;
  return (
    <li className="grid gap-x-6 gap-y-2 px-4 py-3 md:grid-cols-[minmax(0,1fr)_minmax(0,14rem)_minmax(0,14rem)]">
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <Link
          to={PAGES.schedule}
          params={{ slug: tenant.slug, scheduleId: id }}
          className="font-medium hover:underline"
        >
          <bdi>{name}</bdi>
        </Link>
        <p className="text-xs text-kumo-subtle">
          {words}, {timeZone}
        </p>
        <p className="text-xs text-kumo-subtle">{steps.map(({ type }) => STEP_WORDS[type]).join(" · ")}</p>
      </div>
      <NextStart schedule={schedule} />
      <LastTime schedule={schedule} />
    </li>
  );
}

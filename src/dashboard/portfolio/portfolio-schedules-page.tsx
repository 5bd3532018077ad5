/** The person's schedules over tenants: what begins by itself, when next, and what became of the last time. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Me } from "../../contract/access.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import type { PortfolioSchedule } from "../../contract/portfolio-schedules.ts";
import { Page, Panel, Trail } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { Rows } from "../keys/rows.tsx";
import { LastTime, NextStart } from "../schedules/schedule-times.tsx";
import { PersonFrame } from "../shell/person-frame.tsx";
import { stepText, tenantsText } from "./chosen-words.ts";
import { PortfolioScheduleDialog } from "./portfolio-schedule-form.tsx";
import { portfolioSchedulesQuery } from "./schedule-queries.ts";

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

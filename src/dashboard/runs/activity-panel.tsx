/** The activity surface: reachable everywhere, one card a run, beside the page and not over it. */
import { Button } from "@cloudflare/kumo/components/button";
import { Dialog } from "@cloudflare/kumo/primitives/dialog";
import { PulseIcon } from "@phosphor-icons/react/Pulse";
import { XIcon } from "@phosphor-icons/react/X";
import { useRef } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import type { Run } from "../../contract/runs.ts";
import { TextLink } from "../components/text-link.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { mapTold, type Told, UNKNOWN_WORDS } from "../api/told.ts";
import { useReachable } from "../api/use-reachable.ts";
import { Skeleton } from "../components/states.tsx";
import { ToldNumber } from "../components/told.tsx";
import { clockText } from "../components/clock.ts";
import type { ConnectionState } from "./told-activity.ts";
import { useConnectionNews } from "./activity-provider.tsx";
import { Initiated } from "./initiated.tsx";
import type { Activity } from "./run-merge.ts";
import { useActivity } from "./use-activity.ts";
import { RunSummary } from "./run-summary.tsx";

const FINISHED_SHOWN = 10;

interface ActivityPanelProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function ActivityPanel({ open, onOpenChange }: ActivityPanelProps) {
  const tenant = useTenant();
  const activity = useActivity();
  const runs = lastOf(activity);
  const titleRef = useRef<HTMLHeadingElement>(null);
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange} modal={false} disablePointerDismissal>
      <Dialog.Trigger
        render={
          <Button size="sm" icon={PulseIcon}>
            Activity
            <ActiveCount activity={activity} />
            <span className="sr-only"> active</span>
          </Button>
        }
      />
      <Dialog.Portal>
        <Dialog.Popup
          initialFocus={titleRef}
          className="fixed inset-y-0 right-0 flex w-full flex-col border-l border-kumo-line bg-kumo-base shadow-xl outline-none sm:w-96"
        >
          <div className="flex h-14 shrink-0 items-center justify-between gap-2 border-b border-kumo-line px-4">
            <Dialog.Title ref={titleRef} tabIndex={-1} className="text-base font-semibold outline-none">
              Activity
            </Dialog.Title>
            <Dialog.Close
              render={<Button variant="ghost" shape="square" size="sm" icon={XIcon} aria-label="Close activity" />}
            />
          </div>
          <div className="flex-1 overflow-y-auto p-3">
            <NoRuns activity={activity} />
            {runs === null ? null : (
              <>
                <RunGroup title="Active" id="activity-active" runs={runs.active} />
                <RunGroup
                  title="Recently finished"
                  id="activity-finished"
                  runs={runs.finished.slice(0, FINISHED_SHOWN)}
                />
              </>
            )}
          </div>
          <div className="flex shrink-0 items-center justify-between gap-2 border-t border-kumo-line px-4 py-2.5 text-xs">
            <ConnectionNote />
            <TextLink to={PAGES.operations} params={{ slug: tenant.slug }}>
              All operations
            </TextLink>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** What was told, now or last. */
function lastOf(activity: Told<Activity>): Activity | null {
  if (activity.state === "loading") return null;
  return activity.state === "told" ? activity.value : activity.last;
}

/** How many runs are active now: what was so before the connection was lost is no answer to that. */
function ActiveCount({ activity }: { activity: Told<Activity> }) {
  const count = mapTold(activity, ({ active }) => active.length);
  const busy = count.state === "told" && count.value > 0;
  return (
    <span
      className={`ml-0.5 min-w-5 rounded-full px-1.5 text-center text-xs leading-5 tabular ${
        busy ? "bg-kumo-brand text-white" : "bg-(--bar-track) text-kumo-subtle"
      }`}
    >
      <ToldNumber told={count.state === "unknown" ? { ...count, last: null } : count} width="w-2" />
    </span>
  );
}

/** Stands where no run is known. That nothing runs is said only where the server has said so. */
function NoRuns({ activity }: { activity: Told<Activity> }) {
  if (activity.state === "loading") return <Skeleton lines={3} lineHeight="h-14" />;
  if (activity.state === "unknown") {
    return (
      <p className="px-3 py-4 text-center text-kumo-subtle">
        {UNKNOWN_WORDS[activity.reason]}
        {activity.since === null ? "." : `. What is shown is as of ${clockText(activity.since)}.`}
      </p>
    );
  }
  const { active, finished } = activity.value;
  if (active.length + finished.length > 0) return null;
  return (
    <p className="px-3 py-10 text-center text-kumo-subtle">
      Nothing is running, and nothing has run lately. Operations that anyone starts in this tenant show up here.
    </p>
  );
}

function RunGroup({ title, id, runs }: { title: string; id: string; runs: Run[] }) {
  if (runs.length === 0) return null;
  return (
    <section aria-labelledby={id} className="mb-4">
      <h3 id={id} className="px-1 pb-1.5 text-xs font-medium text-kumo-subtle">
        {title}
      </h3>
      <ul className="flex flex-col gap-2">
        {runs.map((run) => (
          <li key={run.id}>
            <RunCard run={run} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function RunCard({ run }: { run: Run }) {
  const at = run.completedAt ?? run.startedAt ?? run.createdAt;
  return (
    <article className="rounded-lg bg-kumo-base p-3 ring ring-kumo-line" data-run-id={run.id}>
      <RunSummary run={run} bars="counted" />
      <div className="mt-1.5">
        <Initiated by={run.initiator} at={at} />
      </div>
    </article>
  );
}

const CONNECTION_WORDS: Record<ConnectionState, string> = {
  connecting: "Connecting",
  live: "Live",
  polling: "Live updates unavailable, refreshing regularly",
  offline: "Connection lost, trying again",
};

function ConnectionNote() {
  const reachable = useReachable();
  const news = useConnectionNews();
  const state = reachable.state === "lost" ? "offline" : news.state;
  return (
    <p className="flex items-center gap-1.5 text-kumo-subtle">
      <span
        aria-hidden
        className={`size-2 shrink-0 rounded-full ${state === "live" ? "bg-kumo-success" : state === "offline" ? "bg-kumo-danger" : "bg-kumo-warning"}`}
      />
      {CONNECTION_WORDS[state]}
    </p>
  );
}

/** The activity surface: reachable everywhere, one card a run, beside the page and not over it. What shows the cards comes with its first opening. */
import { PulseIcon } from "@phosphor-icons/react/Pulse";
import { type RefObject, Suspense, useRef, useState } from "react";
import { Button } from "../components/button.tsx";
import { onDemand } from "../components/on-demand.ts";
import { mapTold, type Told } from "../api/told.ts";
import { ToldNumber } from "../components/told.tsx";
import type { Activity } from "./run-merge.ts";
import { useActivity } from "./use-activity.ts";

const popup = onDemand(async () => (await import("./activity-popup.tsx")).ActivityPopup);

interface ActivityPanelProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export interface ActivityPopupProps extends ActivityPanelProps {
  /** Gets the focus back. */
  button: RefObject<HTMLButtonElement | null>;
}

export function ActivityPanel({ open, onOpenChange }: ActivityPanelProps) {
  const activity = useActivity();
  const button = useRef<HTMLButtonElement>(null);
  const [wanted, setWanted] = useState(open);
  if (open && !wanted) setWanted(true);
  return (
    <>
      <Button
        ref={button}
        size="sm"
        icon={PulseIcon}
        aria-haspopup="dialog"
        aria-expanded={open}
        onPointerEnter={popup.preload}
        onFocus={popup.preload}
        onClick={() => onOpenChange(!open)}
      >
        Activity
        <ActiveCount activity={activity} />
        <span className="sr-only"> active</span>
      </Button>
      {wanted ? (
        <Suspense>
          <popup.Part open={open} onOpenChange={onOpenChange} button={button} />
        </Suspense>
      ) : null}
    </>
  );
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

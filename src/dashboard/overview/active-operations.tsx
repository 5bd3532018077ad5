/** What runs now. That nothing does is said only where the server has said so. */
import { UNKNOWN_WORDS } from "../api/told.ts";
import { Section } from "../components/page.tsx";
import { EmptyState, Skeleton } from "../components/states.tsx";
import { clockText } from "../components/clock.ts";
import { RunList } from "../runs/run-list.tsx";
import { useActivity } from "../runs/use-activity.ts";

export function ActiveOperations() {
  return (
    <Section title="Active operations" id="overview-active" flush>
      <div className="min-h-28">
        <Runs />
      </div>
    </Section>
  );
}

function Runs() {
  const activity = useActivity();
  switch (activity.state) {
    case "loading":
      return <Skeleton lines={3} />;
    case "told":
      return activity.value.active.length === 0 ? (
        <EmptyState title="Nothing is running">Operations that anyone starts show here, live.</EmptyState>
      ) : (
        <RunList runs={activity.value.active} />
      );
    case "unknown": {
      const known = activity.last?.active;
      if (known !== undefined && known.length > 0) return <RunList runs={known} />;
      return (
        <EmptyState title={UNKNOWN_WORDS[activity.reason]}>
          {activity.since === null
            ? "What runs could not be read. Operations go on."
            : `Not known since ${clockText(activity.since)}. Operations go on.`}
        </EmptyState>
      );
    }
  }
}

import { AppLink } from "../components/app-link.tsx";
import { Section } from "../components/page.tsx";
import { RunProgress } from "../runs/run-progress.tsx";
import { RunStatusBadge } from "../runs/run-status.tsx";
import { RunSubject } from "../runs/run-subject.tsx";
import { useRunsUnderWay } from "../runs/use-runs-under-way.ts";

/** Runs of these types that are going on in the tenant, live. Nothing while there are none. */
export function RunsUnderWay({ types }: { types: readonly string[] }) {
  const active = useRunsUnderWay(...types);
  if (active.length === 0) return null;
  return (
    <Section title="Under way" id="runs-under-way" flush>
      <ul className="divide-y divide-kumo-line">
        {active.map((run) => (
          <li key={run.id} className="px-4 py-3">
            <div className="mb-1.5 flex items-center justify-between gap-2">
              <AppLink href={run.href} className="font-medium hover:underline">
                {run.label}
              </AppLink>
              <RunStatusBadge run={run} />
            </div>
            <RunSubject run={run} />
            <RunProgress run={run} bars="any" />
          </li>
        ))}
      </ul>
    </Section>
  );
}

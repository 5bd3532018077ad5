import { Section } from "../components/page.tsx";
import { RunSummary } from "../runs/run-summary.tsx";
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
            <RunSummary run={run} bars="any" />
          </li>
        ))}
      </ul>
    </Section>
  );
}

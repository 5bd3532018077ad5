/** What each policy of a restore came to, by result, what went wrong first. The numbers are the run's own results. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import type { RestoreOutcome } from "../../contract/restore.ts";
import type { Run } from "../../contract/runs.ts";
import { listedItems } from "../api/listed-items.ts";
import { AppLink } from "../components/app-link.tsx";
import { DisclosureButton } from "../components/disclosure-button.tsx";
import { LoadMore } from "../components/load-more.tsx";
import { Section } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { OUTCOME_WORDS, OUTCOMES_IN_ORDER } from "./plan-words.ts";
import { restoreResultsQuery } from "./queries.ts";
import { ResultRow } from "./result-row.tsx";
import { digits } from "../components/digits.ts";

interface RestoreResultsProps {
  run: Run;
  /** What failed is not told beside it already. */
  failedOpen: boolean;
}

export function RestoreResults({ run, failedOpen }: RestoreResultsProps) {
  const outcomes = OUTCOMES_IN_ORDER.flatMap((outcome) => {
    const count = run.summaryCounts[outcome];
    return count === undefined || count === 0 ? [] : [{ outcome, count }];
  });
  return (
    <Section title="Results by policy" id="restore-results" flush>
      {outcomes.length === 0 ? (
        <EmptyState title={run.status === "completed" ? "No policy has a result" : "Results show here as they come"} />
      ) : (
        <ul className="divide-y divide-kumo-line">
          {outcomes.map(({ outcome, count }) => (
            <OutcomeGroup
              key={outcome}
              run={run}
              outcome={outcome}
              count={count}
              openAtFirst={failedOpen && outcome === "failed"}
            />
          ))}
        </ul>
      )}
    </Section>
  );
}

interface OutcomeGroupProps {
  run: Run;
  outcome: RestoreOutcome;
  count: number;
  openAtFirst: boolean;
}

function OutcomeGroup({ run, outcome, count, openAtFirst }: OutcomeGroupProps) {
  const [open, setOpen] = useState(openAtFirst);
  const id = useId();
  return (
    <li>
      <DisclosureButton open={open} controls={id} onToggle={() => setOpen(!open)}>
        <span className={`font-medium ${outcome === "failed" ? "text-kumo-danger" : ""}`}>
          {OUTCOME_WORDS[outcome]}
        </span>
        <span className="text-kumo-subtle tabular">{digits(count)}</span>
      </DisclosureButton>
      <div id={id} className={open ? "border-t border-kumo-line" : ""}>
        {open ? <Results run={run} outcome={outcome} count={count} /> : null}
      </div>
    </li>
  );
}

function Results({ run, outcome, count }: Omit<OutcomeGroupProps, "openAtFirst">) {
  const query = useInfiniteQuery(restoreResultsQuery(useTenant(), run.id, outcome));
  const { refetch } = query;
  // A result that is written while the page is open must be listed.
  useEffect(() => {
    void refetch();
  }, [refetch, count]);
  const results = listedItems(query);
  if (results === undefined) {
    return <NotLoaded lines={2} lineHeight="h-9" error={query.error} onRetry={() => void refetch()} />;
  }
  const untold = run.status === "completed" && !query.hasNextPage && !query.isFetching && results.length < count;
  return (
    <>
      <ul className="divide-y divide-kumo-line">
        {results.map((result) => (
          <ResultRow key={result.ordinal} result={result} />
        ))}
      </ul>
      {untold ? (
        <p className="px-4 py-2.5 pl-10 text-kumo-subtle">
          Not every policy has an entry here. <AppLink href={run.href}>The operation</AppLink> tells what happened to
          the others.
        </p>
      ) : null}
      <LoadMore query={query} label="Load more results" />
    </>
  );
}

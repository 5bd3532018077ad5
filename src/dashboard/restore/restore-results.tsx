/** What each policy of a restore came to, with its reason, and what to tell support. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Run } from "../../contract/api.ts";
import { restoreOutcomeSchema, type RestoreOutcome } from "../../contract/restore.ts";
import { LoadMore } from "../components/load-more.tsx";
import { Section } from "../components/page.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { EmptyState, ErrorState, Skeleton } from "../components/states.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { OUTCOME_WORDS, OUTCOMES_IN_ORDER } from "./plan-words.ts";
import { ResultRow } from "./result-row.tsx";
import { restoreResultsQuery } from "./restore-queries.ts";

const OUTCOMES = [
  { value: "", label: "Every result" },
  ...OUTCOMES_IN_ORDER.map((outcome) => ({ value: outcome, label: OUTCOME_WORDS[outcome] })),
];

export function RestoreResults({ run }: { run: Run }) {
  const [outcome, setOutcome] = useState<RestoreOutcome | undefined>(undefined);
  const query = useInfiniteQuery(restoreResultsQuery(useTenant(), run.id, outcome));
  const { refetch } = query;
  // A result that is written while the page is open must be listed. Runs bring news at most once a second.
  useEffect(() => {
    void refetch();
  }, [refetch, run.version]);
  const results = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section
      title="Results by policy"
      id="restore-results"
      flush
      actions={
        <SelectFilter
          label="Result"
          value={outcome ?? ""}
          options={OUTCOMES}
          onChange={(value) => setOutcome(restoreOutcomeSchema.safeParse(value).data)}
        />
      }
    >
      {query.data === undefined ? (
        query.error === null ? (
          <Skeleton lines={4} lineHeight="h-9" />
        ) : (
          <ErrorState error={query.error} onRetry={() => void refetch()} />
        )
      ) : results.length === 0 ? (
        <EmptyState title={outcome === undefined ? "No result yet" : "None with this result"} />
      ) : (
        <ul className="divide-y divide-kumo-line">
          {results.map((result) => (
            <ResultRow key={result.ordinal} result={result} />
          ))}
        </ul>
      )}
      <LoadMore query={query} label="Load more results" />
    </Section>
  );
}

/** Findings as the server lists them; what is not known says what to do about it. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { listedItems } from "../api/listed-items.ts";
import { Tick } from "../backups/tick.tsx";
import { baselinesQuery } from "../baselines/queries.ts";
import { useUnknownAdvice } from "../baselines/use-unknown-reasons.ts";
import { LoadMore } from "../components/load-more.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { Rows } from "../keys/rows.tsx";
import { FINDING_FILE } from "../lists/list-columns.ts";
import { SaveList } from "../lists/save-list.tsx";
import { AcceptMany } from "./accept-many.tsx";
import { isAcceptable, isFull, NO_FINDINGS, stillChosen, toggleFinding } from "./chosen-findings.ts";
import { FindingRow } from "./finding-row.tsx";
import { shownText } from "./finding-words.ts";
import { type FindingFilter, findingsQuery } from "./queries.ts";

export function FindingList({ filter, filtered }: { filter: FindingFilter; filtered: boolean }) {
  const tenant = useTenant();
  const query = useInfiniteQuery(findingsQuery(tenant, filter));
  const findings = listedItems(query);
  const advice = useUnknownAdvice(findings);
  const allowed = useCan("finding.accept");
  const [ticked, setTicked] = useState(NO_FINDINGS);
  const chosen = findings === undefined ? NO_FINDINGS : stillChosen(ticked, findings);
  const status = useRef<HTMLParagraphElement>(null);
  return (
    <section aria-label="Findings" className="flex min-w-0 flex-col gap-2.5">
      <div className="flex min-h-8 items-center justify-between gap-3">
        <p ref={status} tabIndex={-1} role="status" className="text-xs text-kumo-subtle tabular outline-none">
          {findings === undefined ? waitingText(query.error) : shownText(findings.length, !query.hasNextPage)}
        </p>
        <SaveList
          name="findings"
          noun={["finding", "findings"]}
          readPage={findingsQuery(tenant, filter).readPage}
          keyOf={({ id }) => id}
          columns={FINDING_FILE}
        />
      </div>
      <div
        className={`overflow-hidden rounded-lg bg-kumo-base ring ring-kumo-line ${query.isPlaceholderData ? "opacity-60" : ""}`}
      >
        {allowed && findings !== undefined ? (
          <AcceptMany findings={findings} chosen={chosen} onChoose={setTicked} fallback={status} />
        ) : null}
        {findings !== undefined && findings.length > 0 ? (
          <Rows className="divide-y divide-kumo-line">
            {findings.map((finding) => (
              <FindingRow
                key={finding.id}
                finding={finding}
                advice={advice.get(finding.id)}
                showBaseline={filter.baselineId === undefined}
                tick={
                  allowed && isAcceptable(finding) ? (
                    <Tick
                      label={`Select ${finding.name}`}
                      state={chosen.has(finding.id) ? "all" : "none"}
                      disabled={isFull(chosen) && !chosen.has(finding.id)}
                      className="-my-2.5"
                      onChange={() => setTicked(toggleFinding(chosen, finding))}
                    />
                  ) : null
                }
              />
            ))}
          </Rows>
        ) : findings !== undefined ? (
          <NoFindings filter={filter} filtered={filtered} />
        ) : (
          <NotLoaded lines={8} lineHeight="h-9" error={query.error} onRetry={() => void query.refetch()} />
        )}
        <LoadMore query={query} label="Load more findings" />
      </div>
    </section>
  );
}

/** The error itself stands in the place of the list. */
function waitingText(error: unknown): string {
  return error === null ? "Loading findings" : "";
}

/** Nothing found means something only where something was compared. */
function NoFindings({ filter, filtered }: { filter: FindingFilter; filtered: boolean }) {
  const tenant = useTenant();
  const { data } = useInfiniteQuery(baselinesQuery(tenant));
  const compared = data?.pages.some((page) => page.items.some(({ latestComparison }) => latestComparison !== null));
  if (filtered) {
    return (
      <EmptyState title="No finding matches">Widen the severity, difference, status or baseline filter.</EmptyState>
    );
  }
  if (compared === false) {
    return (
      <EmptyState title="Nothing has been compared yet">
        Findings come from comparing this tenant with a baseline.{" "}
        <TextLink to={PAGES.baselines} params={{ slug: tenant.slug }}>
          Go to the baselines
        </TextLink>
        , capture one, and compare with it.
      </EmptyState>
    );
  }
  switch (filter.status) {
    case "accepted":
      return (
        <EmptyState title="No finding is accepted">Accepted ones are shown here until their time is over.</EmptyState>
      );
    case "resolved":
      return (
        <EmptyState title="No finding is resolved">A finding that a comparison does not find any more is.</EmptyState>
      );
    case "open":
      return (
        <EmptyState title="No open findings">
          The latest comparisons found nothing that is not accepted. Compare again after the next inventory sync.
        </EmptyState>
      );
    case undefined:
      return <EmptyState title="No findings">No comparison has found a difference.</EmptyState>;
  }
}

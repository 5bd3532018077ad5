/** One baseline: what it holds, how the tenant has drifted from it, its comparisons, its policies. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { BaselineDetail } from "../../contract/baselines.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { Badge } from "../components/badge.tsx";
import { Page, Section } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { Time } from "../components/time.tsx";
import { BuildProgress } from "../runs/build-progress.tsx";
import { RunLink } from "../runs/run-link.tsx";
import type { AskAhead } from "../shell/ahead.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { BaselineFacts } from "./baseline-facts.tsx";
import { BaselinePolicies } from "./baseline-policies.tsx";
import { BaselineStatusBadge } from "./build-status.tsx";
import { CaptureButton } from "./capture-dialog.tsx";
import { CompareButton } from "./compare-button.tsx";
import { ComparisonList } from "./comparison-list.tsx";
import { DriftSection } from "./drift-section.tsx";
import { baselinePoliciesQuery, baselineQuery, comparisonsQuery, driftQuery } from "./queries.ts";

export const ASK_AHEAD: AskAhead = (ahead, tenant, holeOf) => {
  const baselineId = holeOf("baselineId");
  ahead.one(baselineQuery(tenant, baselineId));
  ahead.one(driftQuery(tenant, baselineId));
  ahead.list(comparisonsQuery(tenant, baselineId));
  ahead.list(baselinePoliciesQuery(tenant, baselineId));
};

export function BaselinePage() {
  const tenant = useTenant();
  const { baselineId } = useParams({ from: PAGES.baseline });
  const { data: baseline, error, refetch } = useQuery(baselineQuery(tenant, baselineId));
  const [startedRunId, setStartedRunId] = useState<string | null>(null);
  return (
    <Page
      title={baseline?.name ?? "Baseline"}
      description={
        <p>
          <TextLink to={PAGES.baselines} params={{ slug: tenant.slug }}>
            Baselines
          </TextLink>
          {baseline === undefined ? null : (
            <>
              <span aria-hidden> / </span>
              {baseline.isStopped ? (
                "Findings of a gold standard that this tenant follows no more"
              ) : baseline.isStandard ? (
                <>
                  Findings of a gold standard that this tenant{" "}
                  <TextLink
                    to={PAGES.followedStandard}
                    params={{ slug: tenant.slug, followingId: baseline.id }}
                    preload={false}
                  >
                    follows
                  </TextLink>{" "}
                  since <Time at={baseline.createdAt} />
                </>
              ) : (
                <>
                  Captured by {baseline.initiator === null ? "the system" : baseline.initiator.name}{" "}
                  <Time at={baseline.createdAt} /> in <RunLink runId={baseline.runId}>this operation</RunLink>
                </>
              )}
            </>
          )}
        </p>
      }
      actions={
        baseline === undefined ? null : (
          <>
            {baseline.isStandard ? (
              <Badge variant="outline">Gold standard</Badge>
            ) : (
              <BaselineStatusBadge status={baseline.status} />
            )}
            {baseline.status === "sealed" && !baseline.isStopped ? (
              <CompareButton baselineId={baseline.id} onStarted={setStartedRunId} />
            ) : null}
          </>
        )
      }
    >
      {baseline !== undefined ? (
        <BaselineContent baseline={baseline} startedRunId={startedRunId} />
      ) : (
        <div className="rounded-lg bg-kumo-base ring ring-kumo-line">
          <NotLoaded lines={8} error={error} onRetry={() => void refetch()} />
        </div>
      )}
    </Page>
  );
}

interface BaselineContentProps {
  baseline: BaselineDetail;
  startedRunId: string | null;
}

function BaselineContent({ baseline, startedRunId }: BaselineContentProps) {
  switch (baseline.status) {
    case "building":
      return <BuildProgress runId={baseline.runId}>It can be compared with as soon as it is sealed.</BuildProgress>;
    case "failed":
      return (
        <div className="rounded-lg bg-kumo-base ring ring-kumo-line">
          <EmptyState title="This baseline is not complete and is never used">
            <p>
              Its operation failed or was canceled before everything was recorded. Comparing with a part of it would
              call the rest of the tenant “added”.
            </p>
            <div className="mt-4 flex flex-wrap items-center justify-center gap-x-4 gap-y-2">
              <RunLink runId={baseline.runId}>See what happened</RunLink>
              <CaptureButton />
            </div>
          </EmptyState>
        </div>
      );
    case "sealed":
      return (
        <>
          <BaselineFacts baseline={baseline} />
          <DriftSection baselineId={baseline.id} />
          <Section title="Comparisons" id="baseline-comparisons" flush>
            <ComparisonList baselineId={baseline.id} startedRunId={startedRunId} />
          </Section>
          {/* Those of a standard are on the page of what is followed, each with what was found to be it. */}
          {baseline.isStandard ? null : <BaselinePolicies baseline={baseline} />}
        </>
      );
  }
}

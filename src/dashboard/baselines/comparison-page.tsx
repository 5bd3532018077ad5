/** One comparison: what was not known, then the findings as it left them. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { BaselineComparisonDetail, ComparisonCounts } from "../../contract/baselines.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { groupDigits } from "../../contract/progress.ts";
import { listedItems } from "../api/listed-items.ts";
import { LoadMore } from "../components/load-more.tsx";
import { Page, Panel, Section } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { absoluteText } from "../components/clock.ts";
import { Time } from "../components/time.tsx";
import { FindingRow } from "../findings/finding-row.tsx";
import { BuildProgress } from "../runs/build-progress.tsx";
import { RunLink } from "../runs/run-link.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { countOf, severitiesText } from "./baseline-words.ts";
import { ComparisonStatusBadge } from "./build-status.tsx";
import { CompareButton } from "./compare-button.tsx";
import { comparisonFindingsQuery, comparisonQuery } from "./queries.ts";
import { UnknownFamilies } from "./unknown-families.tsx";
import { digits } from "../components/digits.ts";
import { Rows } from "../keys/rows.tsx";

export function ComparisonPage() {
  const tenant = useTenant();
  const { comparisonId } = useParams({ from: PAGES.comparison });
  const { data: comparison, error, refetch } = useQuery(comparisonQuery(tenant, comparisonId));
  return (
    <Page
      title={comparison === undefined ? "Comparison" : `Comparison of ${absoluteText(comparison.createdAt)}`}
      description={
        <p>
          <TextLink to={PAGES.baselines} params={{ slug: tenant.slug }}>
            Baselines
          </TextLink>
          {comparison === undefined ? null : <Origin comparison={comparison} />}
        </p>
      }
      actions={comparison === undefined ? null : <ComparisonStatusBadge status={comparison.status} />}
    >
      {comparison !== undefined ? (
        <ComparisonContent comparison={comparison} />
      ) : (
        <Panel>
          <NotLoaded lines={8} error={error} onRetry={() => void refetch()} />
        </Panel>
      )}
    </Page>
  );
}

function Origin({
  comparison: { baseline, standardVersion, initiator, createdAt, runId },
}: {
  comparison: BaselineComparisonDetail;
}) {
  const tenant = useTenant();
  return (
    <>
      <span aria-hidden> / </span>
      <Link
        to={PAGES.baseline}
        params={{ slug: tenant.slug, baselineId: baseline.id }}
        className="text-kumo-link underline underline-offset-2 [overflow-wrap:anywhere]"
      >
        {baseline.name}
      </Link>
      <span aria-hidden> / </span>
      Compared{standardVersion === null ? "" : ` with version ${digits(standardVersion)}`} by{" "}
      {initiator === null ? "the system" : initiator.name} <Time at={createdAt} /> in{" "}
      <RunLink runId={runId}>this operation</RunLink>
    </>
  );
}

function ComparisonContent({ comparison }: { comparison: BaselineComparisonDetail }) {
  if (comparison.status === "failed") {
    return (
      <Panel>
        <EmptyState title="This comparison was not completed">
          <p>Nothing of it counts: the findings are as the comparison before it left them.</p>
          <div className="mt-4 flex flex-wrap items-center justify-center gap-x-4 gap-y-2">
            <RunLink runId={comparison.runId}>See what happened</RunLink>
            <CompareButton baselineId={comparison.baseline.id} />
          </div>
        </EmptyState>
      </Panel>
    );
  }
  if (comparison.status === "building" || comparison.counts === null) {
    return <BuildProgress runId={comparison.runId}>Its findings show here as soon as it is sealed.</BuildProgress>;
  }
  return (
    <>
      <Counts counts={comparison.counts} baselineId={comparison.baseline.id} />
      <UnknownFamilies families={comparison.families} />
      <Section title="Findings as it left them" id="comparison-findings" flush>
        <Findings comparisonId={comparison.id} isOfStandard={comparison.standardVersion !== null} />
      </Section>
    </>
  );
}

function Counts({ counts, baselineId }: { counts: ComparisonCounts; baselineId: string }) {
  const tenant = useTenant();
  const { matching, different, unknown } = counts.policies;
  return (
    <section aria-label="Results" className="rounded-lg bg-kumo-base p-4 ring ring-kumo-line">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3 lg:grid-cols-6">
        <Count term="Open findings" value={countOf(counts, "open")} note={severitiesText(counts, "open")} />
        <Count term="Accepted" value={countOf(counts, "accepted")} />
        <Count term="Resolved by it" value={countOf(counts, "resolved")} />
        <Count term="Policies as in the baseline" value={matching} />
        <Count term="Policies that differ" value={different} />
        <Count
          term="Policies not known"
          value={unknown}
          note={counts.notChecked === 0 ? "" : groupDigits(`${counts.notChecked} earlier findings not checked`)}
        />
      </dl>
      <p className="mt-4 text-xs text-kumo-subtle">
        So it was when the comparison was sealed.{" "}
        <TextLink to={PAGES.findings} params={{ slug: tenant.slug }} search={{ baseline: baselineId }}>
          See the findings as they are now
        </TextLink>
      </p>
    </section>
  );
}

function Count({ term, value, note = "" }: { term: string; value: number; note?: string }) {
  return (
    <div>
      <dt className="text-xs text-kumo-subtle">{term}</dt>
      <dd>
        <p className="text-lg font-semibold tabular">{digits(value)}</p>
        {note === "" ? null : <p className="text-xs text-kumo-subtle tabular">{note}</p>}
      </dd>
    </div>
  );
}

function Findings({ comparisonId, isOfStandard }: { comparisonId: string; isOfStandard: boolean }) {
  const query = useInfiniteQuery(comparisonFindingsQuery(useTenant(), comparisonId));
  const findings = listedItems(query);
  if (findings === undefined) {
    return <NotLoaded lines={5} lineHeight="h-9" error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (findings.length === 0) {
    return (
      <EmptyState title="It found no difference">
        {isOfStandard
          ? "Every policy of the standard that could be compared is as the standard has it."
          : "Every policy that could be compared is as the baseline has it, and there are no others."}
      </EmptyState>
    );
  }
  return (
    <>
      <Rows className="divide-y divide-kumo-line">
        {findings.map((finding) => (
          <FindingRow key={finding.id} finding={finding} />
        ))}
      </Rows>
      <LoadMore query={query} label="Load more findings" />
    </>
  );
}

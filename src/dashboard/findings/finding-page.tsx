/** One finding: what is so, since when, what exactly differs, and what was decided about it. */
import { Badge } from "../components/badge.tsx";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { type FindingDetail, SEVERAL_FIT } from "../../contract/baselines.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { SEVERITY_WORDS } from "../baselines/baseline-words.ts";
import { counted } from "../components/digits.ts";
import { Page, Section, Trail } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { PolicyDiffView } from "../policy-diff/policy-diff-view.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { FindingDecision } from "./finding-decision.tsx";
import { FindingFacts } from "./finding-facts.tsx";
import { FindingHistory } from "./finding-history.tsx";
import { FindingRemedySection } from "./finding-remedy.tsx";
import { kindText } from "./finding-words.ts";
import { findingQuery } from "./queries.ts";
import { SeverityDot } from "./severity.tsx";

export function FindingPage() {
  const tenant = useTenant();
  const { findingId } = useParams({ from: PAGES.finding });
  const { data: finding, error, refetch } = useQuery(findingQuery(tenant, findingId));
  const back = (
    <TextLink
      to={PAGES.findings}
      params={{ slug: tenant.slug }}
      search={({ status, severity, difference, baseline }) => ({ status, severity, difference, baseline })}
    >
      Findings
    </TextLink>
  );
  return (
    <Page
      title={finding?.name ?? "Finding"}
      description={
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          {finding === undefined ? (
            back
          ) : (
            <>
              <Trail>{back}</Trail>
              <span>{finding.kind === "unknown" ? "Policy family" : finding.familyLabel}</span>
              <Badge variant="outline">
                <SeverityDot severity={finding.severity} />
                {SEVERITY_WORDS[finding.severity]}
              </Badge>
              <Badge variant="outline">{kindText(finding)}</Badge>
            </>
          )}
        </p>
      }
      actions={finding === undefined ? null : <FindingDecision finding={finding} />}
    >
      {finding !== undefined ? (
        <>
          <FindingFacts finding={finding} />
          <FindingRemedySection finding={finding} />
          {finding.kind === "unknown" ? null : (
            <Section title="Differences" id="finding-differences">
              <Differences finding={finding} />
            </Section>
          )}
          <Section title="History" id="finding-history" flush>
            <FindingHistory history={finding.history} />
          </Section>
        </>
      ) : (
        <div className="rounded-lg bg-kumo-base ring ring-kumo-line">
          <NotLoaded lines={8} error={error} onRetry={() => void refetch()} />
        </div>
      )}
    </Page>
  );
}

const SIDES = { before: "Baseline", after: "Tenant" };
const SIDES_OF_STANDARD = { before: "Standard", after: "Tenant" };

function Differences({ finding }: { finding: FindingDetail }) {
  const tenant = useTenant();
  if (finding.changes.length === 0) {
    return (
      <p className="text-kumo-subtle">
        {finding.kind === "added"
          ? "The whole policy is new, so there is nothing in the baseline to compare it with."
          : finding.isOfStandard
            ? `${finding.rule === SEVERAL_FIT ? "Several policies of the tenant fit this one" : "No policy of the tenant was found to be this one"}, so there is nothing to compare it with.`
            : "The whole policy is gone, so there is nothing in the tenant to compare it with."}{" "}
        {finding.policyId === null || finding.isOfStandard ? null : (
          <TextLink to={PAGES.policy} params={{ slug: tenant.slug, policyId: finding.policyId }}>
            {finding.kind === "added" ? "See the policy in the inventory" : "See it as it was last read"}
          </TextLink>
        )}
      </p>
    );
  }
  return (
    <div className="diff-drift flex flex-col gap-3">
      <PolicyDiffView changes={finding.changes} labels={finding.isOfStandard ? SIDES_OF_STANDARD : SIDES} />
      {finding.changesTruncated ? (
        <p className="text-kumo-subtle">
          These are the first. In all there are {counted(finding.changeCount, "difference", "differences")}; all of them
          count, also for an acceptance.
        </p>
      ) : null}
    </div>
  );
}

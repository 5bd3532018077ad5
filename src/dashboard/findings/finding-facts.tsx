/** What is so, in a sentence; where the finding stands; where it comes from. */
import { WarningIcon } from "@phosphor-icons/react/Warning";
import type { ReactNode } from "react";
import type { FindingDetail } from "../../contract/baselines.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { useUnknownAdvice } from "../baselines/use-unknown-reasons.ts";
import { ChangeLine } from "../components/change-line.tsx";
import { TextLink } from "../components/text-link.tsx";
import { absoluteText, dayText } from "../components/clock.ts";
import { Time } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { isLacking, statusText, uncheckedText } from "./finding-words.ts";

export function FindingFacts({ finding }: { finding: FindingDetail }) {
  const tenant = useTenant();
  const advice = useUnknownAdvice([finding]).get(finding.id);
  const unchecked = uncheckedText(finding);
  return (
    <section aria-label="Facts" className="flex flex-col gap-4 rounded-lg bg-kumo-base p-4 ring ring-kumo-line">
      <div className="[overflow-wrap:anywhere]">
        <p className="text-base">{finding.message}</p>
        {advice === undefined ? null : <p className="mt-1 text-kumo-subtle">{advice}</p>}
      </div>
      {finding.kind === "unknown" || isLacking(finding) ? null : <ChangeLine change={finding.change} />}
      {unchecked === null ? null : (
        <p className="flex items-start gap-2 rounded-md bg-kumo-warning-tint px-3 py-2">
          <WarningIcon size={16} aria-hidden className="mt-0.5 shrink-0 text-kumo-warning" />
          {unchecked}
        </p>
      )}
      <Acceptance finding={finding} />
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 lg:grid-cols-5">
        <Fact term="Status">{statusText(finding)}</Fact>
        <Fact term="First seen">
          <ComparisonLink comparisonId={finding.firstComparisonId} at={finding.firstSeenAt} />
        </Fact>
        <Fact term="Last seen">
          <ComparisonLink comparisonId={finding.lastComparisonId} at={finding.lastSeenAt} />
        </Fact>
        {finding.isOfStandard ? (
          <Fact term="Gold standard">
            <TextLink
              to={PAGES.followedStandard}
              params={{ slug: tenant.slug, followingId: finding.baseline.id }}
              preload={false}
            >
              {finding.baseline.name}
            </TextLink>
          </Fact>
        ) : (
          <Fact term="Baseline">
            <TextLink to={PAGES.baseline} params={{ slug: tenant.slug, baselineId: finding.baseline.id }}>
              {finding.baseline.name}
            </TextLink>
          </Fact>
        )}
        {finding.policyId === null || isLacking(finding) ? null : (
          <Fact term="Policy">
            <TextLink to={PAGES.policy} params={{ slug: tenant.slug, policyId: finding.policyId }}>
              Open in the inventory
            </TextLink>
          </Fact>
        )}
      </dl>
    </section>
  );
}

function Acceptance({ finding: { acceptance } }: { finding: FindingDetail }) {
  if (acceptance === null) return null;
  const { by, at, until, reason, expired } = acceptance;
  return (
    <div className="rounded-md bg-kumo-recessed px-3 py-2">
      <p className="font-medium">
        {expired ? "Was accepted" : "Accepted"} by {by === null ? "a former member" : by.name} <Time at={at} />, until{" "}
        {dayText(until)}
        {expired ? ". That is over: accept it again, or put it right." : ""}
      </p>
      <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">{reason}</p>
    </div>
  );
}

function ComparisonLink({ comparisonId, at }: { comparisonId: string; at: string }) {
  const tenant = useTenant();
  return (
    <TextLink to={PAGES.comparison} params={{ slug: tenant.slug, comparisonId }} title={absoluteText(at)}>
      <Time at={at} />
    </TextLink>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-kumo-subtle">{term}</dt>
      <dd className="[overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

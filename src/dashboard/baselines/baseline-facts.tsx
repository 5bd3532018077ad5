/** What a sealed baseline holds, what it knows nothing of, and how the tenant stands to it. */
import { WarningIcon } from "@phosphor-icons/react/Warning";
import { Link } from "@tanstack/react-router";
import type { BaselineDetail } from "../../contract/baselines.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { CopyButton } from "../components/copy-button.tsx";
import { recorded } from "../api/told.ts";
import { ToldNumber } from "../components/told.tsx";
import { KeyFact } from "../components/fact.tsx";
import { Time } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { countOf, severitiesText } from "./baseline-words.ts";
import { counted, digits } from "../components/digits.ts";

export function BaselineFacts({ baseline }: { baseline: BaselineDetail }) {
  const neverRead = baseline.families.filter(({ readAt }) => readAt === null);
  return (
    <section aria-label="Facts" className="flex flex-col gap-4 rounded-lg bg-kumo-base p-4 ring ring-kumo-line">
      {neverRead.length === 0 ? null : (
        <p className="flex items-start gap-2 rounded-md bg-kumo-warning-tint px-3 py-2">
          <WarningIcon size={16} aria-hidden className="mt-0.5 shrink-0 text-kumo-warning" />
          <span>
            Never read when it was captured, so it knows nothing of {counted(neverRead.length, "family", "families")}:{" "}
            {neverRead.map(({ label }) => label).join(", ")}. Sync the inventory and capture another baseline to have{" "}
            {neverRead.length === 1 ? "it" : "them"} compared.
          </span>
        </p>
      )}
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-[repeat(3,minmax(0,1fr))_minmax(0,1.6fr)]">
        <KeyFact term="Policies">
          <ToldNumber told={recorded(baseline.policyCount, Date.now())} />
        </KeyFact>
        <KeyFact term="Families">{digits(baseline.familyCounts.read)}</KeyFact>
        <KeyFact term={baseline.isStandard ? "Followed" : "Sealed"}>
          {baseline.sealedAt === null ? "Not yet" : <Time at={baseline.sealedAt} />}
        </KeyFact>
        <Standing baseline={baseline} />
      </dl>
      <details className="text-xs">
        <summary className="w-fit cursor-pointer rounded-sm text-kumo-subtle">Families and root</summary>
        <ul className="mt-2 grid gap-x-6 sm:grid-cols-2">
          {baseline.families.map((family) => (
            <li key={family.key} className="flex justify-between gap-3 border-b border-kumo-line py-1.5">
              <span className="min-w-0">{family.label}</span>
              <span className="text-right text-kumo-subtle tabular">
                {family.readAt === null ? (
                  "Never read"
                ) : (
                  <>
                    {counted(family.policyCount, "policy", "policies")}, read <Time at={family.readAt} />
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
        {baseline.contentRoot === null ? null : (
          <p className="mt-3 flex flex-wrap items-center gap-2">
            <span className="text-kumo-subtle">Root over all that it holds (SHA-256)</span>
            <code className="font-mono break-all">{baseline.contentRoot}</code>
            <CopyButton text={baseline.contentRoot}>Copy</CopyButton>
          </p>
        )}
      </details>
    </section>
  );
}

/** The findings as they are now, and what the newest comparison had found: people decide in between. */
function Standing({ baseline: { id, latestComparison, findingsNow } }: { baseline: BaselineDetail }) {
  const tenant = useTenant();
  if (latestComparison === null || findingsNow === null) return <KeyFact term="Findings now">Not compared yet</KeyFact>;
  const open = countOf(findingsNow, "open");
  const left = countOf(latestComparison.counts, "open");
  return (
    <div>
      <dt className="text-xs text-kumo-subtle">Findings now</dt>
      <dd>
        <Link
          to={PAGES.findings}
          params={{ slug: tenant.slug }}
          search={{ baseline: id }}
          className="text-lg font-semibold text-kumo-link tabular underline underline-offset-2"
        >
          {open === 0 ? "No open findings" : counted(open, "open finding", "open findings")}
        </Link>
        <p className="text-xs text-kumo-subtle tabular">{open === 0 ? null : severitiesText(findingsNow, "open")}</p>
        <p className="text-xs text-kumo-subtle tabular">
          Compared <Time at={latestComparison.sealedAt} />
          {left === open ? null : `; it left ${digits(left)} open`}
        </p>
      </dd>
    </div>
  );
}

/** Open findings as a decision to take: the worst of them, and the way to all. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Tenant } from "../../contract/access.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { SEVERITY_WORDS } from "../baselines/baseline-words.ts";
import { counted } from "../components/digits.ts";
import { findingsQuery } from "../findings/queries.ts";
import { SeverityDot } from "../findings/severity.tsx";
import { useTenant } from "../shell/tenant-context.ts";

const WORST_SHOWN = 3;
/** So many are asked for: up to here their number is told exactly. */
const COUNTED = 50;

export function openFindingsQuery(tenant: Tenant) {
  return findingsQuery(tenant, { status: "open", limit: COUNTED });
}

/** An error must not look like "there are none". */
function NotRead() {
  return (
    <p role="note" className="rounded-lg bg-kumo-warning-tint px-4 py-3 ring ring-kumo-warning/40">
      Open findings: unknown. They could not be read.
    </p>
  );
}

/** Renders nothing where there are none, and while they are asked for. */
export function OpenFindings() {
  const tenant = useTenant();
  const { data, error, hasNextPage } = useInfiniteQuery(openFindingsQuery(tenant));
  if (data === undefined) return error === null ? null : <NotRead />;
  const findings = data.pages[0]?.items;
  if (findings === undefined || findings.length === 0) return null;
  return (
    <section aria-labelledby="open-findings" className="rounded-lg bg-kumo-base p-4 ring ring-kumo-line">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h2 id="open-findings" className="font-semibold tabular">
          {hasNextPage
            ? `More than ${COUNTED} open findings`
            : counted(findings.length, "open finding", "open findings")}
        </h2>
        <Link
          to={PAGES.findings}
          params={{ slug: tenant.slug }}
          className="text-xs text-kumo-link underline underline-offset-2"
        >
          Decide about them
        </Link>
      </div>
      <ul className="mt-2 flex flex-col gap-1.5">
        {findings.slice(0, WORST_SHOWN).map((finding) => (
          <li
            key={finding.id}
            className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5 sm:grid-cols-[5rem_minmax(0,1fr)]"
          >
            <span className="inline-flex items-center gap-1.5 text-xs font-medium">
              <SeverityDot severity={finding.severity} />
              <span className="sr-only sm:not-sr-only">{SEVERITY_WORDS[finding.severity]}</span>
            </span>
            <p className="min-w-0 truncate">
              <Link
                to={PAGES.finding}
                params={{ slug: tenant.slug, findingId: finding.id }}
                className="font-medium hover:underline"
              >
                {finding.name}
              </Link>
              <span className="text-kumo-subtle"> · {finding.message}</span>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A finding in a list: how bad, of what, what is so, since when, and where it stands. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import type { ComparisonFinding, Finding } from "../../contract/baselines.ts";
import { Time } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { STATUS_WORDS, statusText, uncheckedText } from "./finding-words.ts";
import { KindMark, SeverityMark } from "./severity.tsx";

interface FindingRowProps {
  finding: Finding | ComparisonFinding;
  /** What to do about a family that is not known. */
  advice?: string | undefined;
  showBaseline?: boolean;
  /** A box to tick, at the row's beginning. */
  tick?: ReactNode;
}

const PARTS =
  "grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)_auto] gap-x-6 gap-y-1 sm:grid-cols-[6rem_minmax(0,1fr)_11rem]";

/** The link covers its row, so that the whole row can be clicked while only one thing takes focus. */
export function FindingRow({ finding, advice, showBaseline = false, tick = null }: FindingRowProps) {
  const tenant = useTenant();
  const unchecked = uncheckedText(finding);
  return (
    <li className={`relative flex items-start gap-1 py-3 pr-4 hover:bg-kumo-tint ${tick === null ? "pl-4" : "pl-2"}`}>
      {tick}
      <div className={PARTS}>
        <div className="sm:pt-0.5">
          <SeverityMark severity={finding.severity} />
        </div>
        <div className="order-last col-span-2 min-w-0 sm:order-none sm:col-span-1">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <Link
              to={PAGES.finding}
              params={{ slug: tenant.slug, findingId: finding.id }}
              search={({ status, severity, difference, baseline }) => ({ status, severity, difference, baseline })}
              preload={false}
              className="font-medium [overflow-wrap:anywhere] after:absolute after:inset-0 focus-visible:-outline-offset-2"
            >
              {finding.name}
            </Link>
            <span className="text-xs text-kumo-subtle">
              {finding.kind === "unknown" ? "Policy family" : finding.familyLabel}
              {showBaseline ? ` · ${finding.baseline.name}` : ""}
            </span>
          </p>
          <p className="mt-1 [overflow-wrap:anywhere]">
            <KindMark finding={finding} /> {finding.message}
          </p>
          {advice === undefined ? null : <p className="mt-0.5 text-kumo-subtle [overflow-wrap:anywhere]">{advice}</p>}
          {unchecked === null ? null : <p className="mt-0.5 text-xs text-kumo-subtle">{unchecked}</p>}
        </div>
        <div className="text-right text-xs text-kumo-subtle sm:pt-0.5">
          {"firstSeenAt" in finding ? (
            <>
              <p className={finding.status === "open" ? "text-kumo-default" : ""}>{statusText(finding)}</p>
              <p>
                First seen <Time at={finding.firstSeenAt} />
              </p>
            </>
          ) : (
            <p className={finding.status === "open" ? "text-kumo-default" : ""}>{STATUS_WORDS[finding.status]}</p>
          )}
        </div>
      </div>
    </li>
  );
}

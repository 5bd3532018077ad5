/** What was last found of a followed standard: before the first comparison nothing is known, and nothing is said to be zero. */
import { Link } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import type { Following } from "../../contract/standards.ts";
import { countOf, severitiesText } from "../baselines/baseline-words.ts";
import { counted } from "../components/digits.ts";
import { Time } from "../components/time.tsx";

interface FoundFactsProps {
  following: Pick<Following, "id" | "latestComparison" | "findingsNow">;
  /** The tenant whose findings they are. */
  slug: string;
  /** In the size of a fact that people look for first. */
  large?: boolean;
}

/** Open findings by severity, with the way to them, and when the tenant was last compared. */
export function FoundFacts({ following, slug, large = false }: FoundFactsProps) {
  const { id, latestComparison, findingsNow } = following;
  if (latestComparison === null || findingsNow === null) {
    return (
      <div className={large ? "" : "text-xs"}>
        <p className={large ? "text-lg font-semibold" : "font-medium"} data-unknown>
          Not compared yet
        </p>
        <p className="text-xs text-kumo-subtle">What the tenant has of it is not known before the first comparison.</p>
      </div>
    );
  }
  const open = countOf(findingsNow, "open");
  const accepted = countOf(findingsNow, "accepted");
  return (
    <div className={large ? "" : "text-xs"}>
      <Link
        to={PAGES.findings}
        params={{ slug }}
        search={{ baseline: id }}
        className={`text-kumo-link tabular underline underline-offset-2 ${large ? "text-lg font-semibold" : "font-medium"}`}
      >
        {open === 0 ? "No open findings" : counted(open, "open finding", "open findings")}
      </Link>
      {open === 0 && accepted === 0 ? null : (
        <p className="text-xs text-kumo-subtle tabular">
          {[
            ...(open === 0 ? [] : [severitiesText(findingsNow, "open")]),
            ...(accepted === 0 ? [] : [counted(accepted, "accepted", "accepted")]),
          ].join(" · ")}
        </p>
      )}
      <p className="text-xs text-kumo-subtle">
        Compared <Time at={latestComparison.sealedAt} />
      </p>
    </div>
  );
}

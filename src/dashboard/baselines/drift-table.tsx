/** The chart's numbers, each comparison a row, the newest first. */
import { SEVERITIES } from "../../contract/baselines.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { TextLink } from "../components/text-link.tsx";
import { absoluteText } from "../components/clock.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { SEVERITY_WORDS } from "./baseline-words.ts";
import type { DriftRow } from "./drift-points.ts";
import { digits } from "../components/digits.ts";

export function DriftTable({ rows }: { rows: readonly DriftRow[] }) {
  const tenant = useTenant();
  return (
    <div className="max-h-80 overflow-auto" tabIndex={0} role="region" aria-label="Drift over time, as a table">
      <table className="w-full text-left tabular">
        <caption className="sr-only">Findings after each comparison, newest first</caption>
        <thead className="text-xs text-kumo-subtle">
          <tr className="border-b border-kumo-line [&>th]:py-1.5 [&>th]:pr-4 [&>th]:font-medium">
            <th scope="col">Comparison</th>
            {SEVERITIES.map((severity) => (
              <th key={severity} scope="col" className="text-right">
                {SEVERITY_WORDS[severity]}
              </th>
            ))}
            <th scope="col" className="text-right">
              Accepted
            </th>
            <th scope="col" className="text-right whitespace-nowrap">
              Not checked
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.toReversed().map((row) => (
            <tr key={row.comparisonId} className="border-b border-kumo-line last:border-0 [&>*]:py-1.5 [&>*]:pr-4">
              <th scope="row" className="font-normal whitespace-nowrap">
                <TextLink to={PAGES.comparison} params={{ slug: tenant.slug, comparisonId: row.comparisonId }}>
                  {absoluteText(row.at)}
                </TextLink>
              </th>
              {[...SEVERITIES, "accepted" as const, "notChecked" as const].map((series) => (
                <td key={series} className="text-right">
                  {digits(row[series])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

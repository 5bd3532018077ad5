/** Two versions of a policy compared: the newest with the one before, until others are chosen. The address holds both. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Policy, PolicyVersion } from "../../contract/inventory.ts";
import type { VersionComparison } from "../../contract/readable-policy.ts";
import { choosableItems } from "../api/listed-items.ts";
import { ChangeLine } from "../components/change-line.tsx";
import { LoadMore } from "../components/load-more.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { absoluteText } from "../components/clock.ts";
import { PolicyDiffView } from "../policy-diff/policy-diff-view.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { versionDiffQuery, versionListQuery } from "./queries.ts";

interface VersionComparisonViewProps {
  policy: Policy;
  /** The one before `after` when it is not chosen. */
  before: number | undefined;
  after: number;
}

export function VersionComparisonView({ policy, before, after }: VersionComparisonViewProps) {
  const tenant = useTenant();
  const navigate = useNavigate();
  const list = useInfiniteQuery(versionListQuery(tenant, policy.id));
  const versions = choosableItems(list);
  const comparison = useQuery(versionDiffQuery(tenant, policy.id, before, after));
  const choose = (choice: { before?: number | undefined; version?: number | undefined }) =>
    void navigate({
      to: ".",
      search: (search) => ({ ...search, ...choice }),
      replace: true,
      resetScroll: false,
    });
  const beforeNumber = before ?? after - 1;
  const newer = versions.find(({ versionNumber }) => versionNumber === after);
  return (
    <>
      <div className="grid shrink-0 grid-cols-[repeat(auto-fit,minmax(min(24rem,100%),1fr))] items-center gap-2 border-b border-kumo-line px-4 py-2 text-xs">
        <SelectFilter
          wide
          label="Before"
          value={String(beforeNumber)}
          options={options(versions, beforeNumber, policy)}
          onChange={(value) => choose({ before: Number(value) === after - 1 ? undefined : Number(value) })}
        />
        <SelectFilter
          wide
          label="After"
          value={String(after)}
          options={options(versions, after, policy)}
          onChange={(value) =>
            choose({
              before: beforeNumber,
              version: Number(value) === policy.versionNumber ? undefined : Number(value),
            })
          }
        />
        <LoadMore query={list} label="Load older versions" />
        {newer === undefined ? null : (
          <ChangeLine change={newer.change} className="col-span-full max-h-40 overflow-y-auto" />
        )}
      </div>
      <div
        role="region"
        aria-label="Differences between the versions"
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto p-4 focus-visible:-outline-offset-2"
      >
        {comparison.data !== undefined ? (
          <Compared comparison={comparison.data} />
        ) : (
          <NotLoaded lines={8} error={comparison.error} onRetry={() => void comparison.refetch()} />
        )}
      </div>
    </>
  );
}

function Compared({ comparison }: { comparison: VersionComparison }) {
  const { before, after, changes, beforeNumber, afterNumber } = comparison;
  if (changes !== null) {
    return (
      <PolicyDiffView
        changes={changes}
        labels={{ before: `Version ${beforeNumber}`, after: `Version ${afterNumber}` }}
      />
    );
  }
  if (beforeNumber === 0) {
    return (
      <EmptyState title="There is no version before this one">It is the first that was read of this policy.</EmptyState>
    );
  }
  const missing = [before === null ? beforeNumber : null, after === null ? afterNumber : null].filter(
    (each) => each !== null,
  );
  return (
    <EmptyState title={`Version ${missing.join(" and version ")} is not kept`}>
      There is nothing to compare. Choose other versions above.
    </EmptyState>
  );
}

/** The versions that are kept, with the chosen one, which may not be. */
function options(versions: readonly PolicyVersion[], chosen: number, policy: Policy) {
  const kept = versions.map(({ versionNumber, seenAt }) => ({
    value: String(versionNumber),
    label: `Version ${versionNumber}${versionNumber === policy.versionNumber ? " (latest)" : ""}, ${absoluteText(seenAt)}`,
  }));
  if (kept.some(({ value }) => value === String(chosen))) return kept;
  return [...kept, { value: String(chosen), label: chosen === 0 ? "None" : `Version ${chosen}` }];
}

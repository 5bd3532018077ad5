/** The differences of an item: to the policy as the inventory last saw it, or to another backup of it. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { BackupSetItem, ItemComparison, PolicyBackup } from "../../contract/backup-sets.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { choosableItems } from "../api/listed-items.ts";
import { ApiProblem } from "../../client/problem.ts";
import { SelectFilter } from "../components/select-filter.tsx";
import { EmptyState, ErrorState, Skeleton } from "../components/states.tsx";
import { absoluteText } from "../components/clock.ts";
import { Time } from "../components/time.tsx";
import { PolicyDiffView } from "../policy-diff/policy-diff-view.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { comparisonQuery, policyBackupsQuery } from "./queries.ts";

export function ItemComparisonView({ item }: { item: BackupSetItem }) {
  const tenant = useTenant();
  const navigate = useNavigate();
  const { against } = useSearch({ from: PAGES.backupItem });
  const comparison = useQuery(comparisonQuery(tenant, item.backupSetId, item.id, against ?? null));
  const backups = useInfiniteQuery(policyBackupsQuery(tenant, item.policyId));
  const others = choosableItems(backups).filter(({ id }) => id !== item.id);
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-kumo-line px-4 py-2 text-xs">
        <SelectFilter
          label="Compare with"
          value={against ?? ""}
          options={[
            { value: "", label: "The tenant, as last synced" },
            ...others.map((other) => ({ value: other.id, label: otherText(other, item) })),
          ]}
          onChange={(value) =>
            void navigate({
              to: ".",
              search: (before) => ({ ...before, against: value || undefined }),
              replace: true,
              resetScroll: false,
            })
          }
        />
        {comparison.data === undefined ? null : <OtherSide comparison={comparison.data} />}
      </div>
      <div
        role="region"
        aria-label="Differences"
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto p-4 focus-visible:-outline-offset-2"
      >
        {comparison.data !== undefined ? (
          <PolicyDiffView
            changes={comparison.data.changes}
            labels={{ before: "This backup", after: against === undefined ? "The tenant" : "The other backup" }}
          />
        ) : comparison.error === null ? (
          <Skeleton lines={8} />
        ) : against === undefined && comparison.error instanceof ApiProblem && comparison.error.status === 404 ? (
          <EmptyState title="The inventory does not have this policy">
            Sync the inventory to compare with the tenant, or choose another backup above.
          </EmptyState>
        ) : (
          <ErrorState error={comparison.error} onRetry={() => void comparison.refetch()} />
        )}
      </div>
    </>
  );
}

function otherText(other: PolicyBackup, item: BackupSetItem): string {
  const set = other.backupSetId === item.backupSetId ? "this set" : other.backupSet.name;
  return `${absoluteText(other.capturedAt)}, ${set}`;
}

function OtherSide({ comparison: { against } }: { comparison: ItemComparison }) {
  if (against.kind === "item") {
    return (
      <p className="text-kumo-subtle">
        Taken <Time at={against.item.capturedAt} />
      </p>
    );
  }
  if (against.removedAt !== null) {
    return (
      <p className="text-kumo-danger">
        Gone from the tenant since <Time at={against.removedAt} />: compared with how it was last seen
      </p>
    );
  }
  return (
    <p className="text-kumo-subtle">
      Seen <Time at={against.lastSeenAt} />
    </p>
  );
}

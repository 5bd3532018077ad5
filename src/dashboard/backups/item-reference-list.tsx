/** What an item's policy refers to, by the names that the things had when it was taken. */
import { useQuery } from "@tanstack/react-query";
import type { BackupSetItem } from "../../contract/backup-sets.ts";
import { RequestId } from "../components/request-id.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { REFERENCE_WORDS } from "../restore/plan-words.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { itemReferencesQuery } from "./queries.ts";

export function ItemReferenceList({ item }: { item: BackupSetItem }) {
  const { data, error, refetch } = useQuery(itemReferencesQuery(useTenant(), item.backupSetId, item.id));
  if (data === undefined) return <NotLoaded lines={4} error={error} onRetry={() => void refetch()} />;
  if (data.references.length === 0) {
    return (
      <EmptyState title="No references">The policy refers to no group, filter, scope tag or other policy.</EmptyState>
    );
  }
  return (
    <ul
      aria-label="References"
      tabIndex={0}
      className="min-h-0 flex-1 divide-y divide-kumo-line overflow-y-auto focus-visible:-outline-offset-2"
    >
      {data.references.map(({ kind, id, name }) => (
        <li key={`${kind}/${id}`} className="px-4 py-2.5">
          <p>
            <span className="font-medium">
              {REFERENCE_WORDS[kind]}
              {name === null ? "" : ` “${name}”`}
            </span>
            {name === null ? <span className="text-kumo-subtle"> Its name at the backup is not known.</span> : null}
          </p>
          <p className="text-xs text-kumo-subtle">
            <RequestId id={id} what="id" />
          </p>
        </li>
      ))}
    </ul>
  );
}

/** One item: how it differs from the tenant or from another backup, its JSON on demand, and where it came from. */
import { ArrowLeftIcon } from "@phosphor-icons/react/ArrowLeft";
import { XIcon } from "@phosphor-icons/react/X";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import type { BackupSetItem } from "../../contract/backup-sets.ts";
import { useDocumentTitle } from "../components/page.tsx";
import { ErrorState, Skeleton } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { JsonView } from "../inventory/json-view.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { backupContentQuery, backupItemQuery } from "./backup-queries.ts";
import { ItemComparisonView } from "./item-comparison.tsx";
import { ItemOrigin } from "./item-origin.tsx";

export function BackupItemPanel() {
  const tenant = useTenant();
  const { setId, itemId } = useParams({ from: PAGES.backupItem });
  const { data: item, error, refetch } = useQuery(backupItemQuery(tenant, setId, itemId));
  useDocumentTitle(item?.name ?? "Backup item");
  return (
    <section
      aria-label="Backup item"
      className="flex h-full min-h-0 flex-col rounded-lg bg-kumo-base ring ring-kumo-line"
    >
      {/* One header for all states: it has the focus after navigation, and must not be replaced when the item arrives. */}
      <header className="flex items-start justify-between gap-3 px-4 pt-3 pb-2">
        <div className="min-w-0">
          <h2 tabIndex={-1} data-page-title className="text-base font-semibold break-words outline-none">
            {item?.name ?? "Backup item"}
          </h2>
          {item === undefined ? null : <Summary item={item} />}
        </div>
        <Link
          to={PAGES.backupSet}
          params={{ slug: tenant.slug, setId }}
          search={(before) => ({ ...before, show: undefined, against: undefined })}
          resetScroll={false}
          className="flex shrink-0 items-center gap-1 rounded-md p-1 text-xs text-kumo-subtle hover:bg-kumo-tint"
        >
          <ArrowLeftIcon size={14} aria-hidden className="lg:hidden" />
          <span className="lg:sr-only">Back to the list</span>
          <XIcon size={16} aria-hidden className="hidden lg:block" />
        </Link>
      </header>
      {item !== undefined ? (
        <ItemDetail key={item.id} item={item} />
      ) : error === null ? (
        <Skeleton lines={8} />
      ) : (
        <ErrorState error={error} onRetry={() => void refetch()} />
      )}
    </section>
  );
}

function Summary({ item }: { item: BackupSetItem }) {
  return (
    <p className="text-xs text-kumo-subtle">
      {item.familyLabel}
      {item.platform === null ? "" : ` · ${item.platform}`}
      {" · Taken "}
      <Time at={item.capturedAt} />
      {item.latest ? "" : " · Replaced by a newer item"}
    </p>
  );
}

const VIEWS = [
  { show: undefined, label: "Differences" },
  { show: "json", label: "JSON" },
] as const;

function ItemDetail({ item }: { item: BackupSetItem }) {
  const { show } = useSearch({ from: PAGES.backupItem });
  return (
    <>
      <ItemOrigin item={item} />
      <nav aria-label="Views of the item" className="flex gap-4 border-b border-kumo-line px-4">
        {VIEWS.map((each) => (
          <Link
            key={each.label}
            to="."
            search={(before) => ({ ...before, show: each.show })}
            replace
            resetScroll={false}
            aria-current={show === each.show ? "page" : undefined}
            className={`-mb-px border-b-2 px-0.5 py-2 ${
              show === each.show
                ? "border-(--bar-fill) font-medium"
                : "border-transparent text-kumo-subtle hover:text-kumo-default"
            }`}
          >
            {each.label}
          </Link>
        ))}
      </nav>
      {show === "json" ? <Json item={item} /> : <ItemComparisonView item={item} />}
    </>
  );
}

function Json({ item }: { item: BackupSetItem }) {
  const content = useQuery(backupContentQuery(useTenant(), item.backupSetId, item.id));
  if (content.data !== undefined) return <JsonView json={content.data} label={`JSON of ${item.name}`} />;
  if (content.error === null) return <Skeleton lines={10} />;
  return <ErrorState error={content.error} onRetry={() => void content.refetch()} />;
}

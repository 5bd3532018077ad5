/** One item: how it differs from the tenant or from another backup, what it refers to and its JSON on demand, and where it came from. */
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import type { BackupSetItem } from "../../contract/backup-sets.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { DetailPanel, PanelClose } from "../components/detail-panel.tsx";
import { NotLoaded } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { ViewLink } from "../components/view-link.tsx";
import { JsonView } from "../inventory/json-view.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { ItemComparisonView } from "./item-comparison.tsx";
import { ItemOrigin } from "./item-origin.tsx";
import { ItemReferenceList } from "./item-reference-list.tsx";
import { backupContentQuery, backupItemQuery } from "./queries.ts";

export function BackupItemPanel() {
  const tenant = useTenant();
  const { setId, itemId } = useParams({ from: PAGES.backupItem });
  const { data: item, error, refetch } = useQuery(backupItemQuery(tenant, setId, itemId));
  return (
    <DetailPanel
      label="Backup item"
      title={item?.name}
      summary={item === undefined ? null : <Summary item={item} />}
      close={
        <PanelClose
          to={PAGES.backupSet}
          params={{ slug: tenant.slug, setId }}
          search={(before) => ({ ...before, show: undefined, against: undefined })}
          resetScroll={false}
        />
      }
      borderless
    >
      {item !== undefined ? (
        <ItemDetail key={item.id} item={item} />
      ) : (
        <NotLoaded lines={8} error={error} onRetry={() => void refetch()} />
      )}
    </DetailPanel>
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
  { show: "references", label: "References" },
  { show: "json", label: "JSON" },
] as const;

function ItemDetail({ item }: { item: BackupSetItem }) {
  const { show } = useSearch({ from: PAGES.backupItem });
  return (
    <>
      <ItemOrigin item={item} />
      <nav aria-label="Views of the item" className="flex flex-wrap gap-x-4 border-b border-kumo-line px-4">
        {VIEWS.map((each) => (
          <ViewLink
            key={each.label}
            to="."
            search={(before) => ({ ...before, show: each.show })}
            replace
            resetScroll={false}
            current={show === each.show}
          >
            {each.label}
          </ViewLink>
        ))}
      </nav>
      {show === "json" ? (
        <Json item={item} />
      ) : show === "references" ? (
        <ItemReferenceList item={item} />
      ) : (
        <ItemComparisonView item={item} />
      )}
    </>
  );
}

function Json({ item }: { item: BackupSetItem }) {
  const content = useQuery(backupContentQuery(useTenant(), item.backupSetId, item.id));
  if (content.data !== undefined) return <JsonView json={content.data} label={`JSON of ${item.name}`} />;
  return <NotLoaded lines={10} error={content.error} onRetry={() => void content.refetch()} />;
}

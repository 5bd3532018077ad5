/** Items as rows: to open one, and to tick what shall be restored. */
import { Link, useParams } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import type { BackupSetItem } from "../../contract/backup-sets.ts";
import { Tick } from "./tick.tsx";
import { Time } from "../components/time.tsx";
import { WindowRows } from "../components/window-rows.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { type ChosenItems, isChosen, toggleItem } from "./chosen-items.ts";
import { rootPixels } from "../components/root-pixels.ts";

const ROW_PIXELS = 56;

interface BackupItemRowsProps {
  items: readonly BackupSetItem[];
  /** Absent where nothing can be selected. */
  chosen?: ChosenItems;
  onChoose?: (chosen: ChosenItems) => void;
  onNearEnd: () => void;
  filterKey: string;
}

export function BackupItemRows({ items, chosen, onChoose, onNearEnd, filterKey }: BackupItemRowsProps) {
  const { itemId } = useParams({ strict: false });
  return (
    <WindowRows
      label="Items"
      items={items}
      rowPixels={rootPixels(ROW_PIXELS)}
      filterKey={filterKey}
      rowClassName={({ id }) =>
        `flex items-center hover:bg-kumo-tint ${id === itemId ? "bg-kumo-tint" : ""} ${onChoose ? "pl-1" : "pl-4"}`
      }
      onNearEnd={onNearEnd}
    >
      {(item) => (
        <>
          {chosen && onChoose ? (
            <Tick
              label={`Select ${item.name}`}
              state={isChosen(chosen, item) ? "all" : "none"}
              onChange={() => onChoose(toggleItem(chosen, item))}
            />
          ) : null}
          <ItemRow item={item} open={item.id === itemId} />
        </>
      )}
    </WindowRows>
  );
}

/** The link covers its row; only the box lies above it. */
function ItemRow({ item, open }: { item: BackupSetItem; open: boolean }) {
  const tenant = useTenant();
  return (
    <div className="min-w-0 flex-1 pr-4">
      <p className="flex min-w-0 items-baseline justify-between gap-4">
        <Link
          to={PAGES.backupItem}
          params={{ slug: tenant.slug, setId: item.backupSetId, itemId: item.id }}
          search={(before) => ({ ...before, against: undefined })}
          aria-current={open ? "true" : undefined}
          resetScroll={false}
          preload={false}
          title={item.name}
          className="truncate font-medium after:absolute after:inset-0 focus-visible:-outline-offset-2"
        >
          {item.name}
        </Link>
        <span className="shrink-0 text-xs text-kumo-subtle">
          <Time at={item.capturedAt} />
        </span>
      </p>
      <p className="truncate text-xs text-kumo-subtle">
        {item.familyLabel}
        {item.platform === null ? "" : ` · ${item.platform}`}
        {item.latest ? "" : " · Replaced by a newer item"}
      </p>
    </div>
  );
}

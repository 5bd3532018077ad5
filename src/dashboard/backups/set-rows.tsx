/** Sets as rows: what each holds, how fresh it is, and what can be done with it. */
import { Link } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import type { BackupSet } from "../../contract/backup-sets.ts";
import { groupDigits } from "../../contract/progress.ts";
import { isSelected, type Selection, toggle } from "./selection.ts";
import { Tick } from "./tick.tsx";
import { Time } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { Rows } from "../keys/rows.tsx";
import { SetMenu } from "./set-menu.tsx";

interface SetRowsProps {
  sets: readonly BackupSet[];
  selection: Selection;
  /** Absent for somebody who may only read. */
  onSelect?: (selection: Selection) => void;
}

export function SetRows({ sets, selection, onSelect }: SetRowsProps) {
  const listed = sets.map(({ id }) => id);
  return (
    <Rows aria-label="Backup sets" className="divide-y divide-kumo-line">
      {sets.map((set) => (
        <SetRow
          key={set.id}
          set={set}
          selected={isSelected(selection, set.id)}
          {...(onSelect ? { onToggle: () => onSelect(toggle(selection, set.id, listed)) } : {})}
        />
      ))}
    </Rows>
  );
}

function SetRow({ set, selected, onToggle }: { set: BackupSet; selected: boolean; onToggle?: () => void }) {
  const tenant = useTenant();
  return (
    <li
      className={`relative flex items-center gap-1 py-1.5 pr-2 pl-2 hover:bg-kumo-tint ${selected ? "bg-kumo-tint" : ""}`}
    >
      {onToggle ? <Tick label={`Select ${set.name}`} state={selected ? "all" : "none"} onChange={onToggle} /> : null}
      <div className="grid min-w-0 flex-1 gap-x-6 gap-y-0.5 pl-1 sm:grid-cols-[minmax(0,1fr)_7rem_12rem] sm:items-center">
        <div className="min-w-0">
          <p className="flex min-w-0 items-center gap-2">
            {/* The link covers its row; only the box and the menu lie above it. */}
            <Link
              to={PAGES.backupSet}
              params={{ slug: tenant.slug, setId: set.id }}
              title={set.name}
              className="truncate font-medium after:absolute after:inset-0 focus-visible:-outline-offset-2"
            >
              {set.name}
            </Link>
            {set.state === "archived" ? <ArchivedBadge /> : null}
          </p>
          {set.description === "" ? null : <p className="truncate text-xs text-kumo-subtle">{set.description}</p>}
        </div>
        <p className="text-xs text-kumo-subtle tabular sm:text-right sm:text-sm sm:text-kumo-default">
          {policiesText(set.policyCount)}
        </p>
        {set.lastCapturedAt === null ? null : (
          <p className="truncate text-xs text-kumo-subtle">
            Newest item <Time at={set.lastCapturedAt} />
          </p>
        )}
      </div>
      <SetMenu set={set} />
    </li>
  );
}

export function ArchivedBadge() {
  return <span className="shrink-0 rounded bg-kumo-recessed px-1.5 text-xs text-kumo-subtle">Archived</span>;
}

export function policiesText(count: number): string {
  if (count === 0) return "Empty";
  return groupDigits(count === 1 ? "1 policy" : `${count} policies`);
}

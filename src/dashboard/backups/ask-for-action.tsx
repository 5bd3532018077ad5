import { groupDigits } from "../../contract/progress.ts";
import { compareNames } from "../components/compare-names.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { counted } from "../components/digits.ts";
import type { Selection } from "./selection.ts";
import { useStartOperation } from "../runs/run-commands.ts";
import { useTenant } from "../shell/tenant-context.ts";
import type { SetListFilter } from "./backup-filters.ts";
import { ACTION_FACTS, actionInput, actionTitle, filterText, type SetAction } from "./set-actions.ts";

interface AskForActionProps {
  action: SetAction;
  filter: SetListFilter;
  filtered: boolean;
  selection: Selection;
  /** The name of the one set that it is for. */
  named?: string;
  /** Names of the sets that are listed, by id: with several, the question says which they are. */
  names?: ReadonlyMap<string, string>;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onStarted?: () => void;
}

/** Asks, then starts the operation. Its progress shows above the list and in the activity. */
export function AskForAction({
  action,
  filter,
  filtered,
  selection,
  named,
  names,
  open,
  onOpenChange,
  onStarted,
}: AskForActionProps) {
  const start = useStartOperation(useTenant());
  const { type, label, consequence, others } = ACTION_FACTS[action];
  const confirm = (reason: string | null) =>
    start.mutate(
      { type, input: actionInput(selection, filter), key: crypto.randomUUID(), reason },
      { onSuccess: () => onStarted?.() },
    );
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={groupDigits(actionTitle(action, selection, filtered, named))}
      confirmLabel={label}
      destructive={action === "remove"}
      approval={action === "remove" ? "force-delete" : undefined}
      onConfirm={confirm}
      {...(action === "remove" ? { typed: "delete" } : {})}
    >
      {selection.kind === "matches" ? (
        <p>
          That is: all {filterText(filter)}, also those that are not listed. Which they are is decided once, when the
          operation starts.
        </p>
      ) : null}
      {selection.kind === "ids" && names !== undefined ? <Chosen ids={selection.ids} names={names} /> : null}
      <p>{consequence}</p>
      {others === "" ? null : <p>{others}</p>}
    </ConfirmDialog>
  );
}

/** Which sets were chosen, by name; those that the list no longer shows are counted. */
function Chosen({ ids, names }: { ids: ReadonlySet<string>; names: ReadonlyMap<string, string> }) {
  const known = [...names].filter(([id]) => ids.has(id)).map(([, name]) => name);
  const others = ids.size - known.length;
  return (
    <ul tabIndex={0} aria-label="Chosen backup sets" className="max-h-40 list-disc overflow-y-auto pl-5">
      {known.toSorted(compareNames).map((name, at) => (
        <li key={at} className="[overflow-wrap:anywhere]">
          <bdi>{name}</bdi>
        </li>
      ))}
      {others === 0 ? null : <li>{counted(others, "set", "sets")} that the list does not show now</li>}
    </ul>
  );
}

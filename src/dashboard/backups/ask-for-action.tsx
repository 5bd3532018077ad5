import { groupDigits } from "../../contract/progress.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
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
      <p>{consequence}</p>
      {others === "" ? null : <p>{others}</p>}
    </ConfirmDialog>
  );
}

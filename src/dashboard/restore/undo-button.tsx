import { ClockCounterClockwiseIcon } from "@phosphor-icons/react/ClockCounterClockwise";
import type { RestoreUndo } from "../../contract/restore.ts";
import type { Run } from "../../contract/runs.ts";
import { counted } from "../components/digits.ts";
import { StartButton } from "../runs/start-button.tsx";

interface UndoButtonProps {
  /** Ids of the items of the set that are taken back; none where the whole restore is. */
  itemIds?: readonly string[];
  undo: Pick<NonNullable<RestoreUndo["undo"]>, "assignments" | "backupSet">;
  onStarted: (run: Run) => void;
}

/** Starts the preview of an undo. */
export function UndoButton({ undo: { assignments, backupSet }, itemIds = [], onStarted }: UndoButtonProps) {
  return (
    <StartButton
      type="policy.restore-preview"
      input={{
        backupSetId: backupSet.id,
        mode: "update",
        assignments,
        conditionalAccess: "as-is",
        ...(itemIds.length === 0 ? {} : { itemIds: [...itemIds] }),
      }}
      capability="restore.preview"
      refusal="Your role may read operations, not undo them"
      variant="secondary"
      icon={ClockCounterClockwiseIcon}
      onStarted={onStarted}
    >
      {itemIds.length === 0
        ? "Undo this restore"
        : `Undo ${counted(itemIds.length, "selected policy", "selected policies")}`}
    </StartButton>
  );
}

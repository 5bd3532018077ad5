import { ClockCounterClockwiseIcon } from "@phosphor-icons/react/ClockCounterClockwise";
import type { RestoreUndo } from "../../contract/restore.ts";
import type { Run } from "../../contract/runs.ts";
import { StartButton } from "../runs/start-button.tsx";

interface UndoButtonProps {
  undo: Pick<NonNullable<RestoreUndo["undo"]>, "assignments" | "backupSet">;
  onStarted: (run: Run) => void;
}

/** Starts the preview of an undo. */
export function UndoButton({ undo: { assignments, backupSet }, onStarted }: UndoButtonProps) {
  return (
    <StartButton
      type="policy.restore-preview"
      input={{ backupSetId: backupSet.id, mode: "update", assignments, conditionalAccess: "as-is" }}
      capability="restore.preview"
      refusal="Your role may read operations, not undo them"
      variant="secondary"
      icon={ClockCounterClockwiseIcon}
      onStarted={onStarted}
    >
      Undo this restore
    </StartButton>
  );
}

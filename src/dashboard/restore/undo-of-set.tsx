/** Of a set that a restore has made: what it has replaced is for undoing it, and for nothing else. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { BackupSetDetail } from "../../contract/backup-sets.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { UndoButton } from "./undo-button.tsx";
import { restoreUndoQuery } from "./undo-query.ts";

/** `chosen`: ids of selected items. Only these are taken back then. */
export function UndoOfSet({ set, chosen }: { set: BackupSetDetail; chosen: readonly string[] }) {
  const tenant = useTenant();
  const navigate = useNavigate();
  const { data } = useQuery({ ...restoreUndoQuery(tenant, set.originId ?? ""), enabled: set.originId !== null });
  const undo = data?.undo ?? null;
  if (undo === null) return null;
  return (
    <UndoButton
      undo={undo}
      itemIds={chosen}
      onStarted={({ id }) => void navigate({ to: ".", search: (before) => ({ ...before, run: id }), replace: true })}
    />
  );
}

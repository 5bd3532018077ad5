/** What a set's page offers: to add to it, to restore from it, and what its menu holds. */
import { Button } from "../components/button.tsx";
import { ClockCounterClockwiseIcon } from "@phosphor-icons/react/ClockCounterClockwise";
import { PlusIcon } from "@phosphor-icons/react/Plus";
import { useNavigate } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { type BackupSetDetail, isSealedOrigin } from "../../contract/backup-sets.ts";
import { onDemand } from "../components/on-demand.ts";
import { GuardedButton } from "../components/guarded-button.tsx";
import { RestoreDialog } from "../restore/restore-dialog.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { AskForAction } from "./ask-for-action.tsx";
import type { ChosenItems } from "./chosen-items.ts";
import { SetMenu } from "./set-menu.tsx";

const undoOfSet = onDemand(async () => (await import("../restore/undo-of-set.tsx")).UndoOfSet);

export function SetActions({ set, chosen }: { set: BackupSetDetail; chosen: ChosenItems }) {
  const tenant = useTenant();
  const navigate = useNavigate();
  const toList = () => void navigate({ to: PAGES.backupSets, params: { slug: tenant.slug } });
  return (
    <>
      {set.state === "archived" ? (
        <BringBackButton set={set} />
      ) : set.origin === "standard" ? null : (
        <>
          {set.origin === "undo" ? (
            <Suspense fallback={null}>
              <undoOfSet.Part set={set} chosen={[...chosen.values()]} />
            </Suspense>
          ) : (
            <RestoreButton set={set} chosen={chosen} />
          )}
          {isSealedOrigin(set.origin) ? null : <AddButton set={set} />}
        </>
      )}
      <SetMenu set={set} onRemoving={toList} />
    </>
  );
}

function AddButton({ set }: { set: BackupSetDetail }) {
  const tenant = useTenant();
  const navigate = useNavigate();
  const allowed = useCan("backup.write");
  return (
    <GuardedButton
      variant="primary"
      icon={PlusIcon}
      refusal={allowed ? null : "Your role may read backups, not add to them"}
      onClick={() => void navigate({ to: PAGES.addPolicies, params: { slug: tenant.slug, setId: set.id } })}
    >
      Add policies
    </GuardedButton>
  );
}

function RestoreButton({ set, chosen }: { set: BackupSetDetail; chosen: ChosenItems }) {
  const [open, setOpen] = useState(false);
  const refusal = !useCan("restore.preview")
    ? "Your role may read backups, not restore from them"
    : set.itemCount === 0
      ? "The set holds nothing to restore yet"
      : null;
  return (
    <>
      <GuardedButton
        icon={ClockCounterClockwiseIcon}
        refusal={refusal}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        Restore to tenant
      </GuardedButton>
      <RestoreDialog set={set} chosen={chosen} open={open} onOpenChange={setOpen} />
    </>
  );
}

function BringBackButton({ set }: { set: BackupSetDetail }) {
  const [asked, setAsked] = useState(false);
  if (!useCan("backup.write")) return null;
  return (
    <>
      <Button variant="primary" onClick={() => setAsked(true)}>
        Unarchive
      </Button>
      <AskForAction
        action="restore"
        filter={{}}
        filtered={false}
        selection={{ kind: "ids", ids: new Set([set.id]) }}
        named={set.name}
        open={asked}
        onOpenChange={setAsked}
      />
    </>
  );
}

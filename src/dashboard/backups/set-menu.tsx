/** What can be done with one set: a menu, and the dialogs that it opens. */
import { Button } from "@cloudflare/kumo/components/button";
import { DropdownMenu } from "@cloudflare/kumo/components/dropdown";
import { DotsThreeIcon } from "@phosphor-icons/react/DotsThree";
import { useState } from "react";
import type { BackupSet } from "../../contract/backup-sets.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { toastManager } from "../shell/toasts.tsx";
import { AskForAction } from "./ask-for-action.tsx";
import { useArchiveSet, useChangeSet } from "./backup-commands.ts";
import { SetFormDialog } from "./set-form-dialog.tsx";

type Asked = "rename" | "restore" | "remove" | null;

/** Renders nothing for somebody who may only read. */
export function SetMenu({ set, onRemoving }: { set: BackupSet; onRemoving?: () => void }) {
  const tenant = useTenant();
  const mayWrite = useCan("backup.write");
  const mayArchive = useCan("backup.delete");
  const mayRemove = useCan("backup.force-delete");
  const [asked, setAsked] = useState<Asked>(null);
  const archive = useArchiveSet(tenant);
  if (!mayWrite && !mayArchive && !mayRemove) return null;
  const one = { kind: "ids", ids: new Set([set.id]) } as const;
  return (
    <>
      <DropdownMenu>
        <DropdownMenu.Trigger
          render={
            <Button
              variant="ghost"
              shape="square"
              icon={<DotsThreeIcon size={20} weight="bold" />}
              aria-label={`Actions for ${set.name}`}
              loading={archive.isPending}
              className="z-10 shrink-0"
            />
          }
        />
        <DropdownMenu.Content align="end" className="min-w-44">
          {mayWrite ? <DropdownMenu.Item onClick={() => setAsked("rename")}>Rename</DropdownMenu.Item> : null}
          {mayArchive && set.state === "active" ? (
            <DropdownMenu.Item onClick={() => archive.mutate(set)}>Archive</DropdownMenu.Item>
          ) : null}
          {mayWrite && set.state === "archived" ? (
            <DropdownMenu.Item onClick={() => setAsked("restore")}>Unarchive</DropdownMenu.Item>
          ) : null}
          {mayRemove ? (
            <DropdownMenu.Item variant="danger" onClick={() => setAsked("remove")}>
              Delete for good
            </DropdownMenu.Item>
          ) : null}
        </DropdownMenu.Content>
      </DropdownMenu>
      <RenameDialog set={set} open={asked === "rename"} onOpenChange={(open) => setAsked(open ? "rename" : null)} />
      {(["restore", "remove"] as const).map((action) => (
        <AskForAction
          key={action}
          action={action}
          filter={{}}
          filtered={false}
          selection={one}
          named={set.name}
          open={asked === action}
          onOpenChange={(open) => setAsked(open ? action : null)}
          {...(action === "remove" && onRemoving ? { onStarted: onRemoving } : {})}
        />
      ))}
    </>
  );
}

interface RenameDialogProps {
  set: BackupSet;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

function RenameDialog({ set, open, onOpenChange }: RenameDialogProps) {
  const change = useChangeSet(useTenant(), set.id);
  return (
    <SetFormDialog
      open={open}
      onOpenChange={onOpenChange}
      title="Name and description"
      submitLabel="Save"
      initial={{ name: set.name, description: set.description }}
      pending={change.isPending}
      onSubmit={(values) =>
        change.mutate(values, {
          onSuccess: () => {
            onOpenChange(false);
            toastManager.add({ title: "Saved", variant: "success", timeout: 2_500 });
          },
        })
      }
    />
  );
}

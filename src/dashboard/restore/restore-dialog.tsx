/** What to restore and how. Ends with a preview, which writes nothing: the plan that it makes is reviewed, then approved. */
import { Input } from "../components/input.tsx";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { BackupSetDetail } from "../../contract/backup-sets.ts";
import { groupDigits } from "../../contract/progress.ts";
import {
  MAX_NAME_PREFIX_LENGTH,
  MAX_SELECTED_ITEMS,
  type RestoreMode,
  restorePreviewRequestSchema,
} from "../../contract/restore.ts";
import { type ChosenItems, chosenText } from "../backups/chosen-items.ts";
import { policiesText } from "../backups/set-rows.tsx";
import { Choices } from "../components/choices.tsx";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { useStartOperation } from "../runs/run-commands.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { AssignmentsChoice, type ConditionalAccess, ConditionalAccessChoice } from "./restore-choices.tsx";

interface RestoreDialogProps {
  set: BackupSetDetail;
  chosen: ChosenItems;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function RestoreDialog({ open, onOpenChange, ...rest }: RestoreDialogProps) {
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title="Restore to tenant"
      description="First a preview: it reads the tenant and makes a plan to review. Nothing is written before the plan is approved."
    >
      <RestoreForm {...rest} onStarted={() => onOpenChange(false)} />
    </FormDialog>
  );
}

type What = "all" | "selected";

function RestoreForm({
  set,
  chosen,
  onStarted,
}: Pick<RestoreDialogProps, "set" | "chosen"> & { onStarted: () => void }) {
  const tenant = useTenant();
  const navigate = useNavigate();
  const start = useStartOperation(tenant);
  const [what, setWhat] = useState<What>(chosen.size === 0 ? "all" : "selected");
  const [mode, setMode] = useState<RestoreMode>("update");
  const [prefix, setPrefix] = useState("Restored ");
  const [assignments, setAssignments] = useState(false);
  const [conditionalAccess, setConditionalAccess] = useState<ConditionalAccess>("report-only");
  const parsed = restorePreviewRequestSchema.safeParse({
    backupSetId: set.id,
    ...(what === "selected" ? { itemIds: [...chosen.values()] } : {}),
    mode,
    ...(mode === "create" ? { namePrefix: prefix } : {}),
    assignments,
    conditionalAccess,
  });
  const submit = () => {
    if (!parsed.success) return;
    start.mutate(
      { type: "policy.restore-preview", input: parsed.data, key: crypto.randomUUID() },
      {
        onSuccess: ({ run }) => {
          onStarted();
          void navigate({ to: ".", search: (before) => ({ ...before, run: run.id }), replace: true });
        },
      },
    );
  };
  const issue = (field: string) => parsed.error?.issues.find(({ path }) => path[0] === field)?.message;
  const prefixError = issue("namePrefix");
  return (
    <DialogForm action="Preview" pending={start.isPending} disabled={!parsed.success} onSubmit={submit}>
      <Choices
        legend="What"
        value={what}
        onChange={setWhat}
        options={[
          {
            value: "all",
            label: `The newest item of every policy (${policiesText(set.policyCount)})`,
          },
          {
            value: "selected",
            label:
              chosen.size === 0
                ? "Only the items selected in the list"
                : `Only the selected items: ${groupDigits(chosenText(chosen, false))}`,
            ...(chosen.size === 0
              ? { disabled: true, description: "No item is selected. Close this dialog and select items in the list." }
              : {}),
          },
        ]}
      />
      <Choices
        legend="How"
        value={mode}
        onChange={setMode}
        options={[
          {
            value: "update",
            label: "Update policies that exist, and create policies that are gone",
            description: "A policy is found by its id, then by its exact name and type. It is never guessed.",
          },
          {
            value: "create",
            label: "Create copies",
            description: "Existing policies stay as they are. The name of each copy begins with a prefix.",
          },
        ]}
      />
      {mode === "create" ? (
        <Input
          label="Prefix of the names"
          value={prefix}
          maxLength={MAX_NAME_PREFIX_LENGTH}
          onChange={(event) => setPrefix(event.target.value)}
          {...(prefixError === undefined ? {} : { error: `The prefix ${prefixError}.` })}
        />
      ) : null}
      <AssignmentsChoice value={assignments} onChange={setAssignments} />
      <ConditionalAccessChoice value={conditionalAccess} onChange={setConditionalAccess} />
      {issue("itemIds") === undefined ? null : (
        <p role="alert" className="text-kumo-danger">
          {groupDigits(`At most ${MAX_SELECTED_ITEMS} selected items at once. Select fewer, or restore the whole set.`)}
        </p>
      )}
    </DialogForm>
  );
}

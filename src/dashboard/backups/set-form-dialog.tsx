/** Name and description of a set: for a new one, and to change one. */
import { Input, InputArea } from "../components/input.tsx";
import { useState } from "react";
import { type CreateBackupSet, createBackupSetSchema } from "../../contract/backup-sets.ts";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";

interface SetFormProps {
  submitLabel: string;
  initial: CreateBackupSet;
  pending: boolean;
  onSubmit: (set: CreateBackupSet) => void;
}

interface SetFormDialogProps extends SetFormProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
}

export function SetFormDialog({ open, onOpenChange, title, ...rest }: SetFormDialogProps) {
  return (
    <FormDialog open={open} onOpenChange={onOpenChange} title={title}>
      <SetForm {...rest} />
    </FormDialog>
  );
}

function SetForm({ submitLabel, initial, pending, onSubmit }: SetFormProps) {
  const [name, setName] = useState(initial.name);
  const [description, setDescription] = useState(initial.description);
  const [tried, setTried] = useState(false);
  const parsed = createBackupSetSchema.safeParse({ name, description });
  const wrong = (field: string) =>
    tried ? parsed.error?.issues.find(({ path }) => path[0] === field)?.message : undefined;
  const submit = () => {
    setTried(true);
    if (parsed.success) onSubmit(parsed.data);
  };
  const nameError = wrong("name");
  const descriptionError = wrong("description");
  return (
    <DialogForm action={submitLabel} pending={pending} onSubmit={submit}>
      <Input
        label="Name"
        value={name}
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
        {...(nameError === undefined ? {} : { error: `The name ${nameError}.` })}
      />
      <InputArea
        label="Description (optional)"
        rows={3}
        value={description}
        onChange={(event) => setDescription(event.target.value)}
        {...(descriptionError === undefined ? {} : { error: `The description ${descriptionError}.` })}
      />
    </DialogForm>
  );
}

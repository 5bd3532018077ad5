/** Name and description of a set: for a new one, and to change one. */
import { Button } from "@cloudflare/kumo/components/button";
import { Dialog } from "@cloudflare/kumo/components/dialog";
import { Input, InputArea } from "@cloudflare/kumo/components/input";
import { type FormEvent, useState } from "react";
import { type CreateBackupSet, createBackupSetSchema } from "../../contract/backup-sets.ts";

interface SetFormDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  submitLabel: string;
  initial: CreateBackupSet;
  pending: boolean;
  onSubmit: (set: CreateBackupSet) => void;
}

export function SetFormDialog({ open, onOpenChange, title, ...rest }: SetFormDialogProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog className="p-6" size="lg">
        <Dialog.Title className="text-base font-semibold">{title}</Dialog.Title>
        <SetForm {...rest} />
      </Dialog>
    </Dialog.Root>
  );
}

function SetForm({
  submitLabel,
  initial,
  pending,
  onSubmit,
}: Pick<SetFormDialogProps, "submitLabel" | "initial" | "pending" | "onSubmit">) {
  const [name, setName] = useState(initial.name);
  const [description, setDescription] = useState(initial.description);
  const [tried, setTried] = useState(false);
  const parsed = createBackupSetSchema.safeParse({ name, description });
  const wrong = (field: string) =>
    tried ? parsed.error?.issues.find(({ path }) => path[0] === field)?.message : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (parsed.success) onSubmit(parsed.data);
  };
  const nameError = wrong("name");
  const descriptionError = wrong("description");
  return (
    <form onSubmit={submit} noValidate className="mt-4 flex flex-col gap-4">
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
      <div className="mt-1 flex justify-end gap-2">
        <Dialog.Close render={<Button type="button">Cancel</Button>} />
        <Button type="submit" variant="primary" loading={pending}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}

/** What a standard is called and what it is for: of a new one, or of one that is there. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { newStandardSchema, type Standard } from "../../contract/standards.ts";
import { Button } from "../components/button.tsx";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { Input, InputArea } from "../components/input.tsx";
import { useTried } from "../components/use-tried.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { useSaveStandard } from "./queries.ts";

/** Without a standard it makes one. */
export function StandardFormDialog({ standard = null }: { standard?: Standard | null }) {
  const [open, setOpen] = useState(false);
  return (
    <FormDialog
      open={open}
      onOpenChange={setOpen}
      title={standard === null ? "New standard" : `Change ${standard.name}`}
      description={
        standard === null
          ? "It begins empty. Its first version is made of a baseline or a backup set of this tenant."
          : "Versions stay as they are. Tenants that follow it see the new name."
      }
      trigger={<Button>{standard === null ? "New standard" : "Change"}</Button>}
    >
      <StandardForm standard={standard} onDone={() => setOpen(false)} />
    </FormDialog>
  );
}

function StandardForm({ standard, onDone }: { standard: Standard | null; onDone: () => void }) {
  const tenant = useTenant();
  const navigate = useNavigate();
  const [name, setName] = useState(standard?.name ?? "");
  const [description, setDescription] = useState(standard?.description ?? "");
  const save = useSaveStandard(standard);
  const parsed = newStandardSchema.safeParse({ name, description });
  const { setTried, isWrong } = useTried(parsed);
  const submit = () => {
    setTried();
    if (!parsed.success) return;
    save.mutate(parsed.data, {
      onSuccess: ({ id }) => {
        onDone();
        if (standard === null) void navigate({ to: PAGES.standard, params: { slug: tenant.slug, standardId: id } });
      },
    });
  };
  return (
    <DialogForm
      action={standard === null ? "Make the standard" : "Save"}
      pending={save.isPending}
      error={save.error}
      onSubmit={submit}
    >
      <Input
        label="Name"
        value={name}
        maxLength={120}
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
        error={isWrong("name") ? "Enter a name." : undefined}
      />
      <InputArea
        label="What it is for"
        required={false}
        value={description}
        maxLength={2_000}
        rows={3}
        onChange={(event) => setDescription(event.target.value)}
        error={isWrong("description") ? "Enter at most 2,000 characters, without control characters." : undefined}
      />
    </DialogForm>
  );
}

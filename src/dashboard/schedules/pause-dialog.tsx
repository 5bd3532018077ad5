/** Asks why a schedule is paused. */
import type { UseMutationResult } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../components/button.tsx";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { InputArea } from "../components/input.tsx";

interface PauseProps {
  name: string;
  pause: UseMutationResult<unknown, Error, string>;
  /** Who reads the reason. */
  seenBy: string;
}

export function PauseDialog(props: PauseProps) {
  const [open, setOpen] = useState(false);
  return (
    <FormDialog
      open={open}
      onOpenChange={setOpen}
      title={`Pause ${props.name}`}
      description={<p>What is under way goes on. Due times of the pause are neither started nor listed as missed.</p>}
      trigger={<Button>Pause</Button>}
    >
      <PauseForm {...props} onDone={() => setOpen(false)} />
    </FormDialog>
  );
}

function PauseForm({ pause, seenBy, onDone }: PauseProps & { onDone: () => void }) {
  const [reason, setReason] = useState("");
  return (
    <DialogForm
      action="Pause"
      disabled={reason.trim() === ""}
      pending={pause.isPending}
      error={pause.error}
      onSubmit={() => pause.mutate(reason, { onSuccess: onDone })}
    >
      <InputArea
        label="Reason"
        value={reason}
        maxLength={500}
        rows={2}
        onChange={(event) => setReason(event.target.value)}
        description={seenBy}
      />
    </DialogForm>
  );
}

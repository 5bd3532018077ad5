/** Asks before something that cannot be undone, or that reaches further than the page shows. */
import { Input } from "@cloudflare/kumo/components/input";
import { type ReactNode, useState } from "react";
import { DialogForm, FormDialog } from "./form-dialog.tsx";

interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  children: ReactNode;
  confirmLabel: string;
  destructive?: boolean;
  /** Has to be typed before the button does anything. */
  typed?: string;
  onConfirm: () => void;
}

export function ConfirmDialog({ open, onOpenChange, title, children, ...rest }: ConfirmDialogProps) {
  return (
    <FormDialog role="alertdialog" open={open} onOpenChange={onOpenChange} title={title} description={children}>
      <Answer {...rest} onOpenChange={onOpenChange} />
    </FormDialog>
  );
}

type AnswerProps = Pick<ConfirmDialogProps, "confirmLabel" | "destructive" | "typed" | "onConfirm" | "onOpenChange">;

function Answer({ confirmLabel, destructive = false, typed, onConfirm, onOpenChange }: AnswerProps) {
  const [text, setText] = useState("");
  const confirm = () => {
    onOpenChange(false);
    onConfirm();
  };
  return (
    <DialogForm
      action={confirmLabel}
      destructive={destructive}
      disabled={typed !== undefined && text.trim() !== typed}
      onSubmit={confirm}
    >
      {typed === undefined ? null : (
        <Input
          label={`Type ${typed} to confirm`}
          value={text}
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
        />
      )}
    </DialogForm>
  );
}

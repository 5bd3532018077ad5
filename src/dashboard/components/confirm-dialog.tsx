/** Asks before something that cannot be taken back, or that reaches further than what is seen. */
import { Button } from "@cloudflare/kumo/components/button";
import { Dialog } from "@cloudflare/kumo/components/dialog";
import { Input } from "@cloudflare/kumo/components/input";
import { type FormEvent, type ReactNode, useState } from "react";

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
    <Dialog.Root role="alertdialog" open={open} onOpenChange={onOpenChange}>
      <Dialog className="p-6" size="lg">
        <Dialog.Title className="text-base font-semibold break-words">{title}</Dialog.Title>
        <Dialog.Description render={<div />} className="mt-2 flex flex-col gap-2 text-kumo-subtle">
          {children}
        </Dialog.Description>
        {/* Of its own, so that what was typed is gone with the dialog. */}
        <Answer {...rest} onOpenChange={onOpenChange} />
      </Dialog>
    </Dialog.Root>
  );
}

type AnswerProps = Pick<ConfirmDialogProps, "confirmLabel" | "destructive" | "typed" | "onConfirm" | "onOpenChange">;

function Answer({ confirmLabel, destructive = false, typed, onConfirm, onOpenChange }: AnswerProps) {
  const [text, setText] = useState("");
  const given = typed === undefined || text.trim() === typed;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!given) return;
    onOpenChange(false);
    onConfirm();
  };
  return (
    <form onSubmit={submit} className="mt-5 flex flex-col gap-5">
      {typed === undefined ? null : (
        <Input
          label={`Type ${typed} to confirm`}
          value={text}
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
        />
      )}
      <div className="flex justify-end gap-2">
        <Dialog.Close render={<Button type="button">Cancel</Button>} />
        <Button type="submit" variant={destructive ? "destructive" : "primary"} disabled={!given}>
          {confirmLabel}
        </Button>
      </div>
    </form>
  );
}

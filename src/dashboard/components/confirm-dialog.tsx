/** Asks before something that cannot be undone, or that reaches further than the page shows. */
import { Input } from "./input.tsx";
import { type ReactNode, useState } from "react";
import type { ApprovalSubject } from "../../contract/approvals.ts";
import { useApprovalReason } from "../approvals/approval-reason.tsx";
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
  /** What it belongs to of what may need another person's approval. The dialog then asks why. */
  approval?: ApprovalSubject | undefined;
  /** `reason`: why, where another person has to approve it; null where none has to. */
  onConfirm: (reason: string | null) => void;
}

export function ConfirmDialog({ open, onOpenChange, title, children, ...rest }: ConfirmDialogProps) {
  return (
    <FormDialog role="alertdialog" open={open} onOpenChange={onOpenChange} title={title} description={children}>
      <Answer {...rest} onOpenChange={onOpenChange} />
    </FormDialog>
  );
}

type AnswerProps = Pick<
  ConfirmDialogProps,
  "confirmLabel" | "destructive" | "typed" | "approval" | "onConfirm" | "onOpenChange"
>;

function Answer({ approval, ...rest }: AnswerProps) {
  return approval === undefined ? <Plain {...rest} /> : <Approved {...rest} approval={approval} />;
}

function Approved({ approval, onConfirm, ...rest }: Omit<AnswerProps, "approval"> & { approval: ApprovalSubject }) {
  const { needed, ready, reason, field } = useApprovalReason(approval);
  const confirmLabel = needed ? "Ask for approval" : rest.confirmLabel;
  return (
    <Plain {...rest} confirmLabel={confirmLabel} disabled={!ready} onConfirm={() => onConfirm(reason)}>
      {field}
    </Plain>
  );
}

type PlainProps = Omit<AnswerProps, "approval"> & { disabled?: boolean; children?: ReactNode };

function Plain(props: PlainProps) {
  const { confirmLabel, destructive = false, typed, disabled = false, onConfirm, onOpenChange, children } = props;
  const [text, setText] = useState("");
  const confirm = () => {
    onOpenChange(false);
    onConfirm(null);
  };
  return (
    <DialogForm
      action={confirmLabel}
      destructive={destructive}
      disabled={disabled || (typed !== undefined && text.trim() !== typed)}
      onSubmit={confirm}
    >
      {children}
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

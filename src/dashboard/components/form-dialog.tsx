/** The frame of every dialog that asks for something, and its parts. What does not fit scrolls; the buttons stay in sight. */
import { cloneElement, type FormEvent, type ReactElement, type ReactNode, Suspense, useState } from "react";
import { ApprovalWaits } from "../../client/approval-waits.ts";
import { describeProblem } from "../api/problem.ts";
import { WaitsNotice } from "../approvals/waits-notice.tsx";
import { Button } from "./button.tsx";
import { CloseButton, DialogClose } from "./close-button.tsx";
import { onDemand } from "./on-demand.ts";

const frame = onDemand(async () => (await import("./dialog-frame.tsx")).DialogFrame);

export interface FrameProps {
  title: string;
  description?: ReactNode;
  /** "alertdialog" for a question about something that cannot be taken back. */
  role?: "dialog" | "alertdialog";
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Exists while the dialog is open: what was entered is gone when it closes. */
  children: ReactNode;
}

interface FormDialogProps extends FrameProps {
  /** The button that opens the dialog. Without one the page opens it. */
  trigger?: ReactElement<TriggerProps>;
}

interface TriggerProps {
  onClick?: () => void;
  onPointerEnter?: () => void;
  "aria-haspopup"?: "dialog";
}

export function FormDialog({ trigger, children, ...rest }: FormDialogProps) {
  const { open, onOpenChange } = rest;
  // Stays once it was open, so that it can close in its own time.
  const [wanted, setWanted] = useState(open);
  if (open && !wanted) setWanted(true);
  return (
    <>
      {trigger === undefined
        ? null
        : cloneElement(trigger, {
            onClick: () => onOpenChange(true),
            onPointerEnter: frame.preload,
            "aria-haspopup": "dialog",
          })}
      {wanted ? (
        <Suspense>
          <frame.Part {...rest}>
            <DialogClose value={() => onOpenChange(false)}>{children}</DialogClose>
          </frame.Part>
        </Suspense>
      ) : null}
    </>
  );
}

interface DialogFormProps {
  /** The label of the button that submits. */
  action: string;
  /** The label of the button that closes. */
  cancel?: string;
  destructive?: boolean;
  disabled?: boolean;
  pending?: boolean;
  /** Why the server refused the last attempt; null without one. */
  error?: unknown;
  onSubmit: () => void;
  children?: ReactNode;
}

/** Fields, and the buttons that submit or close. */
export function DialogForm(props: DialogFormProps) {
  const {
    action,
    cancel = "Cancel",
    destructive = false,
    disabled = false,
    pending = false,
    error = null,
    onSubmit,
    children,
  } = props;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!disabled) onSubmit();
  };
  if (error instanceof ApprovalWaits) return <WaitsNotice asked={error.asked} />;
  return (
    <form onSubmit={submit} noValidate className="flex min-h-0 flex-1 flex-col">
      <DialogBody>
        {children}
        {error === null ? null : <Refusal error={error} />}
      </DialogBody>
      <DialogButtons cancel={cancel}>
        <Button type="submit" variant={destructive ? "destructive" : "primary"} disabled={disabled} loading={pending}>
          {action}
        </Button>
      </DialogButtons>
    </form>
  );
}

/** The part that scrolls. It fades out at its end, so that people see that more follows. */
export function DialogBody({ children }: { children: ReactNode }) {
  return (
    <div
      tabIndex={-1}
      className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto mask-b-from-[calc(100%-1.5rem)] px-6 pt-1 pb-6 outline-none empty:hidden"
    >
      {children}
    </div>
  );
}

/** "Cancel" and what comes after it. */
export function DialogButtons({ cancel = "Cancel", children }: { cancel?: string; children: ReactNode }) {
  return (
    <div className="flex items-center justify-end gap-2 border-t border-kumo-line px-6 py-4">
      <CloseButton>{cancel}</CloseButton>
      {children}
    </div>
  );
}

function Refusal({ error }: { error: unknown }) {
  const { title, advice } = describeProblem(error);
  // Below the fields it may be out of sight.
  const show = (shown: HTMLElement | null) => shown?.scrollIntoView({ block: "nearest" });
  return (
    <p ref={show} role="alert" className="rounded-md bg-kumo-danger-tint px-3 py-2 text-kumo-danger">
      {title}. {advice}
    </p>
  );
}

import { Button } from "../components/button.tsx";
import { ArrowsClockwiseIcon } from "@phosphor-icons/react/ArrowsClockwise";
import { useState } from "react";
import { APPROVAL_KINDS, type ApprovalSubject, retryApprovalOf } from "../../contract/approvals.ts";
import { isOperationType, OPERATION_TYPES, type OperationType } from "../../contract/operation-types.ts";
import type { Run } from "../../contract/runs.ts";
import { useNeedsApproval } from "../approvals/approval-reason.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { DialogButtons, FormDialog } from "../components/form-dialog.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { retryWords } from "./operation-types.ts";
import { StartButton } from "./start-button.tsx";
import { useCancelRun, usePauseRun, useRetryRun } from "./run-commands.ts";

interface RunActionsProps {
  run: Run;
  /** Null where it cannot be run again; undefined until that is told. */
  againInput: Record<string, unknown> | null | undefined;
}

/** What may be done with this run now, by this person. */
export function RunActions({ run, againInput }: RunActionsProps) {
  const mayCancel = useCan("operations.cancel");
  const mayRetry = useCan("operations.retry");
  const retry = retryWords(run);
  return (
    <>
      {mayRetry && run.status === "completed" && retry !== null ? <RetryButton run={run} words={retry} /> : null}
      {againInput === null || !isOperationType(run.type) ? null : againInput === undefined ? (
        // The place of the button, which on a narrow screen is a line of its own.
        <span aria-hidden className={run.status === "completed" ? "h-9 w-28" : "hidden"} />
      ) : (
        <RunAgain type={run.type} input={againInput} primary={retry === null} />
      )}
      {mayCancel && run.status !== "completed" ? (
        <>
          <PauseButton run={run} />
          <CancelButton run={run} />
        </>
      ) : null}
    </>
  );
}

/** Starts a new run of what this one was started with: of all of it, whatever became of the parts. */
function RunAgain({ type, input, primary }: { type: OperationType; input: Record<string, unknown>; primary: boolean }) {
  return (
    <StartButton
      type={type}
      input={input}
      capability={OPERATION_TYPES[type].capability}
      refusal="Your role does not include this operation"
      variant={primary ? "primary" : "secondary"}
      icon={ArrowsClockwiseIcon}
    >
      Run again
    </StartButton>
  );
}

/** What a retry of the type belongs to, of what may need another person's approval. */
function approvalOf(type: string): ApprovalSubject | null {
  const kind = retryApprovalOf(type);
  return kind === null ? null : APPROVAL_KINDS[kind].subject;
}

interface RetryProps {
  run: Run;
  words: string;
  variant?: "primary" | "secondary";
}

export function RetryButton(props: RetryProps) {
  const subject = approvalOf(props.run.type);
  return subject === null ? <Retry {...props} /> : <ApprovedRetry {...props} subject={subject} />;
}

function Retry({ run, words, variant = "primary" }: RetryProps) {
  const retry = useRetryRun(useTenant(), run.id);
  return (
    <Button variant={variant} loading={retry.isPending} onClick={() => retry.mutate(null)}>
      {words}
    </Button>
  );
}

function ApprovedRetry({ run, words, variant = "primary", subject }: RetryProps & { subject: ApprovalSubject }) {
  const retry = useRetryRun(useTenant(), run.id);
  const needed = useNeedsApproval(subject);
  const [asking, setAsking] = useState(false);
  if (!needed) return <Retry run={run} words={words} variant={variant} />;
  return (
    <>
      <Button variant={variant} aria-haspopup="dialog" loading={retry.isPending} onClick={() => setAsking(true)}>
        {words}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`${words}?`}
        confirmLabel={words}
        approval={subject}
        onConfirm={(reason) => retry.mutate(reason)}
      >
        <p>What succeeded stays as it is.</p>
      </ConfirmDialog>
    </>
  );
}

/** One button, so that focus stays where it is when a run is paused and resumed. */
function PauseButton({ run }: { run: Run }) {
  const change = usePauseRun(useTenant(), run.id);
  const paused = run.pause !== null;
  if (!paused && run.progress.kind === "finalizing") return null;
  return (
    <Button
      variant={paused ? "primary" : "secondary"}
      loading={change.isPending}
      onClick={() => change.mutate(paused ? "resume" : "pause")}
    >
      {paused ? "Resume run" : "Pause run"}
    </Button>
  );
}

function CancelButton({ run }: { run: Run }) {
  const cancel = useCancelRun(useTenant(), run.id);
  const [asking, setAsking] = useState(false);
  const confirm = () => {
    setAsking(false);
    cancel.mutate();
  };
  return (
    <FormDialog
      open={asking}
      onOpenChange={setAsking}
      trigger={
        <Button variant="secondary-destructive" loading={cancel.isPending}>
          Cancel run
        </Button>
      }
      title={`Cancel this ${run.label.toLowerCase()}?`}
      description="What is already done stays done, and is counted. Nothing further is started. This cannot be undone; a new run can be started at any time."
    >
      <DialogButtons cancel="Keep running">
        <Button variant="destructive" onClick={confirm}>
          Cancel run
        </Button>
      </DialogButtons>
    </FormDialog>
  );
}

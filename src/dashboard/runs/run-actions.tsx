import { Button } from "@cloudflare/kumo/components/button";
import { useState } from "react";
import { APPROVAL_KINDS, type ApprovalSubject, retryApprovalOf } from "../../contract/approvals.ts";
import type { Run } from "../../contract/runs.ts";
import { useNeedsApproval } from "../approvals/approval-reason.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { DialogButtons, FormDialog } from "../components/form-dialog.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { retryWords } from "./operation-types.ts";
import { useCancelRun, usePauseRun, useRetryRun } from "./run-commands.ts";

/** What may be done with this run now, by this person. */
export function RunActions({ run }: { run: Run }) {
  const mayCancel = useCan("operations.cancel");
  const mayRetry = useCan("operations.retry");
  const retry = retryWords(run);
  return (
    <>
      {mayRetry && run.status === "completed" && retry !== null ? <RetryButton run={run} words={retry} /> : null}
      {mayCancel && run.status !== "completed" ? (
        <>
          <PauseButton run={run} />
          <CancelButton run={run} />
        </>
      ) : null}
    </>
  );
}

/** What a retry of the type belongs to, of what may need another person's approval. */
function approvalOf(type: string): ApprovalSubject | null {
  const kind = retryApprovalOf(type);
  return kind === null ? null : APPROVAL_KINDS[kind].subject;
}

function RetryButton({ run, words }: { run: Run; words: string }) {
  const subject = approvalOf(run.type);
  return subject === null ? (
    <Retry run={run} words={words} />
  ) : (
    <ApprovedRetry run={run} words={words} subject={subject} />
  );
}

function Retry({ run, words }: { run: Run; words: string }) {
  const retry = useRetryRun(useTenant(), run.id);
  return (
    <Button variant="primary" loading={retry.isPending} onClick={() => retry.mutate(null)}>
      {words}
    </Button>
  );
}

function ApprovedRetry({ run, words, subject }: { run: Run; words: string; subject: ApprovalSubject }) {
  const retry = useRetryRun(useTenant(), run.id);
  const needed = useNeedsApproval(subject);
  const [asking, setAsking] = useState(false);
  if (!needed) return <Retry run={run} words={words} />;
  return (
    <>
      <Button variant="primary" aria-haspopup="dialog" loading={retry.isPending} onClick={() => setAsking(true)}>
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

import { Button } from "@cloudflare/kumo/components/button";
import { useState } from "react";
import type { Run } from "../../contract/runs.ts";
import { DialogButtons, FormDialog } from "../components/form-dialog.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { retryWords } from "./operation-types.ts";
import { useCancelRun, useRetryRun } from "./run-commands.ts";

/** What may be done with this run now, by this person. */
export function RunActions({ run }: { run: Run }) {
  const mayCancel = useCan("operations.cancel");
  const mayRetry = useCan("operations.retry");
  const retry = retryWords(run);
  return (
    <>
      {mayRetry && run.status === "completed" && retry !== null ? <RetryButton run={run} words={retry} /> : null}
      {mayCancel && run.status !== "completed" ? <CancelButton run={run} /> : null}
    </>
  );
}

function RetryButton({ run, words }: { run: Run; words: string }) {
  const retry = useRetryRun(useTenant(), run.id);
  return (
    <Button variant="primary" loading={retry.isPending} onClick={() => retry.mutate()}>
      {words}
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

/** Approving a plan. The dialog says exactly what is written. People who may not approve read who may. */
import { Button } from "../components/button.tsx";
import { Input } from "../components/input.tsx";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { groupDigits } from "../../contract/progress.ts";
import type { RestorePlan, RestoreRequest } from "../../contract/restore.ts";
import { ApprovalWaits } from "../../client/approval-waits.ts";
import { queryKeys } from "../api/query-keys.ts";
import { useApprovalReason, useNeedsApproval } from "../approvals/approval-reason.tsx";
import { WaitsNotice } from "../approvals/waits-notice.tsx";
import { DialogBody, DialogButtons, FormDialog } from "../components/form-dialog.tsx";
import { useStartOperation } from "../runs/run-commands.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { toastProblem } from "../shell/toasts.tsx";
import { actionCount, untouchedText, writesText } from "./plan-words.ts";
import { warningTexts } from "./undo-words.ts";

const MAX_JUSTIFICATION_LENGTH = 500;
const AGAIN = { restore: "Restore again", undo: "Undo again" } as const;

export function ApproveAction({ plan }: { plan: RestorePlan }) {
  const tenant = useTenant();
  const allowed = useCan("restore.execute");
  const [asked, setAsked] = useState(false);
  const needsApproval = useNeedsApproval("restore");
  if (writesText(plan) === null) return null;
  if (!allowed) {
    return (
      <p className="max-w-64 text-sm text-kumo-subtle">A manager or an owner of this tenant can approve this plan.</p>
    );
  }
  const untouched = untouchedText(plan);
  const verb = plan.undoes === null ? "restore" : "undo";
  const underWay = plan.runs.some(({ status }) => status !== "completed");
  return (
    <FormDialog
      role="alertdialog"
      open={asked}
      onOpenChange={setAsked}
      trigger={
        <Button variant={plan.runs.length === 0 ? "primary" : "secondary"} disabled={underWay}>
          {needsApproval ? "Ask for approval" : plan.runs.length === 0 ? `Approve and ${verb}` : AGAIN[verb]}
        </Button>
      }
      title={verb === "restore" ? `Restore to ${tenant.name}?` : `Undo the restore in ${tenant.name}?`}
      description={
        <>
          <p className="font-medium text-kumo-default">{groupDigits(writesText(plan) ?? "")}</p>
          {untouched === null ? null : <p>{groupDigits(untouched)}</p>}
          <ul className="list-disc pl-5">
            {warningTexts(plan).map((text) => (
              <li key={text}>{groupDigits(text)}</li>
            ))}
          </ul>
        </>
      }
    >
      <ApprovalForm plan={plan} onStarted={() => setAsked(false)} />
    </FormDialog>
  );
}

function ApprovalForm({ plan, onStarted }: { plan: RestorePlan; onStarted: () => void }) {
  const tenant = useTenant();
  const queryClient = useQueryClient();
  // The dialog itself says that the request waits.
  const start = useStartOperation(tenant, (error) => {
    if (!(error instanceof ApprovalWaits)) toastProblem(error);
  });
  const approval = useApprovalReason("restore");
  const [justification, setJustification] = useState("");
  const deleted = actionCount(plan, "delete");
  const deletes = deleted !== null && deleted > 0;
  const restore = () => {
    const { backupSetId, planHash, options } = plan;
    if (planHash === null) return;
    const input: RestoreRequest = {
      backupSetId,
      mode: options.mode,
      assignments: options.assignments,
      approvedPlan: planHash,
      ...(options.itemIds === null ? {} : { itemIds: options.itemIds }),
      ...(justification.trim() === "" ? {} : { justification }),
    };
    start.mutate(
      { type: "policy.restore", input, key: crypto.randomUUID(), reason: approval.reason },
      {
        onSuccess: () => {
          onStarted();
          void queryClient.invalidateQueries({ queryKey: queryKeys.records(tenant) });
        },
      },
    );
  };
  if (start.error instanceof ApprovalWaits) return <WaitsNotice asked={start.error.asked} />;
  return (
    <>
      <DialogBody>
        {approval.field}
        <Input
          label={approval.needed ? "Reason for Multi Admin Approval (optional)" : "Reason (optional)"}
          description="Shown to the administrators who approve the writes, where the tenant requires Multi Admin Approval."
          value={justification}
          maxLength={MAX_JUSTIFICATION_LENGTH}
          onChange={(event) => setJustification(event.target.value)}
        />
      </DialogBody>
      <DialogButtons>
        {/* No form: the reason has the focus at first, and Enter in it must not write to a tenant. */}
        <Button
          variant={deletes ? "destructive" : "primary"}
          loading={start.isPending}
          disabled={!approval.ready}
          onClick={restore}
        >
          {approval.needed ? "Ask for approval" : plan.undoes === null ? "Restore now" : "Undo now"}
        </Button>
      </DialogButtons>
    </>
  );
}

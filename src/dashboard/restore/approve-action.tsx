/** Approving a plan: the dialog says exactly what is written. Whoever may not approve is told who may. */
import { Button } from "@cloudflare/kumo/components/button";
import { Dialog } from "@cloudflare/kumo/components/dialog";
import { Input } from "@cloudflare/kumo/components/input";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { groupDigits } from "../../contract/progress.ts";
import type { RestorePlan, RestoreRequest } from "../../contract/restore.ts";
import { queryKeys } from "../api/queries.ts";
import { useStartOperation } from "../runs/run-commands.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { consequenceTexts, untouchedText, writesText } from "./plan-words.ts";

const MAX_JUSTIFICATION_LENGTH = 500;

export function ApproveAction({ plan }: { plan: RestorePlan }) {
  const allowed = useCan("restore.execute");
  const [asked, setAsked] = useState(false);
  if (writesText(plan) === null) return null;
  if (!allowed) {
    return (
      <p className="max-w-64 text-sm text-kumo-subtle">A manager or an owner of this tenant can approve this plan.</p>
    );
  }
  const underWay = plan.runs.some(({ status }) => status !== "completed");
  return (
    <Dialog.Root role="alertdialog" open={asked} onOpenChange={setAsked}>
      <Dialog.Trigger
        render={
          <Button variant={plan.runs.length === 0 ? "primary" : "secondary"} disabled={underWay}>
            {plan.runs.length === 0 ? "Approve and restore" : "Restore again"}
          </Button>
        }
      />
      <Dialog size="lg" className="p-6">
        <ApprovalForm plan={plan} onStarted={() => setAsked(false)} />
      </Dialog>
    </Dialog.Root>
  );
}

function ApprovalForm({ plan, onStarted }: { plan: RestorePlan; onStarted: () => void }) {
  const tenant = useTenant();
  const queryClient = useQueryClient();
  const start = useStartOperation(tenant);
  const [justification, setJustification] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
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
      { type: "policy.restore", input, key: crypto.randomUUID() },
      {
        onSuccess: () => {
          onStarted();
          void queryClient.invalidateQueries({ queryKey: queryKeys.records(tenant) });
        },
      },
    );
  };
  const untouched = untouchedText(plan);
  return (
    <form onSubmit={submit}>
      <Dialog.Title className="text-base font-semibold">Restore to {tenant.name}?</Dialog.Title>
      <Dialog.Description render={<div />} className="mt-2 flex flex-col gap-2 text-kumo-subtle">
        <p className="font-medium text-kumo-default">{groupDigits(writesText(plan) ?? "")}</p>
        {untouched === null ? null : <p>{groupDigits(untouched)}</p>}
        <ul className="list-disc pl-5">
          {consequenceTexts(plan).map((text) => (
            <li key={text}>{groupDigits(text)}</li>
          ))}
        </ul>
      </Dialog.Description>
      <div className="mt-4">
        <Input
          label="Reason (optional)"
          description="Told to whoever has to approve the writes, where the tenant asks for Multi Admin Approval."
          value={justification}
          maxLength={MAX_JUSTIFICATION_LENGTH}
          onChange={(event) => setJustification(event.target.value)}
        />
      </div>
      <div className="mt-5 flex justify-end gap-2">
        <Dialog.Close render={<Button type="button">Cancel</Button>} />
        <Button type="submit" variant="primary" loading={start.isPending}>
          Restore now
        </Button>
      </div>
    </form>
  );
}

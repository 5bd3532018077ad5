/** Acknowledging that a policy cannot be read, and taking that back; or who may. */
import { Button } from "../components/button.tsx";
import { type Ref, useRef, useState } from "react";
import type { Unread } from "../../contract/inventory.ts";
import { AcceptanceForm } from "../components/acceptance-form.tsx";
import { FormDialog } from "../components/form-dialog.tsx";
import { useCan } from "../shell/tenant-context.ts";
import { useAcknowledge, useWithdraw } from "./use-acknowledgment.ts";

interface AcknowledgmentProps {
  policy: { id: string; name: string };
  unread: Unread;
}

export function Acknowledgment({ policy, unread }: AcknowledgmentProps) {
  const allowed = useCan("finding.accept");
  const button = useRef<HTMLButtonElement>(null);
  const withdraw = useWithdraw(policy.id);
  if (!allowed) return <p className="text-xs text-kumo-subtle">Owners and managers may acknowledge this.</p>;
  return (
    <div className="flex flex-wrap gap-2">
      <AcknowledgeButton policy={policy} unread={unread} ref={button} />
      {unread.acknowledgment === null ? null : (
        <Button
          size="sm"
          loading={withdraw.isPending}
          // The button goes with the acknowledgment; the focus must not go with it.
          onClick={() => withdraw.mutate(undefined, { onSuccess: () => button.current?.focus() })}
        >
          Withdraw
        </Button>
      )}
    </div>
  );
}

function AcknowledgeButton({ policy, unread, ref }: AcknowledgmentProps & { ref: Ref<HTMLButtonElement> }) {
  const [open, setOpen] = useState(false);
  return (
    <FormDialog
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button ref={ref} size="sm">
          {unread.acknowledgment === null ? "Acknowledge" : "Change acknowledgment"}
        </Button>
      }
      title={`Acknowledge that “${policy.name}” cannot be read`}
      description="Syncs of its family do not fail for this policy until the day is over, or until it cannot be read for another reason. It is read again by each sync. Reason and name are kept, and go into the audit log."
    >
      <AcknowledgeForm policyId={policy.id} onDone={() => setOpen(false)} />
    </FormDialog>
  );
}

function AcknowledgeForm({ policyId, onDone }: { policyId: string; onDone: () => void }) {
  const acknowledge = useAcknowledge(policyId);
  return (
    <AcceptanceForm
      action="Acknowledge"
      example="Its definition was deleted; Microsoft support case 4711"
      reasonMissing="Say why it is acknowledged: others will want to know."
      pending={acknowledge.isPending}
      error={acknowledge.error}
      onSubmit={(acceptance) => acknowledge.mutate(acceptance, { onSuccess: onDone })}
    />
  );
}

/** Why a finding is accepted, and until when: both are asked for, and both are kept. */
import { Button } from "../components/button.tsx";
import { type Ref, useState } from "react";
import type { FindingDetail } from "../../contract/baselines.ts";
import { AcceptanceForm } from "../components/acceptance-form.tsx";
import { FormDialog } from "../components/form-dialog.tsx";
import { useAcceptFinding } from "./use-finding-decision.ts";

/** One button for the whole life of a finding: the focus comes back to it. */
export function AcceptButton({ finding, ref }: { finding: FindingDetail; ref: Ref<HTMLButtonElement> }) {
  const [open, setOpen] = useState(false);
  return (
    <FormDialog
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button ref={ref} variant={finding.status === "open" ? "primary" : "secondary"}>
          {finding.status === "open" ? "Accept" : "Change acceptance"}
        </Button>
      }
      title="Accept this finding"
      description="It is not counted as open until the day is over, or until something else differs. Reason and name are kept in its history and go into evidence."
    >
      <AcceptForm finding={finding} onDone={() => setOpen(false)} />
    </FormDialog>
  );
}

function AcceptForm({ finding, onDone }: { finding: FindingDetail; onDone: () => void }) {
  // What the person has seen when the dialog opened: it is this that is accepted, and nothing newer.
  const [changesHash] = useState(finding.changesHash);
  const accept = useAcceptFinding(finding.id);
  return (
    <AcceptanceForm
      action="Accept"
      example="Agreed with the security team for the pilot, change 4711"
      reasonMissing="Say why it is accepted: others will want to know."
      pending={accept.isPending}
      error={accept.error}
      onSubmit={(acceptance) => accept.mutate({ ...acceptance, changesHash }, { onSuccess: onDone })}
    />
  );
}

/** Placing and lifting a legal hold: each with its reason. */
import { Button } from "../components/button.tsx";
import { Input, InputArea } from "../components/input.tsx";
import { useState } from "react";
import { type LegalHold, liftedLegalHoldSchema, newLegalHoldSchema } from "../../contract/legal-holds.ts";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { useLiftHold, usePlaceHold } from "./queries.ts";

export function PlaceHoldDialog() {
  const [open, setOpen] = useState(false);
  return (
    <FormDialog
      open={open}
      onOpenChange={setOpen}
      title="Place a legal hold"
      description={<p>From now on nothing of this tenant is deleted, until an owner lifts the hold.</p>}
      trigger={<Button variant="primary">Place a legal hold</Button>}
    >
      <PlaceHold onDone={() => setOpen(false)} />
    </FormDialog>
  );
}

function PlaceHold({ onDone }: { onDone: () => void }) {
  const [name, setName] = useState("");
  const [reason, setReason] = useState("");
  const place = usePlaceHold();
  const entered = newLegalHoldSchema.safeParse({ name, reason });
  return (
    <DialogForm
      action="Place the hold"
      disabled={!entered.success}
      pending={place.isPending}
      error={place.error}
      onSubmit={() => {
        if (entered.success) place.mutate(entered.data, { onSuccess: onDone });
      }}
    >
      <Input
        label="Name"
        value={name}
        maxLength={100}
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
        description="As people call it: a matter, a case number."
      />
      <InputArea
        label="Reason"
        value={reason}
        maxLength={1_000}
        rows={3}
        onChange={(event) => setReason(event.target.value)}
        description="Stands in the audit log and in the list of holds."
      />
    </DialogForm>
  );
}

interface LiftProps {
  hold: LegalHold;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function LiftHoldDialog({ hold, open, onOpenChange }: LiftProps) {
  return (
    <FormDialog
      role="alertdialog"
      open={open}
      onOpenChange={onOpenChange}
      title={`Lift the legal hold ${hold.name}?`}
      description={
        <p>
          When no other hold is open, retention goes on where it stopped, and records whose time is over are removed for
          good.
        </p>
      }
    >
      <Lift hold={hold} onDone={() => onOpenChange(false)} />
    </FormDialog>
  );
}

function Lift({ hold, onDone }: { hold: LegalHold; onDone: () => void }) {
  const [reason, setReason] = useState("");
  const lift = useLiftHold();
  const entered = liftedLegalHoldSchema.safeParse({ reason });
  return (
    <DialogForm
      action="Lift the hold"
      destructive
      disabled={!entered.success}
      pending={lift.isPending}
      error={lift.error}
      onSubmit={() => {
        if (entered.success) lift.mutate({ holdId: hold.id, ...entered.data }, { onSuccess: onDone });
      }}
    >
      <InputArea
        label="Reason"
        value={reason}
        maxLength={1_000}
        rows={3}
        onChange={(event) => setReason(event.target.value)}
        description="Stands in the audit log and in the list of holds."
      />
    </DialogForm>
  );
}

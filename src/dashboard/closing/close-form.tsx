/** What a person says to have a tenant deleted: its name, why, and how long to wait. */
import { Input } from "../components/input.tsx";
import { useState } from "react";
import { type CloseTenant, closeTenantSchema, WAITING_DAYS } from "../../contract/offboarding.ts";
import { useTried } from "../components/use-tried.ts";
import { DialogForm } from "../components/form-dialog.tsx";

interface CloseFormProps {
  /** What has to be typed. */
  name: string;
  pending: boolean;
  error: unknown;
  onSubmit: (asked: CloseTenant) => void;
}

export function CloseForm({ name, pending, error, onSubmit }: CloseFormProps) {
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const [days, setDays] = useState(String(WAITING_DAYS.usual));
  const parsed = closeTenantSchema.safeParse({ name: typed, reason, days: Number(days) });
  const isNamed = typed.trim() === name;
  const { tried, setTried, isWrong } = useTried(parsed);
  const submit = () => {
    setTried();
    if (parsed.success && isNamed) onSubmit(parsed.data);
  };
  return (
    <DialogForm action="Delete this tenant" destructive pending={pending} error={error} onSubmit={submit}>
      <Input
        label="Name of the tenant"
        value={typed}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        description={`Type ${name} to confirm.`}
        {...(tried && !isNamed ? { error: `Type ${name}, as it is written here.` } : {})}
      />
      <Input
        label="Reason"
        value={reason}
        maxLength={500}
        autoComplete="off"
        onChange={(event) => setReason(event.target.value)}
        description="It stands in the audit log and in the proof."
        {...(isWrong("reason") ? { error: "Say why the tenant is deleted." } : {})}
      />
      <div className="max-w-48">
        <Input
          label="Days to wait"
          type="number"
          inputMode="numeric"
          min={WAITING_DAYS.least}
          max={WAITING_DAYS.most}
          value={days}
          onChange={(event) => setDays(event.target.value)}
          {...(isWrong("days")
            ? { error: `Enter a whole number from ${WAITING_DAYS.least} to ${WAITING_DAYS.most}.` }
            : {})}
        />
      </div>
    </DialogForm>
  );
}

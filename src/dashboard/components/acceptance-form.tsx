/** Why something is accepted, and until when: both are asked for, and both are kept. */
import { Button } from "./button.tsx";
import { InputArea } from "./input.tsx";
import { useId, useState } from "react";
import { type Acceptance, MAX_ACCEPTANCE_REASON_LENGTH } from "../../contract/acceptances.ts";
import { ACCEPTANCE_PRESETS, acceptanceRange, dayAfter, endOfDay } from "./acceptance-dates.ts";
import { DialogForm } from "./form-dialog.tsx";

const DEFAULT_DAYS = 90;

interface AcceptanceFormProps {
  /** The label of the button that submits. */
  action: string;
  /** A reason as a person might give it. */
  example: string;
  /** What the person reads who gives none. */
  reasonMissing: string;
  pending: boolean;
  error: unknown;
  onSubmit: (acceptance: Acceptance) => void;
}

/** The fields of a dialog that asks for an acceptance. */
export function AcceptanceForm({ action, example, reasonMissing, pending, error, onSubmit }: AcceptanceFormProps) {
  const [reason, setReason] = useState("");
  const [day, setDay] = useState(() => dayAfter(new Date(), DEFAULT_DAYS));
  const [tried, setTried] = useState(false);
  const until = endOfDay(day, new Date());
  const submit = () => {
    setTried(true);
    if (reason.trim() !== "" && until !== null) onSubmit({ reason: reason.trim(), until });
  };
  return (
    <DialogForm action={action} pending={pending} error={error} onSubmit={submit}>
      <InputArea
        label="Reason"
        rows={3}
        required
        value={reason}
        maxLength={MAX_ACCEPTANCE_REASON_LENGTH}
        placeholder={example}
        onChange={(event) => setReason(event.target.value)}
        {...(tried && reason.trim() === "" ? { error: reasonMissing } : {})}
      />
      <UntilField day={day} onChange={setDay} wrong={tried && until === null} />
    </DialogForm>
  );
}

function UntilField({ day, onChange, wrong }: { day: string; onChange: (day: string) => void; wrong: boolean }) {
  const id = useId();
  const now = new Date();
  const { first, last } = acceptanceRange(now);
  return (
    <div className="flex flex-col gap-2">
      <label htmlFor={id} className="font-medium">
        Until the end of
      </label>
      <div className="flex flex-wrap items-center gap-2">
        <input
          id={id}
          type="date"
          required
          min={first}
          max={last}
          value={day}
          aria-invalid={wrong}
          aria-describedby={`${id}-help`}
          onChange={(event) => onChange(event.target.value)}
          className={`h-9 rounded-lg bg-kumo-base px-3 text-kumo-default ring ${wrong ? "ring-kumo-danger" : "ring-kumo-line"}`}
        />
        <div role="group" aria-label="Often used" className="flex flex-wrap gap-1.5">
          {ACCEPTANCE_PRESETS.map(({ days, label }) => {
            const preset = dayAfter(now, days);
            return (
              <Button
                key={days}
                type="button"
                size="sm"
                aria-pressed={day === preset}
                className={day === preset ? "bg-kumo-tint font-semibold" : ""}
                onClick={() => onChange(preset)}
              >
                {label}
              </Button>
            );
          })}
        </div>
      </div>
      <p
        id={`${id}-help`}
        role={wrong ? "alert" : undefined}
        className={`text-xs ${wrong ? "text-kumo-danger" : "text-kumo-subtle"}`}
      >
        {wrong ? "Choose a day from tomorrow on, within a year." : "A day from tomorrow on, within a year."}
      </p>
    </div>
  );
}

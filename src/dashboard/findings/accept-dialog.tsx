/** Why a finding is accepted, and until when: both are asked for, and both are kept. */
import { Button } from "@cloudflare/kumo/components/button";
import { InputArea } from "@cloudflare/kumo/components/input";
import { type Ref, useId, useState } from "react";
import { type FindingDetail, MAX_ACCEPTANCE_REASON_LENGTH } from "../../contract/baselines.ts";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { ACCEPTANCE_PRESETS, acceptanceRange, dayAfter, endOfDay } from "./accept-dates.ts";
import { useAcceptFinding } from "./use-finding-decision.ts";

const DEFAULT_DAYS = 90;

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
  const [seenHash] = useState(finding.changesHash);
  const [reason, setReason] = useState("");
  const [day, setDay] = useState(() => dayAfter(new Date(), DEFAULT_DAYS));
  const [tried, setTried] = useState(false);
  const accept = useAcceptFinding(finding.id);
  const until = endOfDay(day, new Date());
  const submit = () => {
    setTried(true);
    if (reason.trim() === "" || until === null) return;
    accept.mutate({ reason: reason.trim(), until, changesHash: seenHash }, { onSuccess: onDone });
  };
  return (
    <DialogForm action="Accept" pending={accept.isPending} error={accept.error} onSubmit={submit}>
      <InputArea
        label="Reason"
        rows={3}
        required
        value={reason}
        maxLength={MAX_ACCEPTANCE_REASON_LENGTH}
        placeholder="Agreed with the security team for the pilot, change 4711"
        onChange={(event) => setReason(event.target.value)}
        {...(tried && reason.trim() === "" ? { error: "Say why it is accepted: others will want to know." } : {})}
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

/** Accepting many findings at once: what is ticked, and one dialog that asks for reason and end and then tells each outcome. */
import { type RefObject, useRef, useState } from "react";
import { type AcceptOutcome, type Finding } from "../../contract/baselines.ts";
import { Tick } from "../backups/tick.tsx";
import { AcceptanceForm } from "../components/acceptance-form.tsx";
import { Button } from "../components/button.tsx";
import { counted, digits } from "../components/digits.ts";
import { DialogBody, DialogButtons, FormDialog } from "../components/form-dialog.tsx";
import {
  type ChosenFindings,
  isAcceptable,
  isFull,
  listedFindingsState,
  NO_FINDINGS,
  toggleListedFindings,
} from "./chosen-findings.ts";
import { acceptedText, OUTCOME_WORDS } from "./finding-words.ts";
import { useAcceptFindings } from "./use-finding-decision.ts";

interface AcceptManyProps {
  findings: readonly Finding[];
  chosen: ChosenFindings;
  onChoose: (chosen: ChosenFindings) => void;
  /** Where the focus goes when what had it is gone with what was accepted. */
  fallback: RefObject<HTMLElement | null>;
}

/** The line above the rows, and the dialog. The dialog stays when its answer empties the list. */
export function AcceptMany({ findings, chosen, onChoose, fallback }: AcceptManyProps) {
  const [asked, setAsked] = useState<Asked[]>([]);
  const [open, setOpen] = useState(false);
  const done = useRef(false);
  const close = () => {
    setOpen(false);
    if (!done.current) return;
    onChoose(NO_FINDINGS);
    fallback.current?.focus();
  };
  const ask = () => {
    done.current = false;
    setAsked(
      findings.flatMap(({ id, name }) => {
        const changesHash = chosen.get(id);
        return changesHash === undefined ? [] : [{ id, name, changesHash }];
      }),
    );
    setOpen(true);
  };
  return (
    <>
      {findings.some(isAcceptable) ? (
        <ChosenBar findings={findings} chosen={chosen} onChoose={onChoose} onAccept={ask} />
      ) : null}
      <FormDialog
        open={open}
        onOpenChange={(next) => (next ? setOpen(true) : close())}
        title={`Accept ${counted(asked.length, "finding", "findings")}`}
        description="Each is not counted as open until the day is over, or until something else differs. Reason and name are kept in the history of each and go into evidence."
      >
        <AcceptForm
          asked={asked}
          onDone={() => {
            done.current = true;
          }}
        />
      </FormDialog>
    </>
  );
}

interface Asked {
  id: string;
  name: string;
  changesHash: string;
}

function ChosenBar({
  findings,
  chosen,
  onChoose,
  onAccept,
}: Pick<AcceptManyProps, "findings" | "chosen" | "onChoose"> & { onAccept: () => void }) {
  const state = listedFindingsState(chosen, findings);
  return (
    <div className="flex min-h-11 flex-wrap items-center gap-x-2 gap-y-1 border-b border-kumo-line py-1 pr-4 pl-2 print:hidden">
      <Tick
        label={state === "all" ? "Clear the selection" : "Select all listed"}
        state={state}
        onChange={() => onChoose(toggleListedFindings(chosen, findings))}
      />
      <p role="status" className={`tabular ${chosen.size === 0 ? "text-kumo-subtle" : "font-medium"}`}>
        {chosen.size === 0
          ? "Select to accept several"
          : `${counted(chosen.size, "finding", "findings")} selected${isFull(chosen) ? ", which is the most at once" : ""}`}
      </p>
      {chosen.size === 0 ? null : (
        <Button size="sm" aria-haspopup="dialog" className="sm:ml-auto" onClick={onAccept}>
          Accept {digits(chosen.size)}
        </Button>
      )}
    </div>
  );
}

function AcceptForm({ asked, onDone }: { asked: readonly Asked[]; onDone: () => void }) {
  const accept = useAcceptFindings();
  if (accept.data !== undefined) return <Outcomes asked={asked} outcomes={accept.data.outcomes} />;
  return (
    <AcceptanceForm
      action="Accept"
      example="Agreed with the security team for the pilot, change 4711"
      reasonMissing="Say why they are accepted: others will want to know."
      pending={accept.isPending}
      error={accept.error}
      onSubmit={(acceptance) =>
        accept.mutate(
          { ...acceptance, findings: asked.map(({ id, changesHash }) => ({ id, changesHash })) },
          { onSuccess: onDone },
        )
      }
    />
  );
}

function Outcomes({
  asked,
  outcomes,
}: {
  asked: readonly Asked[];
  outcomes: readonly { id: string; outcome: AcceptOutcome }[];
}) {
  const names = new Map(asked.map(({ id, name }) => [id, name]));
  // What needs another look first.
  const told = outcomes.toSorted(
    (one, other) => Number(one.outcome === "accepted") - Number(other.outcome === "accepted"),
  );
  return (
    <>
      <DialogBody>
        {/* The button that had the focus is gone. */}
        <p ref={(shown) => shown?.focus()} tabIndex={-1} className="font-medium tabular outline-none">
          {acceptedText(outcomes.map(({ outcome }) => outcome))}
        </p>
        <ul className="divide-y divide-kumo-line">
          {told.map(({ id, outcome }) => (
            <li key={id} className="py-2">
              <p className="font-medium [overflow-wrap:anywhere]">{names.get(id)}</p>
              <p className="text-kumo-subtle">{OUTCOME_WORDS[outcome]}</p>
            </li>
          ))}
        </ul>
      </DialogBody>
      <DialogButtons cancel="Close">{null}</DialogButtons>
    </>
  );
}

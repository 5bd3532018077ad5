/** The name and the families of a new baseline, and what it will know nothing of. */
import { Input } from "../components/input.tsx";
import { BookmarkSimpleIcon } from "@phosphor-icons/react/BookmarkSimple";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { MAX_BASELINE_NAME_LENGTH } from "../../contract/baselines.ts";
import type { FamilyState } from "../../contract/inventory.ts";
import { Choices } from "../components/choices.tsx";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { GuardedButton } from "../components/guarded-button.tsx";
import { NotLoaded } from "../components/states.tsx";
import { familiesQuery } from "../inventory/queries.ts";
import { SyncInventoryButton } from "../inventory/sync-button.tsx";
import { useStartOperation } from "../runs/run-commands.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { CaptureFamilies } from "./capture-families.tsx";
import { captureFault, type CaptureFault, type CaptureScope, gapNotes, holdingText, SCOPES } from "./capture-words.ts";

export function CaptureButton() {
  const allowed = useCan("baseline.capture");
  const [open, setOpen] = useState(false);
  return (
    <>
      <GuardedButton
        variant="primary"
        icon={BookmarkSimpleIcon}
        refusal={allowed ? null : "Your role may read baselines, not capture them"}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        Capture baseline
      </GuardedButton>
      <FormDialog open={open} onOpenChange={setOpen} title="Capture baseline">
        <CaptureForm onStarted={() => setOpen(false)} />
      </FormDialog>
    </>
  );
}

function CaptureForm({ onStarted }: { onStarted: () => void }) {
  const tenant = useTenant();
  const families = useQuery(familiesQuery(tenant));
  const start = useStartOperation(tenant);
  const [name, setName] = useState("");
  const [scope, setScope] = useState<CaptureScope>("all");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [tried, setTried] = useState(false);

  const items = families.data?.items;
  const captured = scope === "all" ? items : items?.filter(({ key }) => chosen.has(key));
  const fault = captured === undefined ? null : captureFault(captured);
  const ready = captured !== undefined && name.trim() !== "" && fault === null;
  const submit = () => {
    setTried(true);
    if (!ready) return;
    const input = { name: name.trim(), ...(scope === "all" ? {} : { families: captured.map(({ key }) => key) }) };
    start.mutate({ type: "baseline.capture", input, key: crypto.randomUUID() }, { onSuccess: onStarted });
  };

  return (
    <DialogForm action="Capture" pending={start.isPending} onSubmit={submit}>
      <Input
        label="Name"
        value={name}
        autoComplete="off"
        maxLength={MAX_BASELINE_NAME_LENGTH}
        placeholder="After the security review"
        onChange={(event) => setName(event.target.value)}
        {...(tried && name.trim() === "" ? { error: "Give the baseline a name that says what it stands for." } : {})}
      />
      <Choices legend="Families" options={SCOPES} value={scope} onChange={setScope} />
      {items !== undefined && captured !== undefined ? (
        <>
          {scope === "all" ? null : <CaptureFamilies families={items} chosen={chosen} onChange={setChosen} />}
          <CaptureNotes captured={captured} fault={fault} tried={tried} />
        </>
      ) : (
        <NotLoaded lines={3} error={families.error} onRetry={() => void families.refetch()} />
      )}
    </DialogForm>
  );
}

interface CaptureNotesProps {
  captured: readonly FamilyState[];
  fault: CaptureFault | null;
  tried: boolean;
}

/** What the baseline will hold, and what it will know nothing of; or why there can be none. */
function CaptureNotes({ captured, fault, tried }: CaptureNotesProps) {
  if (fault === "nothing-read") {
    return (
      <div role="status" className="flex flex-col items-start gap-3 rounded-md bg-kumo-warning-tint px-3 py-2.5">
        <p>
          {captured.length === 1 ? "This family has" : "These families have"} never been read completely, so there is
          nothing to hold. Sync the inventory first.
        </p>
        <SyncInventoryButton />
      </div>
    );
  }
  if (fault === "nothing-chosen") {
    return (
      <p role="status" className={tried ? "text-kumo-danger" : "text-kumo-subtle"}>
        Choose at least one family.
      </p>
    );
  }
  return (
    <div role="status" className="flex flex-col gap-1.5 text-kumo-subtle">
      <p>{holdingText(captured)} The inventory is not read anew: sync it first where it is older than you like.</p>
      {gapNotes(captured).map((note) => (
        <p key={note} className="rounded-md bg-kumo-warning-tint px-3 py-2 text-kumo-default">
          {note}
        </p>
      ))}
    </div>
  );
}

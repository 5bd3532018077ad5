/** The name and the families of a new baseline, and what it will know nothing of. */
import { Button } from "@cloudflare/kumo/components/button";
import { Dialog } from "@cloudflare/kumo/components/dialog";
import { Input } from "@cloudflare/kumo/components/input";
import { BookmarkSimpleIcon } from "@phosphor-icons/react/BookmarkSimple";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { FamilyState } from "../../contract/inventory.ts";
import { MAX_BASELINE_NAME_LENGTH } from "../../contract/baselines.ts";
import { familiesQuery } from "../api/queries.ts";
import { Choices } from "../components/choices.tsx";
import { ErrorState, Skeleton } from "../components/states.tsx";
import { SyncInventoryButton } from "../inventory/sync-button.tsx";
import { useStartOperation } from "../runs/run-commands.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { CaptureFamilies } from "./capture-families.tsx";
import { captureFault, type CaptureFault, type CaptureScope, gapNotes, holdingText, SCOPES } from "./capture-words.ts";

/** Opens the dialog. Without the capability it stays focusable and says why it does nothing. */
export function CaptureButton() {
  const allowed = useCan("baseline.capture");
  const [open, setOpen] = useState(false);
  if (!allowed) {
    return (
      <Button
        icon={BookmarkSimpleIcon}
        aria-disabled
        title="Your role may read baselines, not capture them"
        className="opacity-60"
      >
        Capture baseline
      </Button>
    );
  }
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger
        render={
          <Button variant="primary" icon={BookmarkSimpleIcon}>
            Capture baseline
          </Button>
        }
      />
      <Dialog size="lg" className="flex max-h-[calc(100dvh-2rem)] flex-col overflow-y-auto p-6">
        <Dialog.Title className="text-base font-semibold">Capture baseline</Dialog.Title>
        {open ? <CaptureForm onStarted={() => setOpen(false)} /> : null}
      </Dialog>
    </Dialog.Root>
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

  const items = families.data?.items ?? [];
  const captured = scope === "all" ? items : items.filter(({ key }) => chosen.has(key));
  const fault = captureFault(captured);
  const ready = families.data !== undefined && name.trim() !== "" && fault === null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!ready) return;
    const input = { name: name.trim(), ...(scope === "all" ? {} : { families: captured.map(({ key }) => key) }) };
    start.mutate({ type: "baseline.capture", input, key: crypto.randomUUID() }, { onSuccess: onStarted });
  };

  return (
    <form onSubmit={submit} noValidate className="mt-4 flex flex-col gap-4">
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
      {families.data !== undefined ? (
        <>
          {scope === "all" ? null : <CaptureFamilies families={items} chosen={chosen} onChange={setChosen} />}
          <CaptureNotes captured={captured} fault={fault} tried={tried} />
        </>
      ) : families.error === null ? (
        <Skeleton lines={3} />
      ) : (
        <ErrorState error={families.error} onRetry={() => void families.refetch()} />
      )}
      <div className="flex justify-end gap-2">
        <Dialog.Close render={<Button type="button">Cancel</Button>} />
        <Button type="submit" variant="primary" loading={start.isPending}>
          Capture
        </Button>
      </div>
    </form>
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

/** Makes the next version of a standard. */
import { PlusIcon } from "@phosphor-icons/react/Plus";
import { Suspense, useEffect, useState } from "react";
import type { StandardDetail } from "../../contract/standards.ts";
import { FormDialog } from "../components/form-dialog.tsx";
import { GuardedButton } from "../components/guarded-button.tsx";
import { onDemand } from "../components/on-demand.ts";
import { Skeleton } from "../components/states.tsx";
import { useCan } from "../shell/tenant-context.ts";

const form = onDemand(async () => (await import("./version-form.tsx")).VersionForm);

export function NewVersionButton({ standard }: { standard: StandardDetail }) {
  const [open, setOpen] = useState(false);
  const mayRead = useCan("backup.read");
  // By the time that a person presses the button, the form is there.
  useEffect(() => form.preload(), []);
  return (
    <>
      <GuardedButton
        variant="primary"
        icon={PlusIcon}
        refusal={mayRead ? null : "Your role may not read the backups that a version is made of"}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        New version
      </GuardedButton>
      <FormDialog
        open={open}
        onOpenChange={setOpen}
        title={`New version of ${standard.name}`}
        description="It never changes once it is made. Tenants that follow the standard keep their version until they choose this one."
      >
        <Suspense fallback={<Skeleton lines={6} />}>
          <form.Part standard={standard} onDone={() => setOpen(false)} />
        </Suspense>
      </FormDialog>
    </>
  );
}

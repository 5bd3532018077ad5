/** Begins the deployment of a followed standard: a preview, which writes nothing. The plan that it makes is reviewed, then approved. */
import { ListChecksIcon } from "@phosphor-icons/react/ListChecks";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import type { RestorePreviewRequest } from "../../contract/restore.ts";
import type { Following } from "../../contract/standards.ts";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { GuardedButton } from "../components/guarded-button.tsx";
import { type ConditionalAccess, ConditionalAccessChoice } from "../restore/restore-choices.tsx";
import { useStartOperation } from "../runs/run-commands.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { missingValues, partsText } from "./standard-words.ts";

interface DeployButtonProps {
  following: Following;
  variant?: "primary" | "secondary";
}

export function DeployButton({ following, variant = "secondary" }: DeployButtonProps) {
  const [open, setOpen] = useState(false);
  const allowed = useCan("restore.preview");
  const missing = missingValues(following);
  const refusal = !allowed
    ? "Your role may not prepare what is written to the tenant"
    : following.version === null
      ? "The standard cannot be read any more"
      : missing.length > 0
        ? `First enter a value for ${missing.map(({ label }) => label).join(", ")}`
        : null;
  return (
    <>
      <GuardedButton
        icon={ListChecksIcon}
        variant={variant}
        refusal={refusal}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        Prepare deployment
      </GuardedButton>
      <FormDialog
        open={open}
        onOpenChange={setOpen}
        title={`Prepare the deployment of ${following.standard.name}`}
        description="First a preview: it reads the tenant and makes a plan to review. Nothing is written before the plan is approved."
      >
        <DeployForm following={following} onStarted={() => setOpen(false)} />
      </FormDialog>
    </>
  );
}

function DeployForm({ following, onStarted }: { following: Following; onStarted: () => void }) {
  const tenant = useTenant();
  const navigate = useNavigate();
  const start = useStartOperation(tenant);
  const [conditionalAccess, setConditionalAccess] = useState<ConditionalAccess>("report-only");
  const submit = () => {
    const input: RestorePreviewRequest = {
      followingId: following.id,
      mode: "update",
      assignments: false,
      conditionalAccess,
    };
    start.mutate(
      { type: "policy.restore-preview", input, key: crypto.randomUUID() },
      {
        onSuccess: ({ run }) => {
          onStarted();
          void navigate({
            to: PAGES.followedStandard,
            params: { slug: tenant.slug, followingId: following.id },
            search: { run: run.id },
          });
        },
      },
    );
  };
  return (
    <DialogForm action="Prepare" pending={start.isPending} onSubmit={submit}>
      <p>
        Policies that the tenant has are updated, and those that it lacks are created. Policies that the standard does
        not have stay as they are.{following.version === null ? null : ` ${partsText(following.version)}`}
      </p>
      <ConditionalAccessChoice value={conditionalAccess} onChange={setConditionalAccess} holder="standard" />
    </DialogForm>
  );
}

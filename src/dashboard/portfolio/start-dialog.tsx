/** Starts an operation in many tenants: which one, in these. */
import { useNavigate } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import type { Tenant } from "../../contract/access.ts";
import { OPERATION_TYPES } from "../../contract/operation-types.ts";
import {
  type ChosenHow,
  isForAnyTenant,
  PORTFOLIO_WORDS,
  type PortfolioType,
  portfolioTypeSchema,
} from "../../contract/portfolio.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { Choices } from "../components/choices.tsx";
import { counted } from "../components/digits.ts";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { useStartPortfolioRun } from "./queries.ts";

export interface StartDialogProps {
  /** What to choose from: tenants with what the person may do there. */
  tenants: readonly Tenant[];
  /** What is meant by them: a list is these alone. */
  chosen: ChosenHow;
  trigger: ReactElement<{ onClick?: () => void }>;
}

export function StartDialog({ tenants, chosen, trigger }: StartDialogProps) {
  const [open, setOpen] = useState(false);
  return (
    <FormDialog
      open={open}
      onOpenChange={setOpen}
      title={titleOf(tenants.length, chosen)}
      description={
        <p>
          One operation that counts tenants. A tenant counts when its own operation has ended. Some tenants begin at
          once, the others when those have ended.
        </p>
      }
      trigger={trigger}
    >
      <StartForm tenants={tenants} chosen={chosen} />
    </FormDialog>
  );
}

function titleOf(tenants: number, chosen: ChosenHow): string {
  switch (chosen.kind) {
    case "all":
      return "Start in all your tenants";
    case "tag":
      return `Start in your tenants with the tag “${chosen.tag}”`;
    case "list":
      return `Start in ${counted(tenants, "tenant", "tenants")}`;
  }
}

function StartForm({ tenants, chosen }: Omit<StartDialogProps, "trigger">) {
  const [type, setType] = useState<PortfolioType>("inventory.sync");
  const [key] = useState(() => crypto.randomUUID());
  const start = useStartPortfolioRun();
  const navigate = useNavigate();
  const allowed = tenants.filter(({ capabilities }) => capabilities.includes(OPERATION_TYPES[type].capability));
  const left = tenants.length - allowed.length;
  return (
    <DialogForm
      action={`Start in ${counted(allowed.length, "tenant", "tenants")}`}
      disabled={allowed.length === 0}
      pending={start.isPending}
      error={start.error}
      onSubmit={() =>
        start.mutate(
          {
            type,
            key: `${key}/${type}`,
            tenants: chosen.kind === "list" ? { kind: "list", tenants: allowed.map(({ id }) => id) } : chosen,
          },
          {
            onSuccess: ({ run }) => void navigate({ to: PAGES.portfolioRun, params: { runId: run.id } }),
          },
        )
      }
    >
      <Choices
        legend="Operation"
        value={type}
        onChange={setType}
        options={portfolioTypeSchema.options
          .filter(isForAnyTenant)
          .map((value) => ({ value, label: PORTFOLIO_WORDS[value] }))}
      />
      {left === 0 ? null : (
        <p role="status" className="rounded-md bg-kumo-warning-tint px-3 py-2">
          Your role does not include this in {counted(left, "tenant", "tenants")}: nothing is started there.
        </p>
      )}
    </DialogForm>
  );
}

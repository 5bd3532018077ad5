/** The end of the settings: the deletion of this tenant, asked for by its owners, or waiting and to be withdrawn. */
import { Button } from "@cloudflare/kumo/components/button";
import { TrashIcon } from "@phosphor-icons/react/Trash";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import type { CloseTenant, TenantClosing } from "../../contract/offboarding.ts";
import { offboardingRoutes } from "../../contract/routes/offboarding.ts";
import { call } from "../api/client.ts";
import { FormDialog } from "../components/form-dialog.tsx";
import { GuardedButton } from "../components/guarded-button.tsx";
import { Section } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { absoluteText } from "../components/clock.ts";
import { Time } from "../components/time.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { toastDone, toastProblem } from "../shell/toasts.tsx";
import { CloseForm } from "./close-form.tsx";
import { closingQuery } from "./queries.ts";

export function CloseTenantSection() {
  const tenant = useTenant();
  const { data, error, refetch } = useQuery(closingQuery(tenant));
  return (
    <Section title="Close this tenant" id="settings-close">
      {data === undefined ? (
        <NotLoaded lines={2} error={error} onRetry={() => void refetch()} />
      ) : data.offboarding === null ? (
        <Ask closing={data} />
      ) : (
        <Waiting offboarding={data.offboarding} closing={data} />
      )}
    </Section>
  );
}

function Ask({ closing }: { closing: TenantClosing }) {
  const tenant = useTenant();
  const allowed = useCan("tenant.close");
  const [open, setOpen] = useState(false);
  const queryClient = useQueryClient();
  const request = useMutation({
    mutationFn: (body: CloseTenant) => call(offboardingRoutes.request, { params: { tenantId: tenant.slug }, body }),
    onSuccess: (asked) => {
      queryClient.setQueryData(closingQuery(tenant).queryKey, asked);
      setOpen(false);
      toastDone("The tenant's deletion is asked for");
    },
  });
  const ask = () => {
    request.reset();
    setOpen(true);
  };
  return (
    <div className="flex flex-col items-start gap-4">
      <p className="max-w-2xl">
        Everything that is kept of this tenant is deleted after a waiting time, and a proof of what is gone is kept. The
        Microsoft 365 tenant itself is not touched.
      </p>
      <ExportAdvice closing={closing} />
      <GuardedButton
        icon={TrashIcon}
        variant="secondary"
        refusal={allowed ? null : "Owners alone close a tenant"}
        aria-haspopup="dialog"
        onClick={ask}
      >
        Close this tenant
      </GuardedButton>
      <FormDialog
        role="alertdialog"
        open={open}
        onOpenChange={setOpen}
        title={`Delete everything of ${tenant.name}?`}
        description={
          <>
            <p>
              Policies, backups, baselines, evidence, packs, operations and the audit log go, for all members. New
              operations stop at once, exports apart. Until the deletion begins, an owner can withdraw it.
            </p>
            <ExportAdvice closing={closing} />
          </>
        }
      >
        <CloseForm name={tenant.name} pending={request.isPending} error={request.error} onSubmit={request.mutate} />
      </FormDialog>
    </div>
  );
}

/** Whether a person can still take everything out, and whether that is worth doing again. */
function ExportAdvice({ closing: { latestExport, changedSinceExport } }: { closing: TenantClosing }) {
  const tenant = useTenant();
  const link = (words: string) => (
    <TextLink to={PAGES.exports} params={{ slug: tenant.slug }}>
      {words}
    </TextLink>
  );
  if (latestExport === null) {
    return <p className="max-w-2xl">There is no export of this tenant. {link("Export everything")} first.</p>;
  }
  return (
    <p className="max-w-2xl">
      The newest export is of {absoluteText(latestExport.completedAt)}
      {changedSinceExport === true ? ", and something has happened since. " : ". "}
      {link(changedSinceExport === true ? "Make a new export" : "Download it")} before the deletion begins: it is
      deleted too.
    </p>
  );
}

function Waiting({
  offboarding,
  closing,
}: {
  offboarding: NonNullable<TenantClosing["offboarding"]>;
  closing: TenantClosing;
}) {
  const tenant = useTenant();
  const allowed = useCan("tenant.close");
  const queryClient = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () => call(offboardingRoutes.withdraw, { params: { tenantId: tenant.slug } }),
    onSuccess: (kept) => {
      queryClient.setQueryData(closingQuery(tenant).queryKey, kept);
      toastDone("The deletion is withdrawn");
    },
    onError: toastProblem,
    onSettled: () => void queryClient.invalidateQueries({ queryKey: closingQuery(tenant).queryKey }),
  });
  const { dueAt, reason, requestedAt, requestedAs, requestedBy } = offboarding;
  return (
    <div className="flex flex-col items-start gap-4">
      <div role="status" className="flex w-full flex-col gap-1 rounded-md bg-kumo-danger-tint px-3 py-2">
        <p className="font-semibold text-kumo-danger">
          This tenant is deleted after <time dateTime={dueAt}>{absoluteText(dueAt)}</time>
        </p>
        <p className="[overflow-wrap:anywhere]">
          <bdi>{requestedBy.name}</bdi>
          {requestedAs === "platform" ? ", who runs the product," : ""} asked for it <Time at={requestedAt} />: “
          <bdi>{reason}</bdi>”
        </p>
        <p>New operations are refused, exports apart.</p>
      </div>
      <ExportAdvice closing={closing} />
      {allowed ? (
        <Button loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
          Withdraw the deletion
        </Button>
      ) : (
        <p className="text-kumo-subtle">An owner of this tenant can withdraw it.</p>
      )}
    </div>
  );
}

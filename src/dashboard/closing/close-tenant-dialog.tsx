/** For those who run the product: asks for the deletion of a tenant that they see nothing of. */
import { Button } from "../components/button.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { PlatformTenant } from "../../contract/access.ts";
import type { CloseTenant } from "../../contract/offboarding.ts";
import { offboardingRoutes } from "../../contract/routes/offboarding.ts";
import { call } from "../api/client.ts";
import { FormDialog } from "../components/form-dialog.tsx";
import { toastDone } from "../shell/toasts.tsx";
import { CloseForm } from "./close-form.tsx";

export function CloseTenantDialog({ tenant }: { tenant: PlatformTenant }) {
  const [open, setOpen] = useState(false);
  const queryClient = useQueryClient();
  const request = useMutation({
    mutationFn: (body: CloseTenant) =>
      call(offboardingRoutes.requestByPlatform, { params: { tenantId: tenant.id }, body }),
    onSuccess: () => {
      setOpen(false);
      toastDone(`The deletion of ${tenant.name} is asked for`);
      void queryClient.invalidateQueries({ queryKey: ["platform"] });
    },
  });
  return (
    <FormDialog
      role="alertdialog"
      open={open}
      onOpenChange={setOpen}
      title={`Delete everything of ${tenant.name}?`}
      description={
        <p>
          Its owners see that it waits, and can withdraw it. They can export everything until the deletion begins. Then
          all that is kept of the tenant goes, and a proof stays here.
        </p>
      }
      trigger={
        <Button size="sm" aria-label={`Close ${tenant.name}`}>
          Close
        </Button>
      }
    >
      <CloseForm name={tenant.name} pending={request.isPending} error={request.error} onSubmit={request.mutate} />
    </FormDialog>
  );
}

import { useState } from "react";
import type { Connection, NewCredential } from "../../contract/connections.ts";
import { connectionRoutes } from "../../contract/routes/connections.ts";
import { reasonHeaders } from "../../client/approval-waits.ts";
import { call } from "../api/client.ts";
import { useApprovalReason } from "../approvals/approval-reason.tsx";
import { Choices } from "../components/choices.tsx";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { toastManager } from "../shell/toasts.tsx";
import { CredentialFields, credentialOf, NOTHING_ENTERED } from "./credential-fields.tsx";
import { useConnectionChange } from "./queries.ts";

interface RenewDialogProps {
  connection: Connection;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Another secret or certificate of the same application. */
export function RenewDialog({ connection, open, onOpenChange }: RenewDialogProps) {
  return (
    <FormDialog
      title="Renew the credential"
      description={
        <p>
          Of the application <code className="font-mono text-sm break-all">{connection.clientId}</code>. It is tried
          before it is stored; until then the old one is used.
        </p>
      }
      open={open}
      onOpenChange={onOpenChange}
    >
      <Form connection={connection} onDone={() => onOpenChange(false)} />
    </FormDialog>
  );
}

function Form({ connection: { purpose, kind: before }, onDone }: { connection: Connection; onDone: () => void }) {
  const tenant = useTenant();
  const [kind, setKind] = useState<NewCredential["kind"]>(before === "certificate" ? "certificate" : "secret");
  const [entered, setEntered] = useState(NOTHING_ENTERED);
  const credential = credentialOf(kind, entered);
  const approval = useApprovalReason("connection");
  const renew = useConnectionChange((given: NewCredential) =>
    call(connectionRoutes.renew, {
      params: { tenantId: tenant.slug },
      headers: reasonHeaders(approval.reason),
      body: { purpose, credential: given },
    }),
  );
  const submit = () => {
    if (credential === null) return;
    renew.mutate(credential, {
      onSuccess: () => {
        toastManager.add({ title: "Credential renewed", variant: "success", timeout: 4_000 });
        onDone();
      },
    });
  };
  return (
    <DialogForm
      action={approval.needed ? "Ask for approval" : "Renew"}
      disabled={credential === null || !approval.ready}
      pending={renew.isPending}
      error={renew.error}
      onSubmit={submit}
    >
      <Choices
        legend="Credential"
        options={[
          { value: "secret", label: "Client secret" },
          { value: "certificate", label: "Certificate" },
        ]}
        value={kind}
        onChange={setKind}
      />
      <CredentialFields kind={kind} value={entered} onChange={setEntered} />
      {approval.field}
    </DialogForm>
  );
}

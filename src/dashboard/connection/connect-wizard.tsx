/** Connecting step by step: the kind, the permissions, then Microsoft's consent or the application's facts, and a test. */
import { Button } from "../components/button.tsx";
import { Input } from "../components/input.tsx";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import {
  type ConnectionKind,
  type ConnectionPurpose,
  type Connections,
  connectionCloudSchema,
  type NewConnection,
} from "../../contract/connections.ts";
import { connectionRoutes } from "../../contract/routes/connections.ts";
import { reasonHeaders } from "../../client/approval-waits.ts";
import { useApprovalReason } from "../approvals/approval-reason.tsx";
import { call } from "../api/client.ts";
import { Choices } from "../components/choices.tsx";
import { DialogBody, DialogButtons, DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { useTenant, useTenantScope } from "../shell/tenant-context.ts";
import { CLOUD_WORDS } from "./connection-words.ts";
import { CredentialFields, credentialOf, NOTHING_ENTERED } from "./credential-fields.tsx";
import { TestResult } from "./last-test.tsx";
import { PresetList } from "./preset-list.tsx";
import { useConnectionChange, useConnectionTest } from "./queries.ts";

interface ConnectWizardProps {
  purpose: ConnectionPurpose;
  all: Connections;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function ConnectWizard({ purpose, all, open, onOpenChange }: ConnectWizardProps) {
  const title = purpose === "read" ? "Connect the tenant" : "Connect for restoring";
  return (
    <FormDialog title={title} open={open} onOpenChange={onOpenChange}>
      <Steps purpose={purpose} all={all} />
    </FormDialog>
  );
}

type Step = "kind" | "permissions" | "application" | "test";

function Steps({ purpose, all }: { purpose: ConnectionPurpose; all: Connections }) {
  const offered = all.consent.find((each) => each.purpose === purpose);
  const [step, setStep] = useState<Step>("kind");
  const [kind, setKind] = useState<ConnectionKind>(offered === undefined ? "secret" : "consent");
  switch (step) {
    case "kind":
      return (
        <DialogForm action="Continue" onSubmit={() => setStep("permissions")}>
          <Choices
            legend="How does the product get in?"
            options={[
              {
                value: "consent",
                label: "By consent",
                description:
                  offered === undefined
                    ? "This deployment has no application of its own for this purpose."
                    : "An administrator of the tenant consents to this deployment's application. No secret to keep.",
                disabled: offered === undefined,
              },
              {
                value: "certificate",
                label: "Own application with a certificate",
                description: "You register an application in Microsoft Entra and upload a certificate.",
              },
              {
                value: "secret",
                label: "Own application with a client secret",
                description: "You register an application in Microsoft Entra and make a client secret.",
              },
            ]}
            value={kind}
            onChange={setKind}
          />
        </DialogForm>
      );
    case "permissions":
      return kind === "consent" && offered !== undefined ? (
        <ConsentStep purpose={purpose} clientId={offered.clientId} onBack={() => setStep("kind")}>
          <PresetList purpose={purpose} presets={all.presets} />
        </ConsentStep>
      ) : (
        <DialogForm action="Continue" onSubmit={() => setStep("application")}>
          <Back onClick={() => setStep("kind")} />
          <p>
            In Microsoft Entra, register an application and grant it these <em>application permissions</em> of Microsoft
            Graph, with admin consent. They are the least for everything; leave out what you do not want{" "}
            {purpose === "read" ? "read" : "restored"}.
          </p>
          <PresetList purpose={purpose} presets={all.presets} />
        </DialogForm>
      );
    case "application":
      return (
        <ApplicationStep
          purpose={purpose}
          kind={kind === "certificate" ? "certificate" : "secret"}
          all={all}
          onBack={() => setStep("permissions")}
          onConnected={() => setStep("test")}
        />
      );
    case "test":
      return <TestStep purpose={purpose} />;
  }
}

function Back({ onClick }: { onClick: () => void }) {
  return (
    <div>
      <Button type="button" size="sm" variant="ghost" onClick={onClick}>
        Back
      </Button>
    </div>
  );
}

interface ConsentStepProps {
  purpose: ConnectionPurpose;
  clientId: string;
  onBack: () => void;
  children: ReactNode;
}

function ConsentStep({ purpose, clientId, onBack, children }: ConsentStepProps) {
  const tenant = useTenant();
  const approval = useApprovalReason("connection");
  const begin = useMutation({
    mutationFn: () =>
      call(connectionRoutes.startConsent, {
        params: { tenantId: tenant.slug },
        headers: reasonHeaders(approval.reason),
        body: { purpose },
      }),
    onSuccess: ({ continueAt }) => location.assign(continueAt),
  });
  return (
    <DialogForm
      action="Go to Microsoft"
      disabled={!approval.ready}
      pending={begin.isPending || begin.isSuccess}
      error={begin.error}
      onSubmit={() => begin.mutate()}
    >
      <Back onClick={onBack} />
      <p>
        Microsoft shows these permissions again before anything is granted. Check there that the application is{" "}
        <code className="font-mono text-sm break-all">{clientId}</code>.
      </p>
      {children}
      <p className="text-kumo-subtle">
        A Global Administrator or Privileged Role Administrator accepts, and then signs in once more: that proves which
        tenant it is. It takes less than ten minutes, in this browser.
      </p>
      {approval.field}
    </DialogForm>
  );
}

interface ApplicationStepProps {
  purpose: ConnectionPurpose;
  kind: "secret" | "certificate";
  all: Connections;
  onBack: () => void;
  onConnected: () => void;
}

function ApplicationStep({ purpose, kind, all, onBack, onConnected }: ApplicationStepProps) {
  const { tenant, me } = useTenantScope();
  const known = all.connections.find((each) => each.connectedAt !== null);
  const [cloud, setCloud] = useState(known?.cloud ?? (me.identity === "local" ? "local" : "global"));
  const [microsoftTenantId, setMicrosoftTenantId] = useState(known?.microsoftTenantId ?? "");
  const [clientId, setClientId] = useState("");
  const [entered, setEntered] = useState(NOTHING_ENTERED);
  const credential = credentialOf(kind, entered);
  const approval = useApprovalReason("connection");
  const connect = useConnectionChange((body: NewConnection) =>
    call(connectionRoutes.connect, {
      params: { tenantId: tenant.slug },
      headers: reasonHeaders(approval.reason),
      body,
    }),
  );
  const submit = () => {
    if (credential === null) return;
    connect.mutate({ purpose, cloud, microsoftTenantId, clientId, credential }, { onSuccess: onConnected });
  };
  const clouds = [...connectionCloudSchema.options, ...(me.identity === "local" ? ["local"] : [])];
  const isComplete = credential !== null && microsoftTenantId.trim() !== "" && clientId.trim() !== "";
  return (
    <DialogForm
      action={approval.needed ? "Ask for approval" : "Connect"}
      disabled={!isComplete || !approval.ready}
      pending={connect.isPending}
      error={connect.error}
      onSubmit={submit}
    >
      <Back onClick={onBack} />
      <div>
        <span className="mb-1 block font-medium">Cloud</span>
        <SelectFilter
          label="Cloud"
          value={cloud}
          options={clouds.map((value) => ({ value, label: CLOUD_WORDS[value] ?? value }))}
          onChange={setCloud}
          wide
        />
      </div>
      <Input
        label="Directory (tenant) id"
        description="A GUID, on the application's overview in Microsoft Entra."
        autoComplete="off"
        value={microsoftTenantId}
        onChange={(event) => setMicrosoftTenantId(event.target.value)}
      />
      <Input
        label="Application (client) id"
        autoComplete="off"
        value={clientId}
        onChange={(event) => setClientId(event.target.value)}
      />
      <CredentialFields kind={kind} value={entered} onChange={setEntered} />
      {approval.field}
    </DialogForm>
  );
}

function TestStep({ purpose }: { purpose: ConnectionPurpose }) {
  const test = useConnectionTest(purpose);
  if (test.data === undefined) {
    return (
      <DialogForm
        action="Test the connection"
        cancel="Close"
        pending={test.isPending}
        error={test.error}
        onSubmit={() => test.mutate()}
      >
        <p>Connected: Microsoft gave a token. A test tells whether all permissions are there.</p>
      </DialogForm>
    );
  }
  return (
    <>
      <DialogBody>
        <TestResult permissions={test.data} purpose={purpose} />
      </DialogBody>
      <DialogButtons cancel="Done">{null}</DialogButtons>
    </>
  );
}

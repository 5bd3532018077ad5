import { Button } from "../components/button.tsx";
import { type ReactNode, useState } from "react";
import type { Connection, ConnectionPurpose, Connections } from "../../contract/connections.ts";
import { connectionRoutes } from "../../contract/routes/connections.ts";
import { reasonHeaders } from "../../client/approval-waits.ts";
import { call } from "../api/client.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { Section } from "../components/page.tsx";
import { EmptyState } from "../components/states.tsx";
import { AbsoluteTime, Time } from "../components/time.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { toastProblem } from "../shell/toasts.tsx";
import { ConnectWizard } from "./connect-wizard.tsx";
import { CLOUD_WORDS, endWarning, KIND_WORDS, PURPOSE_WORDS } from "./connection-words.ts";
import { LastTest } from "./last-test.tsx";
import { useConnectionChange } from "./queries.ts";
import { RenewDialog } from "./renew-dialog.tsx";

/** The connection for one purpose, or how to make it. */
export function ConnectionSection({ purpose, all }: { purpose: ConnectionPurpose; all: Connections }) {
  const allowed = useCan("connection.manage");
  const [connecting, setConnecting] = useState(false);
  const { title, description } = PURPOSE_WORDS[purpose];
  const connection = all.connections.find((each) => each.purpose === purpose);
  const isReading = all.connections.some((each) => each.purpose === "read");
  return (
    <Section
      title={title}
      id={`connection-${purpose}`}
      actions={connection !== undefined && allowed ? <Changes connection={connection} all={all} /> : null}
    >
      {connection === undefined ? (
        <EmptyState title={purpose === "read" ? "Not connected" : "No connection of its own"}>
          <p>{description}</p>
          {!isReading && purpose === "write" ? (
            <p className="mt-2">Connect the tenant for reading first.</p>
          ) : allowed ? (
            <div className="mt-3 flex justify-center">
              <Button variant={purpose === "read" ? "primary" : "secondary"} onClick={() => setConnecting(true)}>
                {purpose === "read" ? "Connect the tenant" : "Add a connection for restoring"}
              </Button>
            </div>
          ) : (
            <p className="mt-2">An owner of this tenant can connect it.</p>
          )}
        </EmptyState>
      ) : (
        <div className="flex flex-col gap-5">
          <Facts connection={connection} />
          <LastTest purpose={purpose} />
        </div>
      )}
      <ConnectWizard purpose={purpose} all={all} open={connecting} onOpenChange={setConnecting} />
    </Section>
  );
}

function Facts({ connection }: { connection: Connection }) {
  const { kind, cloud, microsoftTenantId, clientId, credentialEndsAt, certificateThumbprint, connectedAt } = connection;
  const warning = endWarning(connection, Date.now());
  return (
    <>
      {warning === null ? null : (
        <p role="status" className="rounded-lg bg-kumo-warning-tint p-3">
          {warning}
        </p>
      )}
      <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2 lg:grid-cols-3">
        <Fact term="State">Connected</Fact>
        <Fact term="Kind">{KIND_WORDS[kind]}</Fact>
        <Fact term="Cloud">{CLOUD_WORDS[cloud] ?? cloud}</Fact>
        <Fact term="Microsoft tenant">
          <code className="font-mono text-sm break-all">{microsoftTenantId}</code>
        </Fact>
        <Fact term="Application (client id)">
          <code className="font-mono text-sm break-all">{clientId}</code>
        </Fact>
        <Fact term={kind === "certificate" ? "Certificate ends" : "Secret ends"}>
          {kind === "consent" ? (
            "Watched by those who run this deployment"
          ) : credentialEndsAt === null ? (
            "Not known. Renew it with its end to be warned in time."
          ) : (
            <AbsoluteTime at={credentialEndsAt} />
          )}
        </Fact>
        {certificateThumbprint === null ? null : (
          <Fact term="Certificate (SHA-256)">
            <code className="font-mono text-sm break-all">{certificateThumbprint}</code>
          </Fact>
        )}
        {connectedAt === null ? null : (
          <Fact term="Connected or renewed">
            <Time at={connectedAt} />
          </Fact>
        )}
      </dl>
    </>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-kumo-subtle">{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Changes({ connection, all }: { connection: Connection; all: Connections }) {
  const [open, setOpen] = useState<"replace" | "renew" | "disconnect" | null>(null);
  const close = () => setOpen(null);
  const { purpose, kind } = connection;
  return (
    <div className="flex flex-wrap gap-2">
      {kind === "consent" ? null : (
        <Button size="sm" aria-haspopup="dialog" onClick={() => setOpen("renew")}>
          Renew
        </Button>
      )}
      <Button size="sm" aria-haspopup="dialog" onClick={() => setOpen("replace")}>
        {kind === "consent" ? "Consent again or replace" : "Replace"}
      </Button>
      <Button size="sm" aria-haspopup="dialog" onClick={() => setOpen("disconnect")}>
        Disconnect
      </Button>
      <RenewDialog connection={connection} open={open === "renew"} onOpenChange={close} />
      <ConnectWizard purpose={purpose} all={all} open={open === "replace"} onOpenChange={close} />
      <Disconnect purpose={purpose} open={open === "disconnect"} onOpenChange={close} />
    </div>
  );
}

function Disconnect(props: { purpose: ConnectionPurpose; open: boolean; onOpenChange: (open: boolean) => void }) {
  const { purpose, open, onOpenChange } = props;
  const tenant = useTenant();
  const disconnect = useConnectionChange((reason: string | null) =>
    call(connectionRoutes.disconnect, {
      params: { tenantId: tenant.slug },
      headers: reasonHeaders(reason),
      body: { purpose },
    }),
  );
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={purpose === "read" ? `Disconnect ${tenant.name}?` : "Disconnect the application that restores?"}
      confirmLabel="Disconnect"
      destructive
      {...(purpose === "read" ? { typed: tenant.slug } : {})}
      approval="connection"
      onConfirm={(reason) => disconnect.mutate(reason, { onError: toastProblem })}
    >
      <p>The stored credential is deleted. What was read and backed up stays.</p>
      {purpose === "read" ? (
        <p>Operations under way fail at their next step, and the connection for restoring ends too.</p>
      ) : (
        <p>Restores then use the connection for reading, which may lack the permissions to write.</p>
      )}
      <p>The application stays in Microsoft Entra until an administrator removes it there.</p>
    </ConfirmDialog>
  );
}

/** How the tenant is connected to Microsoft Graph: state, end of the credential, last test; connect, renew, disconnect. */
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { CONNECTION_PURPOSES } from "../../contract/connections.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { Page, Panel } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { ConnectionSection } from "./connection-section.tsx";
import { OUTCOME_WORDS } from "./connection-words.ts";
import { connectionsQuery } from "./queries.ts";

export function ConnectionPage() {
  const tenant = useTenant();
  const { data, error, refetch } = useQuery(connectionsQuery(tenant));
  const { consent } = useSearch({ from: PAGES.connection });
  return (
    <Page
      title="Connection"
      documentTitle={`${tenant.name} connection`}
      description="How this tenant's Microsoft Graph is reached."
    >
      {consent === undefined ? null : <Outcome {...OUTCOME_WORDS[consent]} />}
      {data === undefined ? (
        <Panel>
          <NotLoaded lines={8} lineHeight="h-8" error={error} onRetry={() => void refetch()} />
        </Panel>
      ) : (
        CONNECTION_PURPOSES.map((purpose) => <ConnectionSection key={purpose} purpose={purpose} all={data} />)
      )}
    </Page>
  );
}

function Outcome({ success, text }: { success: boolean; text: string }) {
  const color = success ? "bg-kumo-success-tint ring-kumo-success/40" : "bg-kumo-danger-tint ring-kumo-danger/40";
  return (
    <p role="status" className={`rounded-lg p-4 ring ${color}`}>
      {text}
    </p>
  );
}

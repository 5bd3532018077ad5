import { readConsentSettings } from "../../access/consent-settings.ts";
import { CONNECTION_PURPOSES, type Connections } from "../../contract/connections.ts";
import { connectionRoutes } from "../../contract/routes/connections.ts";
import { readStoredConnections, shownConnection } from "../../database/tenancy/tenant-connections.ts";
import { presetOf } from "../../graph/permissions/presets.ts";
import { read, type ReadingEnv } from "../routing/served.ts";

export const connectionReads = {
  show: read(connectionRoutes.show, ({ env, tenant }) => connectionsOf(env, tenant.id)),
};

/** How a tenant is connected, and how it could be. One query. */
export async function connectionsOf(env: ReadingEnv, tenantId: string): Promise<Connections> {
  const stored = await readStoredConnections(env.DATABASE, tenantId);
  const { settings } = readConsentSettings(env);
  return {
    connections: stored.map(shownConnection),
    presets: CONNECTION_PURPOSES.map(presetOf),
    consent: CONNECTION_PURPOSES.flatMap((purpose) => {
      const application = settings?.applications[purpose] ?? null;
      return settings === null || application === null
        ? []
        : [{ purpose, cloud: settings.cloud, clientId: application.clientId }];
    }),
  };
}

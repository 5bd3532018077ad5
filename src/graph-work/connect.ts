/** From a tenant to its Graph client. */
import {
  connectionSecretContext,
  type KeyRing,
  openSecret,
  type SecretContext,
  SecretUnreadableError,
} from "../secrets/secret-box.ts";
import { readTenantConnection } from "../database/tenancy/tenant-connections.ts";
import { readSettings } from "../environment.ts";
import { type BudgetLimits, RequestBudget, UNIT_BUDGET } from "../graph/calls/budget.ts";
import { GraphClient } from "../graph/calls/client.ts";
import { resolveCloud } from "../graph/clouds.ts";
import { platformRuntime } from "../graph/calls/runtime.ts";
import { sharedTokens, type GraphConnection } from "../graph/calls/token.ts";
import type { UnitContext } from "../runs/operation.ts";

export type Connecting =
  /** `clientId`: the application that the tenant knows us as. */
  | { kind: "connected"; client: GraphClient; clientId: string }
  | { kind: "not_connected" }
  /** What is stored cannot be used: an unknown cloud, or a secret that does not open. Mended by connecting again. */
  | { kind: "connection_unusable"; cause: "cloud" | "secret" };

/**
 * A client with one unit's budget, or the one that is given. `tokensFrom`: tokens of before are not used; by default, those of before
 * the last permission check. One query; no request is sent yet.
 */
export async function connectTenant(
  tenantId: string,
  context: UnitContext,
  budget: BudgetLimits = UNIT_BUDGET,
  tokensFrom?: number,
): Promise<Connecting> {
  const stored = await readTenantConnection(context.env.DATABASE, tenantId);
  if (!stored) return { kind: "not_connected" };
  const settings = readSettings(context.env);
  const endpoints = resolveCloud(stored.cloud, settings);
  if (!endpoints) return { kind: "connection_unusable", cause: "cloud" };
  const clientSecret = await open(settings.secretsKeys, stored.sealedClientSecret, connectionSecretContext(tenantId));
  if (clientSecret === null) return { kind: "connection_unusable", cause: "secret" };
  const connection: GraphConnection = {
    // The sealed secret changes with the secret, and says nothing of it.
    cacheKey: JSON.stringify([
      tenantId,
      endpoints,
      stored.directoryId,
      stored.clientId,
      stored.sealedClientSecret,
      tokensFrom ?? stored.tokensFrom,
    ]),
    endpoints,
    directoryId: stored.directoryId,
    clientId: stored.clientId,
    clientSecret,
  };
  const client = new GraphClient({
    connection,
    runtime: platformRuntime(context.now),
    budget: new RequestBudget(budget, context.now),
    tokens: sharedTokens,
    signal: context.signal,
  });
  return { kind: "connected", client, clientId: stored.clientId };
}

async function open(keys: KeyRing | null, sealed: string, secretContext: SecretContext): Promise<string | null> {
  if (keys === null) return null;
  try {
    return await openSecret(keys, sealed, secretContext);
  } catch (error) {
    if (error instanceof SecretUnreadableError) return null;
    throw error;
  }
}

/** A backup item's sealed values: bound to the tenant and to the item, so that no other row opens them. */
import { z } from "zod";
import {
  backupItemSecretContext,
  type KeyRing,
  openSecret,
  sealSecret,
  SecretUnreadableError,
} from "../../secrets/secret-box.ts";
import { readSettings } from "../../environment.ts";
import type { OmaSecrets } from "../../graph/oma-secrets.ts";
import type { TenantEnv } from "../../database/databases.ts";

/** What is sealed, as JSON. */
const sealedSchema = z.object({ omaSettings: z.record(z.string(), z.string()) });

interface ItemReference {
  tenantId: string;
  itemId: string;
}

/** Null when there is nothing to seal. Throws without a key: nothing was read from Graph then either. */
export async function sealItemSecrets(
  env: TenantEnv,
  item: ItemReference,
  secrets: OmaSecrets,
): Promise<string | null> {
  if (Object.keys(secrets).length === 0) return null;
  const text = JSON.stringify({ omaSettings: secrets } satisfies z.infer<typeof sealedSchema>);
  return sealSecret(keysOf(env), text, backupItemSecretContext(item.tenantId, item.itemId));
}

/** The values that `sealItemSecrets` sealed; null when they do not open (another key since, or a changed row). */
export async function openItemSecrets(
  env: TenantEnv,
  item: ItemReference,
  sealed: string | null,
): Promise<OmaSecrets | null> {
  if (sealed === null) return {};
  try {
    const text = await openSecret(keysOf(env), sealed, backupItemSecretContext(item.tenantId, item.itemId));
    return sealedSchema.parse(JSON.parse(text)).omaSettings;
  } catch (error) {
    if (error instanceof SecretUnreadableError) return null;
    throw error;
  }
}

function keysOf(env: TenantEnv): KeyRing {
  const { secretsKeys } = readSettings(env);
  if (secretsKeys === null) throw new Error("There is no secrets key");
  return secretsKeys;
}

/** Secrets where a tenant's tables keep them, for tests that look for them where they must not be. For the Workers runtime. */
import { env } from "../support/environment.ts";

export const SECRETS = [
  "planted-sealed-credential",
  "planted-invitation-hash",
  "planted-token-hash",
  "planted-sealed-oma-value",
  "planted-consent-state",
  "planted-consent-proof",
] as const;

/** A row of each table that holds a secret, sealed or as a hash. */
export async function plantSecrets(tenantId: string, userId: string): Promise<void> {
  const rows: [sql: string, ...values: (string | number)[]][] = [
    [
      `insert into tenant_connections (tenant_id, purpose, kind, cloud, directory_id, client_id, sealed_client_secret, connected_at)
       values (?1, 'read', 'secret', 'global', ?2, 'planted-client-id', 'planted-sealed-credential', 1)`,
      tenantId,
      `directory-of-${tenantId}`,
    ],
    [
      `insert into invitations (id, tenant_id, role, note, secret_hash, created_by, created_at, expires_at)
       values (?1, ?2, 'readonly', 'For the planted', ?3, ?4, 1, 2)`,
      `invitation-of-${tenantId}`,
      tenantId,
      `planted-invitation-hash-${tenantId}`,
      userId,
    ],
    [
      `insert into api_tokens (id, name, secret_hash, maker_id, capabilities, created_at, expires_at)
       values (?1, 'A planted token', 'planted-token-hash', ?2, '["tenant.read"]', 1, 2)`,
      `token-of-${tenantId}`,
      userId,
    ],
    [`insert into api_token_tenants (token_id, tenant_id) values (?1, ?2)`, `token-of-${tenantId}`, tenantId],
    [
      `insert into backup_sets (id, tenant_id, name, sort_name, status, created_at, updated_at)
       values (?1, ?2, 'Set', 'set', 'active', 1, 1)`,
      `set-of-${tenantId}`,
      tenantId,
    ],
    [
      `insert into backup_set_items (id, tenant_id, backup_set_id, family, graph_id, name, sort_name, content_hash, content_bytes,
                                     comparable_hash, sealed_secrets, captured_at, run_id)
       values (?1, ?2, ?3, 'deviceConfigurations', 'g', 'OMA', 'oma', ?4, 2, 'c', 'planted-sealed-oma-value', 1, 'run')`,
      `item-of-${tenantId}`,
      tenantId,
      `set-of-${tenantId}`,
      "0".repeat(64),
    ],
    [
      `insert into connection_consents (state_hash, tenant_id, purpose, user_id, sealed_proof, expires_at)
       values (?1, ?2, 'read', ?3, 'planted-consent-proof', 2)`,
      `planted-consent-state-${tenantId}`,
      tenantId,
      userId,
    ],
  ];
  await env.DATABASE.batch(rows.map(([sql, ...values]) => env.DATABASE.prepare(sql).bind(...values)));
}

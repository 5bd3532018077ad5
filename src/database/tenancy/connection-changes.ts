/** Making, renewing and ending connections. Each event tells of a change that was made, with what was before, and of no secret. */
import type { ConnectionPurpose } from "../../contract/connections.ts";
import { isoTimeOrNull } from "../sql/time.ts";
import { applyChange } from "../approvals/carrying-out.ts";
import { auditEventWhere, type NewAuditEvent } from "../audit/audit-events.ts";
import { readStoredConnections, type StoredConnection } from "./tenant-connections.ts";
import type { TenantDatabase } from "../databases.ts";

/** Who changes what, and when (milliseconds since the epoch). */
export interface ConnectionAct {
  tenantId: string;
  purpose: ConnectionPurpose;
  actorId: string;
  at: number;
}

/** A connection to store; its credential is sealed. */
export type ConnectionFacts = Pick<
  StoredConnection,
  "kind" | "cloud" | "directoryId" | "clientId" | "sealedCredential" | "certificateThumbprint" | "credentialEndsAt"
>;

/**
 * `taken`: another tenant has the Microsoft tenant. `other_tenant`: this tenant is connected to another one. `not_connected`: there is no
 * connection for reading beside which the one for restoring could stand.
 */
export type ConnectionChange = "connected" | "taken" | "other_tenant" | "not_connected";

/** The Microsoft tenant is free or ours, and ours alone. Parameters from `first`: cloud, directory, tenant, purpose. */
const mayConnect = (first: number): string => {
  const [cloud, directory, tenant, purpose] = [0, 1, 2, 3].map((index) => `?${first + index}`);
  return `not exists (select 1 from tenant_connections where cloud = ${cloud} and lower(directory_id) = ${directory} and tenant_id <> ${tenant})
    and not exists (select 1 from tenant_connections where tenant_id = ${tenant} and connected_at is not null
      and (cloud <> ${cloud} or lower(directory_id) <> ${directory}))
    and (${purpose} = 'read' or exists (select 1 from tenant_connections where tenant_id = ${tenant} and purpose = 'read'))`;
};

/** Connects a tenant, or replaces the connection. What the last check found is of no worth any more, and is deleted. */
export async function storeConnection(
  database: TenantDatabase,
  act: ConnectionAct,
  facts: ConnectionFacts,
): Promise<ConnectionChange> {
  const { tenantId, purpose, at } = act;
  const before = await readStoredConnections(database, tenantId);
  const replaced = before.find((each) => each.purpose === purpose);
  const condition = [facts.cloud, facts.directoryId, tenantId, purpose];
  const [event] = await applyChange(database, [
    connectionEvent(
      database,
      act,
      replaced === undefined ? "connection.connect" : "connection.replace",
      { ...told(facts), previous: replaced === undefined ? null : told(replaced) },
      { condition: mayConnect(9), values: condition },
    ),
    database
      .prepare(
        `insert into tenant_connections (cloud, directory_id, tenant_id, purpose, kind, client_id, sealed_client_secret,
           certificate_thumbprint, credential_ends_at, connected_at)
         select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 where ${mayConnect(1)}
         on conflict (tenant_id, purpose) do update set kind = ?5, cloud = ?1, directory_id = ?2, client_id = ?6,
           sealed_client_secret = ?7, certificate_thumbprint = ?8, credential_ends_at = ?9, connected_at = ?10`,
      )
      .bind(
        ...condition,
        facts.kind,
        facts.clientId,
        facts.sealedCredential,
        facts.certificateThumbprint,
        facts.credentialEndsAt,
        at,
      ),
    database
      .prepare(
        `delete from permission_checks where tenant_id = ?1 and purpose = ?2
            and exists (select 1 from tenant_connections where tenant_id = ?1 and purpose = ?2 and connected_at = ?3)`,
      )
      .bind(tenantId, purpose, at),
  ]);
  if (event?.meta.changes === 1) return "connected";
  if (purpose === "write" && !before.some((each) => each.purpose === "read")) return "not_connected";
  const isElsewhere = before.some(
    (each) =>
      each.connectedAt !== null && (each.cloud !== facts.cloud || each.directoryId.toLowerCase() !== facts.directoryId),
  );
  return isElsewhere ? "other_tenant" : "taken";
}

/** Gives a connection another credential of the same application. False when it is not the one that `seen` was. */
export async function renewConnection(
  database: TenantDatabase,
  act: ConnectionAct,
  seen: StoredConnection,
  facts: Pick<ConnectionFacts, "kind" | "sealedCredential" | "certificateThumbprint" | "credentialEndsAt">,
): Promise<boolean> {
  const { tenantId, purpose, at } = act;
  const isSeen = (first: number) =>
    `tenant_id = ?${first} and purpose = ?${first + 1} and client_id = ?${first + 2} and directory_id = ?${first + 3}`;
  const values = [tenantId, purpose, seen.clientId, seen.directoryId];
  const [event] = await applyChange(database, [
    connectionEvent(
      database,
      act,
      "connection.renew",
      { ...told({ ...seen, ...facts }), previous: told(seen) },
      { condition: `exists (select 1 from tenant_connections where ${isSeen(9)})`, values },
    ),
    database
      .prepare(
        `update tenant_connections set kind = ?5, sealed_client_secret = ?6, certificate_thumbprint = ?7, credential_ends_at = ?8,
           connected_at = ?9 where ${isSeen(1)}`,
      )
      .bind(...values, facts.kind, facts.sealedCredential, facts.certificateThumbprint, facts.credentialEndsAt, at),
  ]);
  return event?.meta.changes === 1;
}

/** Deletes a connection with its credential and its check; with the one for reading also the one for restoring. False when there is none. */
export async function deleteConnection(database: TenantDatabase, act: ConnectionAct): Promise<boolean> {
  const { tenantId, purpose } = act;
  const before = await readStoredConnections(database, tenantId);
  const ended = before.filter((each) => purpose === "read" || each.purpose === purpose);
  const isAmong = "tenant_id = ?1 and (?2 = 'read' or purpose = ?2)";
  const [event] = await applyChange(database, [
    connectionEvent(
      database,
      act,
      "connection.disconnect",
      { ended: ended.map((each) => ({ purpose: each.purpose, ...told(each) })) },
      {
        condition: "exists (select 1 from tenant_connections where tenant_id = ?9 and purpose = ?10)",
        values: [tenantId, purpose],
      },
    ),
    database.prepare(`delete from tenant_connections where ${isAmong}`).bind(tenantId, purpose),
    database.prepare(`delete from permission_checks where ${isAmong}`).bind(tenantId, purpose),
  ]);
  return event?.meta.changes === 1;
}

function told(facts: Omit<ConnectionFacts, "sealedCredential">): Record<string, unknown> {
  const { kind, cloud, directoryId, clientId, certificateThumbprint, credentialEndsAt } = facts;
  return {
    kind,
    cloud,
    microsoftTenantId: directoryId,
    clientId,
    certificateThumbprint,
    credentialEndsAt: isoTimeOrNull(credentialEndsAt),
  };
}

function connectionEvent(
  database: TenantDatabase,
  { tenantId, purpose, actorId, at }: ConnectionAct,
  action: NewAuditEvent["action"],
  detail: Record<string, unknown>,
  holds: { condition: string; values: readonly (string | number)[] },
): D1PreparedStatement {
  const event = { tenantId, at, action, actorId, targetKind: "connection", targetId: purpose, detail };
  return auditEventWhere(database, event, holds);
}

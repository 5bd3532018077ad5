/** All that is stored sealed, wherever it stands: read and replaced by the key that it is sealed with. */
import { z } from "zod";
import { type ConnectionPurpose, connectionPurposeSchema } from "../../contract/connections.ts";
import { SEALED_PREFIX_LETTERS } from "../../secrets/secret-box.ts";
import { notFenced } from "../moves/fences.ts";
import type { TenantDatabase } from "../databases.ts";

/** A sealed text with what names its row. */
export type SealedValue =
  | { kind: "connection"; tenantId: string; purpose: ConnectionPurpose; sealed: string }
  | { kind: "approval-request"; tenantId: string; requestId: string; sealed: string }
  | { kind: "news-channel"; tenantId: string; channelId: string; sealed: string }
  | { kind: "backup-item"; tenantId: string; itemId: string; sealed: string };

/** Beginnings of sealed texts: from `from`, up to and without `to`. */
export interface SealRange {
  from: string;
  to: string;
}

/** What is sealed with one key, by the first letters of the texts. */
export interface SealCount {
  prefix: string;
  connections: number;
  approvalRequests: number;
  newsChannels: number;
  backupItems: number;
}

const CONNECTION_SEALED_WITH = `substr(sealed_client_secret, 1, ${SEALED_PREFIX_LETTERS})`;

const REQUEST_SEALED_WITH = `substr(sealed_secret, 1, ${SEALED_PREFIX_LETTERS})`;

const CHANNEL_SEALED_WITH = `substr(sealed, 1, ${SEALED_PREFIX_LETTERS})`;

const connectionRow = z.object({ tenant_id: z.string(), purpose: connectionPurposeSchema, sealed: z.string() });
const requestRow = z.object({ tenant_id: z.string(), id: z.string(), sealed: z.string() });
const itemRow = z.object({ tenant_id: z.string(), id: z.string(), sealed: z.string() });

/** Credentials of connections in a range. All of them: a tenant has few. */
export async function sealedConnections(database: TenantDatabase, { from, to }: SealRange): Promise<SealedValue[]> {
  const { results } = await database
    .prepare(
      `select tenant_id, purpose, sealed_client_secret as sealed from tenant_connections
        where ${CONNECTION_SEALED_WITH} >= ?1 and ${CONNECTION_SEALED_WITH} < ?2
          and ${notFenced("tenant_connections.tenant_id")}`,
    )
    .bind(from, to)
    .all();
  return results.map((row) => {
    const { tenant_id: tenantId, purpose, sealed } = connectionRow.parse(row);
    return { kind: "connection", tenantId, purpose, sealed };
  });
}

/** Secrets of requests for an approval in a range. All of them: few wait, and those that have ended keep none. */
export async function sealedRequests(database: TenantDatabase, { from, to }: SealRange): Promise<SealedValue[]> {
  const { results } = await database
    .prepare(
      `select tenant_id, id, sealed_secret as sealed from approval_requests
        where sealed_secret is not null and ${REQUEST_SEALED_WITH} >= ?1 and ${REQUEST_SEALED_WITH} < ?2
          and ${notFenced("approval_requests.tenant_id")}`,
    )
    .bind(from, to)
    .all();
  return results.map((row) => {
    const { tenant_id: tenantId, id: requestId, sealed } = requestRow.parse(row);
    return { kind: "approval-request", tenantId, requestId, sealed };
  });
}

/** Addresses and secrets of news channels in a range. All of them: a tenant has few. */
export async function sealedChannels(database: TenantDatabase, { from, to }: SealRange): Promise<SealedValue[]> {
  const { results } = await database
    .prepare(
      `select tenant_id, id, sealed from news_channels
        where sealed is not null and ${CHANNEL_SEALED_WITH} >= ?1 and ${CHANNEL_SEALED_WITH} < ?2
          and ${notFenced("news_channels.tenant_id")}`,
    )
    .bind(from, to)
    .all();
  return results.map((row) => {
    const { tenant_id: tenantId, id: channelId, sealed } = itemRow.parse(row);
    return { kind: "news-channel", tenantId, channelId, sealed };
  });
}

/** How many backup items are in a range. */
export async function countSealedItems(database: TenantDatabase, { from, to }: SealRange): Promise<number> {
  const row = await database
    .prepare(
      "select count(*) as items from backup_set_items where sealed_with is not null and sealed_with >= ?1 and sealed_with < ?2",
    )
    .bind(from, to)
    .first();
  return z.object({ items: z.int() }).parse(row).items;
}

/** A page of backup items in a range, in the order of beginning and id. `after`: the last value of the page before. `skip`: items to leave out before the page. */
export async function sealedItems(
  database: TenantDatabase,
  { from, to }: SealRange,
  { after, skip, limit }: { after: SealedValue | null; skip: number; limit: number },
): Promise<SealedValue[]> {
  const [prefix, id] =
    after?.kind === "backup-item" ? [after.sealed.slice(0, SEALED_PREFIX_LETTERS), after.itemId] : [from, ""];
  const { results } = await database
    .prepare(
      `select tenant_id, id, sealed_secrets as sealed from backup_set_items
        where sealed_with is not null and sealed_with < ?1 and (sealed_with, id) > (?2, ?3)
          and ${notFenced("backup_set_items.tenant_id")}
        order by sealed_with, id limit ?4 offset ?5`,
    )
    .bind(to, prefix, id, limit, skip)
    .all();
  return results.map((row) => {
    const { tenant_id: tenantId, id: itemId, sealed } = itemRow.parse(row);
    return { kind: "backup-item", tenantId, itemId, sealed };
  });
}

/** Replaces sealed texts, each where it is still the one that was read. One batch. */
export async function replaceSealed(
  database: TenantDatabase,
  changes: readonly { value: SealedValue; sealed: string }[],
): Promise<void> {
  if (changes.length === 0) return;
  await database.batch(changes.map(({ value, sealed }) => replacement(database, value, sealed)));
}

function replacement(database: TenantDatabase, value: SealedValue, sealed: string): D1PreparedStatement {
  switch (value.kind) {
    case "connection":
      return database
        .prepare(
          "update tenant_connections set sealed_client_secret = ?3 where tenant_id = ?1 and purpose = ?4 and sealed_client_secret = ?2",
        )
        .bind(value.tenantId, value.sealed, sealed, value.purpose);
    case "approval-request":
      return database
        .prepare(
          "update approval_requests set sealed_secret = ?4 where id = ?1 and tenant_id = ?2 and sealed_secret = ?3",
        )
        .bind(value.requestId, value.tenantId, value.sealed, sealed);
    case "news-channel":
      return database
        .prepare("update news_channels set sealed = ?4 where id = ?1 and tenant_id = ?2 and sealed = ?3")
        .bind(value.channelId, value.tenantId, value.sealed, sealed);
    case "backup-item":
      return database
        .prepare(
          "update backup_set_items set sealed_secrets = ?4 where id = ?1 and tenant_id = ?2 and sealed_secrets = ?3",
        )
        .bind(value.itemId, value.tenantId, value.sealed, sealed);
  }
}

const countRow = z.object({
  prefix: z.string(),
  connections: z.int(),
  requests: z.int(),
  channels: z.int(),
  items: z.int(),
});

/** How much is sealed with which key. Reads an entry of an index for each sealed text. */
export async function countSealed(database: TenantDatabase): Promise<SealCount[]> {
  const { results } = await database
    .prepare(
      `select case when prefix like 'v1.%' then 'v1.' else prefix end as prefix, sum(connections) as connections,
              sum(requests) as requests, sum(channels) as channels, sum(items) as items
         from (select ${CONNECTION_SEALED_WITH} as prefix, count(*) as connections, 0 as requests, 0 as channels, 0 as items
                 from tenant_connections where sealed_client_secret is not null group by 1
               union all
               select ${REQUEST_SEALED_WITH}, 0, count(*), 0, 0 from approval_requests where sealed_secret is not null group by 1
               union all
               select ${CHANNEL_SEALED_WITH}, 0, 0, count(*), 0 from news_channels where sealed is not null group by 1
               union all
               select sealed_with, 0, 0, 0, count(*) from backup_set_items where sealed_with is not null group by 1)
        group by 1 order by 1`,
    )
    .all();
  return results.map((row) => {
    const { prefix, connections, requests, channels, items } = countRow.parse(row);
    return { prefix, connections, approvalRequests: requests, newsChannels: channels, backupItems: items };
  });
}

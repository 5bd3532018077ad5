/** The items of evidence snapshots, as readers, roots and archives need them. Writing is in `evidence-recording.ts`. */
import { z } from "zod";
import { type EvidenceItem, type EvidenceKind, evidenceKindSchema } from "../../contract/evidence.ts";
import { decodeCursor, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { decodeOpaque, encodeOpaque } from "../sql/opaque-id.ts";
import { foldName } from "../inventory/policies.ts";

const rowSchema = z.object({
  key: z.string(),
  kind: evidenceKindSchema,
  family: z.string().nullable(),
  title: z.string(),
  exception_code: z.string().nullable(),
  exception_message: z.string().nullable(),
  item_hash: z.string(),
  item_bytes: z.int(),
});
const COLUMNS = "key, kind, family, title, exception_code, exception_message, item_hash, item_bytes";

function toItem(row: z.infer<typeof rowSchema>): EvidenceItem {
  return {
    id: encodeOpaque(row.key),
    key: row.key,
    kind: row.kind,
    family: row.family,
    title: row.title,
    exception: row.exception_code === null ? null : { code: row.exception_code, message: row.exception_message ?? "" },
    itemHash: row.item_hash,
    itemBytes: row.item_bytes,
  };
}

interface ItemFilter {
  snapshotId: string;
  kind: EvidenceKind | null;
  exceptions: "only" | null;
}

export interface ItemListRequest extends ItemFilter {
  /** Part of the title, in any case. */
  query: string | null;
  cursor: string | null;
  limit: number;
}

/** Items looked through at a time for a text: SQLite folds the case of ASCII alone, so they are compared here. */
const SEARCHED_AT_ONCE = 1_000;

/**
 * A page in the order of keys. The caller has made sure whose snapshot it is. One query; with a text to find, one for every
 * 1,000 items that are looked through.
 */
export async function listItems(database: D1Database, request: ItemListRequest): Promise<Page<EvidenceItem>> {
  const after = decodeCursor(request.cursor, z.tuple([z.string()]));
  const text = request.query === null ? null : foldName(request.query);
  const wanted = oneMore(request.limit);
  const portion = text === null ? wanted : SEARCHED_AT_ONCE;
  const found: EvidenceItem[] = [];
  let afterKey = after?.[0] ?? null;
  let rows: EvidenceItem[];
  do {
    rows = await readItems(database, request, afterKey, portion);
    found.push(...rows.filter(({ title }) => text === null || foldName(title).includes(text)));
    afterKey = rows.at(-1)?.key ?? afterKey;
  } while (rows.length === portion && found.length < wanted);
  return pageOf(found, request.limit, ({ key }) => [key]);
}

async function readItems(
  database: D1Database,
  filter: ItemFilter,
  afterKey: string | null,
  limit: number,
): Promise<EvidenceItem[]> {
  const { sql, parameters } = itemListStatement(filter, afterKey, limit);
  const { results } = await database
    .prepare(sql)
    .bind(...parameters)
    .all();
  return z.array(rowSchema).parse(results).map(toItem);
}

/** The list's SQL; apart, so that a test can ask for its plan. */
export function itemListStatement(
  request: ItemFilter,
  afterKey: string | null,
  limit: number,
): { sql: string; parameters: (string | number)[] } {
  const conditions = ["snapshot_id = ?"];
  const parameters: (string | number)[] = [request.snapshotId];
  if (afterKey !== null) {
    conditions.push("key > ?");
    parameters.push(afterKey);
  }
  if (request.kind !== null) {
    conditions.push("kind = ?");
    parameters.push(request.kind);
  }
  if (request.exceptions === "only") conditions.push("exception_code is not null");
  const sql = `select ${COLUMNS} from evidence_items where ${conditions.join(" and ")} order by key limit ?`;
  return { sql, parameters: [...parameters, limit] };
}

/** An item's document, word for word as it was hashed; null when the snapshot has none of that id. */
export async function readItemDocument(
  database: D1Database,
  snapshotId: string,
  itemId: string,
): Promise<{ document: string; itemHash: string } | null> {
  const key = decodeOpaque(itemId);
  if (key === null) return null;
  const row = await database
    .prepare("select document, item_hash from evidence_items where snapshot_id = ?1 and key = ?2")
    .bind(snapshotId, key)
    .first<{ document: string; item_hash: string }>();
  return row === null ? null : { document: row.document, itemHash: row.item_hash };
}

const leafSchema = z.object({ key: z.string(), item_hash: z.string(), exceptional: z.int() });

/** Item hashes in the order of keys, for the tree. */
export async function listLeaves(
  database: D1Database,
  snapshotId: string,
  afterKey: string,
  limit: number,
): Promise<{ key: string; itemHash: string; exceptional: boolean }[]> {
  const { results } = await database
    .prepare(
      `select key, item_hash, exception_code is not null as exceptional from evidence_items
        where snapshot_id = ?1 and key > ?2 order by key limit ?3`,
    )
    .bind(snapshotId, afterKey, limit)
    .all();
  return z
    .array(leafSchema)
    .parse(results)
    .map((row) => ({ key: row.key, itemHash: row.item_hash, exceptional: row.exceptional === 1 }));
}

const storedSchema = z.object({
  key: z.string(),
  kind: z.string(),
  title: z.string(),
  exception_code: z.string().nullable(),
  exception_message: z.string().nullable(),
  item_hash: z.string(),
  document: z.string(),
});

/** An item with its document, and with what lists show of it. */
export interface StoredItem {
  key: string;
  kind: string;
  title: string;
  exceptionCode: string | null;
  exceptionMessage: string | null;
  itemHash: string;
  document: string;
}

/** Items with their documents in the order of keys, for verifying and for archives. */
export async function listDocuments(
  database: D1Database,
  snapshotId: string,
  afterKey: string,
  limit: number,
): Promise<StoredItem[]> {
  const { results } = await database
    .prepare(
      `select key, kind, title, exception_code, exception_message, item_hash, document from evidence_items
        where snapshot_id = ?1 and key > ?2 order by key limit ?3`,
    )
    .bind(snapshotId, afterKey, limit)
    .all();
  return z
    .array(storedSchema)
    .parse(results)
    .map((row) => ({
      key: row.key,
      kind: row.kind,
      title: row.title,
      exceptionCode: row.exception_code,
      exceptionMessage: row.exception_message,
      itemHash: row.item_hash,
      document: row.document,
    }));
}

const packItemSchema = z.object({
  key: z.string(),
  kind: evidenceKindSchema,
  family: z.string().nullable(),
  title: z.string(),
  content_hash: z.string().nullable(),
  content_bytes: z.int().nullable(),
  item_hash: z.string(),
  item_bytes: z.int(),
});

/** An item as an archive's file map needs it. */
export interface PackItem {
  key: string;
  kind: EvidenceKind;
  family: string | null;
  title: string;
  contentHash: string | null;
  contentBytes: number | null;
  itemHash: string;
  itemBytes: number;
}

/** Keys of policies' items, as a span of the primary key. */
const POLICY_KEYS = { from: "policy/", until: "policy0" };

/** A page of a snapshot's items in the order of their keys. */
export async function listPackItems(
  database: D1Database,
  snapshotId: string,
  request: { afterKey: string; policiesOnly: boolean; limit: number },
): Promise<PackItem[]> {
  const { afterKey, policiesOnly, limit } = request;
  const from = policiesOnly && afterKey < POLICY_KEYS.from ? POLICY_KEYS.from : afterKey;
  const { results } = await database
    .prepare(
      `select key, kind, family, title, content_hash, content_bytes, item_hash, item_bytes from evidence_items
        where snapshot_id = ?1 and key > ?2 and key < ?3 order by key limit ?4`,
    )
    .bind(snapshotId, from, policiesOnly ? POLICY_KEYS.until : "\u{10FFFF}", limit)
    .all();
  return z
    .array(packItemSchema)
    .parse(results)
    .map((row) => ({
      key: row.key,
      kind: row.kind,
      family: row.family,
      title: row.title,
      contentHash: row.content_hash,
      contentBytes: row.content_bytes,
      itemHash: row.item_hash,
      itemBytes: row.item_bytes,
    }));
}

/** The documents of some items, by key. One query. */
export async function readDocuments(
  database: D1Database,
  snapshotId: string,
  keys: readonly string[],
): Promise<Map<string, string>> {
  const { results } = await database
    .prepare(
      `select i.key, i.document from json_each(?2) j
         join evidence_items i on i.snapshot_id = ?1 and i.key = j.value`,
    )
    .bind(snapshotId, JSON.stringify(keys))
    .all();
  return new Map(
    z
      .array(storedSchema.pick({ key: true, document: true }))
      .parse(results)
      .map((row) => [row.key, row.document]),
  );
}

/** Items by kind, and policies: what a pack of the snapshot may hold. One query. */
export async function countItems(
  database: D1Database,
  snapshotId: string,
): Promise<{ items: number; policies: number }> {
  const row = await database
    .prepare(
      "select count(*) as items, count(*) filter (where kind = 'policy') as policies from evidence_items where snapshot_id = ?1",
    )
    .bind(snapshotId)
    .first();
  return z.object({ items: z.int(), policies: z.int() }).parse(row);
}

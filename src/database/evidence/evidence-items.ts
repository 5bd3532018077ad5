/** The items of evidence snapshots, as readers, roots and archives need them. Writing is in `evidence-recording.ts`. */
import { and, count, eq, gt, isNotNull, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { EvidenceItem, EvidenceKind } from "../../contract/evidence.ts";
import { decodeCursor, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { decodeOpaque, encodeOpaque } from "../sql/opaque-id.ts";
import { firstOf, query, rowsOf } from "../sql/read.ts";
import { foldName } from "../inventory/policies.ts";
import type { DocumentPlace } from "../../storage/evidence-documents.ts";
import { familyOf, kindOf, ofKind } from "./item-key.ts";
import { evidenceItems } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const i = evidenceItems;
const LISTED = { key: i.key, title: i.title, itemHash: i.itemHash, itemBytes: i.itemBytes };
const PLACE = { itemHash: i.itemHash, segment: i.segment, document: i.document };
const EXCEPTION = { exceptionCode: i.exceptionCode, exceptionMessage: i.exceptionMessage };

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
export async function listItems(database: TenantDatabase, request: ItemListRequest): Promise<Page<EvidenceItem>> {
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
  database: TenantDatabase,
  filter: ItemFilter,
  afterKey: string | null,
  limit: number,
): Promise<EvidenceItem[]> {
  const rows = await rowsOf(itemListQuery(database, filter, afterKey, limit));
  return rows.map(({ exceptionCode: code, exceptionMessage: message, ...item }) => ({
    id: encodeOpaque(item.key),
    kind: kindOf(item.key),
    family: familyOf(item.key),
    ...item,
    exception: code === null ? null : { code, message: message ?? "" },
  }));
}

/** Separate so that a test can ask the database for its plan. */
export function itemListQuery(database: TenantDatabase, request: ItemFilter, afterKey: string | null, limit: number) {
  return query(database)
    .select({ ...LISTED, ...EXCEPTION })
    .from(i)
    .where(
      and(
        ofSnapshot(request.snapshotId, afterKey),
        request.kind === null ? undefined : ofKind(request.kind),
        request.exceptions === "only" ? isNotNull(i.exceptionCode) : undefined,
      ),
    )
    .orderBy(i.key)
    .limit(limit);
}

/** The items of a snapshot after a key: a span of the primary key. */
function ofSnapshot(snapshotId: string, afterKey: string | null): SQL | undefined {
  return and(eq(i.snapshotId, snapshotId), afterKey === null ? undefined : gt(i.key, afterKey));
}

/** Where an item's document is; null when the snapshot has none of that id. */
export async function readItemPlace(
  database: TenantDatabase,
  snapshotId: string,
  itemId: string,
): Promise<DocumentPlace | null> {
  const key = decodeOpaque(itemId);
  if (key === null) return null;
  return firstOf(
    query(database)
      .select(PLACE)
      .from(i)
      .where(and(eq(i.snapshotId, snapshotId), eq(i.key, key))),
  );
}

/** Item hashes in the order of keys, for the tree. */
export async function listLeaves(
  database: TenantDatabase,
  snapshotId: string,
  afterKey: string,
  limit: number,
): Promise<{ key: string; itemHash: string; exceptional: boolean }[]> {
  const rows = await rowsOf(
    query(database)
      .select({ key: i.key, itemHash: i.itemHash, exceptionCode: i.exceptionCode })
      .from(i)
      .where(ofSnapshot(snapshotId, afterKey))
      .orderBy(i.key)
      .limit(limit),
  );
  return rows.map(({ key, itemHash, exceptionCode }) => ({ key, itemHash, exceptional: exceptionCode !== null }));
}

/** An item with where its document is, and with what lists show of it. */
export interface StoredItem extends DocumentPlace {
  key: string;
  title: string;
  exceptionCode: string | null;
  exceptionMessage: string | null;
}

/** Items in the order of keys, for verifying and for archives. */
export async function listStoredItems(
  database: TenantDatabase,
  snapshotId: string,
  afterKey: string,
  limit: number,
): Promise<StoredItem[]> {
  const { key, title } = LISTED;
  return rowsOf(
    query(database)
      .select({ key, title, ...EXCEPTION, ...PLACE })
      .from(i)
      .where(ofSnapshot(snapshotId, afterKey))
      .orderBy(i.key)
      .limit(limit),
  );
}

/** An item as an archive's file map needs it. */
export interface PackItem {
  key: string;
  title: string;
  contentHash: string | null;
  contentBytes: number | null;
  itemHash: string;
  itemBytes: number;
}

/** A page of a snapshot's items in the order of their keys. */
export async function listPackItems(
  database: TenantDatabase,
  snapshotId: string,
  request: { afterKey: string; policiesOnly: boolean; limit: number },
): Promise<PackItem[]> {
  const { afterKey, policiesOnly, limit } = request;
  return rowsOf(
    query(database)
      .select({ ...LISTED, contentHash: i.contentHash, contentBytes: i.contentBytes })
      .from(i)
      .where(and(ofSnapshot(snapshotId, afterKey), policiesOnly ? ofKind("policy") : undefined))
      .orderBy(i.key)
      .limit(limit),
  );
}

/** Where the documents of some items are; nothing of a key that the snapshot does not have. One query. */
export async function readPlaces(
  database: TenantDatabase,
  snapshotId: string,
  keys: readonly string[],
): Promise<({ key: string } & DocumentPlace)[]> {
  return rowsOf(
    query(database)
      .select({ key: i.key, ...PLACE })
      .from(sql`json_each(${JSON.stringify(keys)}) j`)
      .innerJoin(i, and(eq(i.snapshotId, snapshotId), eq(i.key, sql`j.value`))),
  );
}

/** Items by kind, and policies: what a pack of the snapshot may hold. One query. */
export async function countItems(
  database: TenantDatabase,
  snapshotId: string,
): Promise<{ items: number; policies: number }> {
  const counted = await firstOf(
    query(database)
      .select({ items: count(), policies: sql`count(*) filter (where ${ofKind("policy")})`.mapWith(Number) })
      .from(i)
      .where(eq(i.snapshotId, snapshotId)),
  );
  return counted ?? { items: 0, policies: 0 };
}

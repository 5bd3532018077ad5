/** Requests for an approval as people read them, and as a decision takes them. */
import { alias } from "drizzle-orm/sqlite-core";
import { and, desc, eq, getTableColumns, gt, inArray, lte, ne, or, type SQL } from "drizzle-orm";
import { z } from "zod";
import type { Capability } from "../../contract/access.ts";
import { APPROVAL_KINDS, type ApprovalKind, type ApprovalRequest, isApprovalKind } from "../../contract/approvals.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { FORMER_MEMBER, personOf } from "../tenancy/person.ts";
import { users } from "../tenancy/tables.ts";
import { approvalRequests } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const a = approvalRequests;
const requesters = alias(users, "requesters");
const deciders = alias(users, "deciders");

/** Who reads: what they may decide follows from what they may do. */
export interface ApprovalReader {
  tenantId: string;
  userId: string;
  capabilities: readonly Capability[];
  /** Milliseconds since the epoch. */
  now: number;
}

export type StoredRequest = typeof approvalRequests.$inferSelect;

/** The request as it is stored; null for one of another tenant. One query. */
export async function findRequest(
  database: TenantDatabase,
  tenantId: string,
  requestId: string,
): Promise<StoredRequest | null> {
  return firstOf(
    query(database)
      .select()
      .from(a)
      .where(and(eq(a.id, requestId), eq(a.tenantId, tenantId))),
  );
}

/** A request as a person sees it; null for one that they may neither decide nor have asked for. */
export async function readRequest(
  database: TenantDatabase,
  reader: ApprovalReader,
  requestId: string,
): Promise<ApprovalRequest | null> {
  const found = await firstOf(requests(database, and(eq(a.id, requestId), visible(reader))));
  return found === null ? null : toRequest(found, reader);
}

/** Newest first. `state` null: all. */
export async function listRequests(
  database: TenantDatabase,
  reader: ApprovalReader,
  request: { state: "waiting" | "ended" | null; cursor: string | null; limit: number },
): Promise<Page<ApprovalRequest>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const waits = and(eq(a.state, "waiting"), gt(a.endsAt, reader.now));
  const state = {
    waiting: waits,
    ended: or(ne(a.state, "waiting"), lte(a.endsAt, reader.now)),
    all: undefined,
  }[request.state ?? "all"];
  const rows = await rowsOf(
    requests(database, and(visible(reader), state, beyond([a.askedAt, a.id], "<", after)))
      .orderBy(desc(a.askedAt), desc(a.id))
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, ({ askedAt, id }) => [askedAt, id]),
    (row) => toRequest(row, reader),
  );
}

function requests(database: TenantDatabase, condition: SQL | undefined) {
  return query(database)
    .select({ ...getTableColumns(a), requesterName: requesters.name, deciderName: deciders.name })
    .from(a)
    .leftJoin(requesters, eq(requesters.id, a.requesterId))
    .leftJoin(deciders, eq(deciders.id, a.deciderId))
    .where(condition)
    .$dynamic();
}

function visible({ tenantId, userId, capabilities }: ApprovalReader): SQL | undefined {
  return and(eq(a.tenantId, tenantId), or(eq(a.requesterId, userId), inArray(a.kind, decidable(capabilities))));
}

/** The kinds of requests that a person with these capabilities decides on. */
function decidable(capabilities: readonly Capability[]): ApprovalKind[] {
  return Object.keys(APPROVAL_KINDS).filter(
    (kind): kind is ApprovalKind => isApprovalKind(kind) && capabilities.includes(APPROVAL_KINDS[kind].capability),
  );
}

type RequestRow = StoredRequest & { requesterName: string | null; deciderName: string | null };

function toRequest(row: RequestRow, { userId, capabilities, now }: ApprovalReader): ApprovalRequest {
  const { id, change, hash, kind, reason, requesterId, runId } = row;
  const isOver = row.state === "waiting" && row.endsAt <= now;
  const state = isOver ? "expired" : row.state;
  const own = requesterId === userId;
  return {
    id,
    state,
    change,
    hash,
    requester: { id: requesterId, name: row.requesterName ?? FORMER_MEMBER },
    reason,
    askedAt: isoTime(row.askedAt),
    endsAt: isoTime(row.endsAt),
    decider: personOf(row.deciderId, row.deciderName),
    decidedAt: isoTimeOrNull(isOver ? row.endsAt : row.decidedAt),
    decisionReason: row.decisionReason,
    failure:
      row.failureCode === null ? null : { code: row.failureCode, message: row.failureMessage ?? row.failureCode },
    runId,
    own,
    mayDecide: state === "waiting" && !own && capabilities.includes(APPROVAL_KINDS[kind].capability),
  };
}

import type { z } from "zod";
import { CSV_MEDIA, csvRecord, UTF8_MARK } from "../../contract/csv.ts";
import type { ExportedEvent } from "../../contract/audit-events.ts";
import { auditEventRoutes } from "../../contract/routes/audit-events.ts";
import { chainLine, eventsBehind, hashAt, readAuditHead } from "../../database/audit/audit-chain.ts";
import { type AuditFilter, listAuditEvents, WHOLE_LOG } from "../../database/audit/audit-events.ts";
import { read, type ReadingEnv, type TenantCall } from "../routing/served.ts";
import { noteTakenFile } from "./taking-files.ts";

const EVENTS_A_PAGE = 500;
/** D1 answers a thousand queries a request; an export asks for a page with each. */
const MAX_PAGES = 900;

const COLUMNS = ["place", "time", "action", "person", "person id", "kind", "id", "detail", "origin", "hash"] as const;

export const auditEventReads = {
  list: read(
    auditEventRoutes.list,
    async ({ env, tenant, query }) =>
      await listAuditEvents(env.DATABASE, { ...filterOf(tenant.id, query), cursor: query.cursor, limit: query.limit }),
  ),
  head: read(auditEventRoutes.head, async ({ env, tenant }) => await readAuditHead(env.DATABASE, tenant.id)),
  exportCsv: read(auditEventRoutes.exportCsv, async (call) => {
    const records = (events: readonly ExportedEvent[]): string => events.map(recordOf).join("");
    const filter = filterOf(call.tenant.id, call.query);
    return exported(call, {
      format: "csv",
      beginning: `${UTF8_MARK}${csvRecord(COLUMNS)}`,
      filter,
      after: 0,
      text: records,
    });
  }),
  exportLines: read(auditEventRoutes.exportLines, async (call) => {
    const { after } = call.query;
    const filter = { ...WHOLE_LOG, tenantId: call.tenant.id };
    let previous = await hashAt(call.env.DATABASE, call.tenant.id, after);
    const lines = (events: readonly ExportedEvent[]): string =>
      events
        .map((exported) => {
          const line = chainLine(previous, exported);
          previous = exported.hash;
          return line;
        })
        .join("");
    return exported(call, { format: "jsonl", beginning: "", filter, after, text: lines });
  }),
};

function filterOf(tenantId: string, query: z.output<typeof auditEventRoutes.exportCsv.query>): AuditFilter {
  const { action, actorId, targetId, from, until } = query;
  return { tenantId, action, actorId, targetId, from: millisecondsOf(from), until: millisecondsOf(until) };
}

function millisecondsOf(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}

function recordOf({ event, actorName, hash }: ExportedEvent): string {
  const { seq, at, action, actorId, targetKind, targetId, detail, origin } = event;
  return csvRecord([
    seq,
    at,
    action,
    actorName,
    actorId,
    targetKind,
    targetId,
    JSON.stringify(detail),
    JSON.stringify(origin),
    hash,
  ]);
}

interface Export {
  format: "csv" | "jsonl";
  beginning: string;
  filter: AuditFilter;
  /** The place behind which it begins. */
  after: number;
  text: (events: readonly ExportedEvent[]) => string;
}

/** Streams the file, a page at a time, and notes who took it. Of a HEAD, nothing is taken and nothing is noted. */
async function exported(
  {
    env,
    request,
    tenant,
    user,
  }: Pick<TenantCall<ReadingEnv, unknown, unknown, unknown, unknown>, "env" | "request" | "tenant" | "user">,
  { format, beginning, filter, after, text }: Export,
): Promise<Response> {
  const headers = {
    "content-type": format === "csv" ? CSV_MEDIA : `${auditEventRoutes.exportLines.media}; charset=utf-8`,
    "content-disposition": `attachment; filename="${tenant.slug}-audit-log.${format}"`,
  };
  await noteTakenFile({
    env,
    request,
    tenantId: tenant.id,
    userId: user.id,
    action: "audit-log.download",
    target: { kind: "audit-log", id: tenant.id },
    detail: { format, ...(after === 0 ? {} : { after }) },
  });
  if (request.method === "HEAD") return new Response(null, { headers });
  let behind = after;
  let pages = 0;
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(beginning)),
    async pull(controller) {
      pages += 1;
      // An export that stopped at the limit would pass for a whole one.
      if (pages > MAX_PAGES) throw new Error("the audit log is longer than one export: ask for the rest by its place");
      const events = await eventsBehind(env.DATABASE, filter, behind, EVENTS_A_PAGE);
      behind = events.at(-1)?.event.seq ?? behind;
      if (events.length > 0) controller.enqueue(encoder.encode(text(events)));
      if (events.length < EVENTS_A_PAGE) controller.close();
    },
  });
  return new Response(body, { headers });
}

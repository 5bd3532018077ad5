/** Files of rows: a line each, JSON. */
import { chainLine, eventsBehind, hashAt } from "../../database/audit/audit-chain.ts";
import { WHOLE_LOG } from "../../database/audit/audit-events.ts";
import { rowsOfSlice, type Slice } from "../../database/exports/export-rows.ts";
import type { TenantDatabase } from "../../database/databases.ts";

const EVENTS_A_PAGE = 500;

/** The rows of a slice as they are stored: columns by their names, times in milliseconds, JSON as text. Counts them in `counted`. */
export async function* rowLines(
  database: TenantDatabase,
  tenantId: string,
  source: string,
  slice: Slice,
  counted: { rows: number },
): AsyncGenerator<string> {
  for await (const rows of rowsOfSlice(database, tenantId, source, slice)) {
    counted.rows += rows.length;
    yield rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  }
}

/** Events of the audit log with their chain, as the export of the log has them: what `npm run verify-audit` verifies. */
export async function* auditLines(
  database: TenantDatabase,
  tenantId: string,
  { after, through }: { after: number; through: number },
  counted: { rows: number },
): AsyncGenerator<string> {
  let behind = after;
  let previous: string | null = null;
  while (behind < through) {
    const page = await eventsBehind(database, { ...WHOLE_LOG, tenantId }, behind, EVENTS_A_PAGE);
    const events = page.filter(({ event }) => event.seq <= through);
    const [first] = events;
    // The first event of a log need not be its first place: retention removes the beginning.
    if (behind === after && first !== undefined) previous = await hashAt(database, tenantId, first.event.seq - 1);
    for (const exported of events) {
      yield chainLine(previous, exported);
      previous = exported.hash;
    }
    counted.rows += events.length;
    const last = events.at(-1);
    if (last === undefined) return;
    behind = last.event.seq;
  }
}

/**
 * The chain of an audit log, recomputed from its export as JSON lines. It shares nothing with the product that has written the log; docs/audit.md
 * has the same in Python.
 */
import { createHash } from "node:crypto";
import { z } from "zod";

/** Faults that are told one by one. */
const FAULTS_TOLD = 20;

const lineSchema = z.object({
  previous: z.string().nullable(),
  hash: z.string().nullable(),
  event: z.looseObject({ seq: z.int(), at: z.string(), action: z.string(), detail: z.looseObject({}) }),
});
type Line = z.infer<typeof lineSchema>;

export interface AuditVerdict {
  events: number;
  /** The last place that is chained, with its hash: `PLACE:HASH`. Null where none is. */
  head: string | null;
  /** What is wrong, by place; empty where the log is what its chain says. */
  faults: string[];
  /** All of it for people. */
  lines: string[];
}

/**
 * Recomputes the chain of an export. `kept` is a place with the hash that was kept of it elsewhere, as `PLACE:HASH`.
 * @throws {z.ZodError | SyntaxError} for what is no export
 */
export function judgeAuditLog(text: string, kept: string | undefined): AuditVerdict {
  const lines = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => lineSchema.parse(JSON.parse(line)));
  const faults = faultsOf(lines);
  const told: string[] = [];
  const chained = lines.filter(({ hash }) => hash !== null);
  const last = chained.at(-1);
  const [first] = lines;
  told.push(`events   ${lines.length}, of which ${chained.length} are chained`);
  if (first !== undefined && first.event.seq > 1) told.push(beginning(first, lines));
  if (last !== undefined) told.push(`head     ${last.event.seq}:${last.hash}`);
  // The place before the first line is known by its hash alone.
  const known = first === undefined ? [] : [`${first.event.seq - 1}:${first.previous}`];
  known.push(...chained.map(({ event, hash }) => `${event.seq}:${hash}`));
  if (kept !== undefined && !known.includes(kept)) {
    faults.push(`the export has another hash at ${kept.split(":", 1)[0]} than the one that was kept, or none`);
  }
  told.push(...faults.slice(0, FAULTS_TOLD).map((fault) => `FAULT    ${fault}`));
  if (faults.length > FAULTS_TOLD) told.push(`         and ${faults.length - FAULTS_TOLD} more`);
  told.push(faults.length === 0 ? "The log is what its chain says." : "The log is NOT what its chain says.");
  return {
    events: lines.length,
    head: last === undefined ? null : `${last.event.seq}:${last.hash}`,
    faults,
    lines: told,
  };
}

/** What is wrong with the lines, by place. Lines that wait for their hash stand at the end and are not judged. */
function faultsOf(lines: readonly Line[]): string[] {
  const faults: string[] = [];
  let before: Line | undefined;
  for (const line of lines) {
    const { seq } = line.event;
    if (before !== undefined && seq !== before.event.seq + 1) faults.push(`place ${before.event.seq + 1} is missing`);
    if (before !== undefined && line.previous !== before.hash)
      faults.push(`place ${seq} does not follow the one before`);
    if (line.hash !== null) {
      const computed = createHash("sha256")
        .update(`${line.previous}\n${spelled(line.event)}`)
        .digest("hex");
      if (computed !== line.hash) faults.push(`place ${seq} is not what its hash says`);
      if (before?.hash === null) faults.push(`place ${before.event.seq} has no hash, though a later one has`);
    }
    before = line;
  }
  return faults;
}

/** Where a log begins that does not begin with its first place, and who says why: the log's own event of the removal, which is chained. */
function beginning(first: Line, lines: readonly Line[]): string {
  const cut = first.event.seq - 1;
  const removal = lines.find(
    ({ event: { action, detail } }) =>
      action === "retention.remove" && detail["throughPlace"] === cut && detail["hash"] === first.previous,
  );
  return removal === undefined
    ? `begins   at place ${first.event.seq}; what was before is not in this export`
    : `begins   at place ${first.event.seq}; retention removed places 1 to ${cut} on ${removal.event.at.slice(0, 10)}, as place ${removal.event.seq} tells`;
}

/** RFC 8785, written again so that it shares nothing with the product: sorted members, no white space. */
function spelled(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spelled).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${spelled(member)}`).join(",")}}`;
}

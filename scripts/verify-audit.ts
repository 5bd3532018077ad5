/**
 * `npm run verify-audit -- <file or address> [--head PLACE:HASH] [--header 'name: value']`: recomputes the chain of an audit log from
 * its export as JSON lines. An address is that of the export; `--header` goes with the request. `--head` is a place with the hash that
 * was kept of it elsewhere, in evidence for example: the export has to have the same. docs/audit.md has the same in Python.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";

const USAGE = "usage: npm run verify-audit -- <file of JSON lines, or address of the export> [--head PLACE:HASH]";

const lineSchema = z.object({
  previous: z.string().nullable(),
  hash: z.string().nullable(),
  event: z.looseObject({ seq: z.int(), at: z.string(), action: z.string(), detail: z.looseObject({}) }),
});
type Line = z.infer<typeof lineSchema>;

try {
  process.exitCode = await main();
} catch (error) {
  console.error(
    error instanceof z.ZodError || error instanceof SyntaxError ? "This is no export of an audit log." : String(error),
  );
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { head: { type: "string" }, header: { type: "string", multiple: true, default: [] } },
  });
  const [source] = positionals;
  if (source === undefined) {
    console.error(USAGE);
    return 2;
  }
  const text = /^https?:/.test(source) ? await download(source, values.header) : readFileSync(source, "utf8");
  const lines = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => lineSchema.parse(JSON.parse(line)));
  return report(lines, faultsOf(lines), values.head);
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

function report(lines: readonly Line[], faults: string[], kept: string | undefined): number {
  const chained = lines.filter(({ hash }) => hash !== null);
  const last = chained.at(-1);
  const [first] = lines;
  console.log(`events   ${lines.length}, of which ${chained.length} are chained`);
  if (first !== undefined && first.event.seq > 1) console.log(beginning(first, lines));
  if (last !== undefined) console.log(`head     ${last.event.seq}:${last.hash}`);
  // The place before the first line is known by its hash alone.
  const known = first === undefined ? [] : [`${first.event.seq - 1}:${first.previous}`];
  known.push(...chained.map(({ event, hash }) => `${event.seq}:${hash}`));
  if (kept !== undefined && !known.includes(kept)) {
    faults.push(`the export has another hash at ${kept.split(":", 1)[0]} than the one that was kept, or none`);
  }
  for (const fault of faults.slice(0, 20)) console.log(`FAULT    ${fault}`);
  if (faults.length > 20) console.log(`         and ${faults.length - 20} more`);
  console.log(faults.length === 0 ? "The log is what its chain says." : "The log is NOT what its chain says.");
  return faults.length === 0 ? 0 : 1;
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

async function download(address: string, headers: readonly string[]): Promise<string> {
  const response = await fetch(address, {
    headers: headers.map((header): [string, string] => {
      const [name = "", ...rest] = header.split(":");
      return [name.trim(), rest.join(":").trim()];
    }),
  });
  if (!response.ok) throw new Error(`${address} answered ${response.status}.`);
  return response.text();
}

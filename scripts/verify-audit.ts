/**
 * `npm run verify-audit -- <file or address> [--head PLACE:HASH] [--header 'name: value']`: recomputes the chain of an audit log from
 * its export as JSON lines. An address is that of the export; `--header` goes with the request. `--head` is a place with the hash that
 * was kept of it elsewhere, in evidence for example: the export has to have the same. docs/audit.md has the same in Python.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { judgeAuditLog } from "../cli/src/verify/audit-log.ts";

const USAGE = "usage: npm run verify-audit -- <file of JSON lines, or address of the export> [--head PLACE:HASH]";

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
  const { lines, faults } = judgeAuditLog(text, values.head);
  for (const line of lines) console.log(line);
  return faults.length === 0 ? 0 : 1;
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

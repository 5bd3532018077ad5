/** The audit log: its export, and the verification of an export. */
import { createWriteStream, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { auditEventRoutes } from "../../../src/contract/routes/audit-events.ts";
import type { Context, Result } from "../context.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { judgeAuditLog } from "../verify/audit-log.ts";

export interface ExportOptions {
  output?: string;
  after: number;
  force?: true;
}

/** Writes the log as JSON lines, to the standard output where no file is named. */
export async function exportAudit(context: Context, tenantId: string, options: ExportOptions): Promise<Result> {
  const { api, terminal } = context;
  const { output, after, force } = options;
  const file = output === undefined ? null : path.resolve(output);
  if (file !== null && existsSync(file) && force !== true) {
    throw new CommandError(`${file} exists.`, { hint: "Overwrite it with --force, or name another by --output." });
  }
  const response = await api.open(auditEventRoutes.exportLines, { params: { tenantId }, query: { after } });
  if (response.body === null) return { code: EXIT.succeeded };
  const body: AsyncIterable<Uint8Array> = response.body;
  if (file === null) {
    for await (const bytes of body) await terminal.write(bytes);
    return { code: EXIT.succeeded };
  }
  const draft = `${file}.part`;
  try {
    await pipeline(Readable.from(body), createWriteStream(draft, { mode: 0o600 }));
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
  return { code: EXIT.succeeded, json: { file }, lines: [file] };
}

/** Recomputes the chain of an export on this machine alone. */
export function verifyAudit(file: string, { head }: { head?: string }): Result {
  try {
    const verdict = judgeAuditLog(readFileSync(file, "utf8"), head);
    const { lines, ...json } = verdict;
    return { code: verdict.faults.length === 0 ? EXIT.succeeded : EXIT.failed, json: { file, ...json }, lines };
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError)
      throw new CommandError(`${file} is no export of an audit log.`);
    throw new CommandError(`${file} cannot be read.`);
  }
}

/** Which files an export has, in pages, in the order of the run's units. */
import { z } from "zod";
import { chainAuditEvents } from "../../database/audit/audit-chain.ts";
import { listSlices, sliceSchema } from "../../database/exports/export-rows.ts";
import { openExport } from "../../database/exports/tenant-exports.ts";
import type { PlanPage, RunReference, UnitContext } from "../../runs/operation.ts";
import { CONTENT_AREAS, listContents } from "../../storage/tenant-contents.ts";
import type { TenantEnv } from "../../database/databases.ts";

/** Where a file's content is. */
export const exportFileSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("rows"), path: z.string(), source: z.string(), slice: sliceSchema }),
  /** Events of the places behind `after`, up to `through`. */
  z.object({ kind: z.literal("audit"), path: z.string(), after: z.int(), through: z.int() }),
  /** `key` is below the tenant's prefix in R2; `sha256` is what the bytes have to be. */
  z.object({ kind: z.literal("content"), path: z.string(), key: z.string(), sha256: z.string(), bytes: z.int() }),
]);
export type ExportFile = z.infer<typeof exportFileSchema>;

/** Events of a file: a log of years is several files. */
export const EVENTS_PER_FILE = 50_000;
const CONTENTS_PER_PAGE = 500;

/** Behind the head, contents are listed by area, and within an area by key. */
const cursorSchema = z.object({ area: z.int(), after: z.string() });

/**
 * A page of the plan. The first has all rows and the audit log, whose chain it brings up to date; the others have the contents, as R2 lists
 * them. A content that is put meanwhile may be missing, as are the rows that are then in no slice that was read before.
 */
export async function exportPage(run: RunReference, cursor: string | null, { env }: UnitContext): Promise<PlanPage> {
  if (cursor === null) {
    const files = await headFiles(env, run);
    return { kind: "listed", units: files.map(unitOf), nextCursor: JSON.stringify({ area: 0, after: "" }) };
  }
  const { area, after } = cursorSchema.parse(JSON.parse(cursor));
  const folder = CONTENT_AREAS[area];
  if (folder === undefined) return { kind: "listed", units: [], nextCursor: null };
  const page = await listContents(env.ARTIFACTS, {
    tenantId: run.tenantId,
    area: folder,
    after,
    limit: CONTENTS_PER_PAGE,
  });
  const files = page.contents.map(({ key, sha256, bytes }): ExportFile => {
    return {
      kind: "content",
      path: `contents/${key.replace("/sha256/", "/")}${/\.jsonl?$/.test(key) ? "" : ".json"}`,
      key,
      sha256,
      bytes,
    };
  });
  const next = page.last === null ? { area: area + 1, after: "" } : { area, after: page.last };
  return { kind: "listed", units: files.map(unitOf), nextCursor: JSON.stringify(next) };
}

async function headFiles(env: TenantEnv, run: RunReference): Promise<ExportFile[]> {
  const head = await chainAuditEvents(env.DATABASE, run.tenantId);
  const { auditSeq } = await openExport(env.DATABASE, run, head);
  const files: ExportFile[] = [];
  for (let after = 0; after < (auditSeq ?? 0) || after === 0; after += EVENTS_PER_FILE) {
    const through = Math.min(after + EVENTS_PER_FILE, auditSeq ?? 0);
    files.push({ kind: "audit", path: `audit-log/${numbered(after + 1)}.jsonl`, after, through });
  }
  for (const { source, slices } of await listSlices(env.DATABASE, run.tenantId)) {
    slices.forEach((slice, at) => {
      files.push({ kind: "rows", path: `tables/${source}/${numbered(at + 1)}.jsonl`, source, slice });
    });
  }
  return files;
}

/** Numbers that sort as text, so that a folder's files stand in their order. */
function numbered(number: number): string {
  return String(number).padStart(9, "0");
}

/** Keys ascend in the order of the list: the audit log, tables by name, contents as R2 lists them. */
function unitOf(file: ExportFile): { key: string; label: string; input: { file: ExportFile } } {
  const part = { audit: 0, rows: 1, content: 2 }[file.kind];
  return { key: `${part}/${file.kind === "content" ? file.key : file.path}`, label: file.path, input: { file } };
}

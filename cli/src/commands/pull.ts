/**
 * A tenant's policies as files, one for each, for a Git repository: what is there is written as the inventory has it, what is gone is removed, and what
 * is equal is left alone. A file of its own says which files are ours.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { prettyJson } from "../../../src/client/pretty-json.ts";
import type { Policy } from "../../../src/contract/inventory.ts";
import { inventoryRoutes } from "../../../src/contract/routes/inventory.ts";
import { tenantRoutes } from "../../../src/contract/routes/session.ts";
import { WHOLE_LIST_PAGE_SIZE } from "../../../src/contract/routes/queries.ts";
import type { Context, Result } from "../context.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { clean } from "../output/clean.ts";
import { when } from "../output/times.ts";
import { treeFiles } from "../tree/policy-tree.ts";

/** Documents that are read at a time. */
const TOGETHER = 6;
/** Which files of the folder are ours, and what they hold. */
const INDEX = "tenantatlas.json";
/** Of ours: a family's folder and a name, and nothing that leads elsewhere. */
const FILE = /^[A-Za-z0-9-]+\/[^/\\]+\.json$/;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const indexSchema = z.strictObject({
  format: z.literal(1),
  /** By file: the policy, the hash of its document, and that of the file. */
  files: z.record(
    z.string().regex(FILE),
    z.strictObject({ policy: z.string(), name: z.string(), document: hash, file: hash }),
  ),
});
type Index = z.infer<typeof indexSchema>;

export interface PullOptions {
  commit?: true;
}

export async function pull(
  context: Context,
  tenantId: string,
  into: string | undefined,
  { commit }: PullOptions,
): Promise<Result> {
  const { api, terminal } = context;
  const { slug } = await api.call(tenantRoutes.show, { params: { tenantId } });
  const folder = path.resolve(into ?? ".", slug);
  if (commit === true) await git(path.resolve(into ?? "."), "rev-parse", "--git-dir");
  const readAt = await oldestReading(context, tenantId);
  const policies: Policy[] = [];
  const pages = api.all((cursor) =>
    api.call(inventoryRoutes.policies, { params: { tenantId }, query: { cursor, limit: WHOLE_LIST_PAGE_SIZE } }),
  );
  for await (const policy of pages) policies.push(policy);
  const before = readIndex(folder);
  const paths = treeFiles(policies);
  const files: Index["files"] = {};
  const written: string[] = [];
  const queue = policies.values();
  const worker = async (): Promise<void> => {
    for (const policy of queue) {
      const file = paths.get(policy.id) ?? "";
      const known = before.files[file];
      if (
        known?.policy === policy.id &&
        known.document === policy.contentHash &&
        hashOfFile(folder, file) === known.file
      ) {
        files[file] = { ...known, name: policy.name };
        continue;
      }
      const response = await api.open(inventoryRoutes.content, { params: { tenantId, policyId: policy.id } });
      const document = await response.text();
      const text = `${prettyJson(document)}\n`;
      if (write(folder, file, text)) written.push(file);
      files[file] = { policy: policy.id, name: policy.name, document: sha256(document), file: sha256(text) };
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
  const removed = Object.keys(before.files).filter((file) => !Object.hasOwn(files, file));
  for (const file of removed) rmSync(path.join(folder, file), { force: true });
  writeIndex(folder, files);
  const unread = policies.filter((policy) => policy.unread !== null).length;
  if (unread > 0) terminal.tell(`${unread} of them could not be read lately: their files are as they were known last.`);
  const counts = { policies: policies.length, written: written.length, removed: removed.length, unread };
  const committed = commit === true && (await commitFolder(folder, `${slug}: ${countWords(counts)}`));
  return {
    code: EXIT.succeeded,
    json: { folder, ...counts, committed, readAt },
    lines: [
      `${folder}: ${countWords(counts)}`,
      `As the inventory knows them; its oldest family was read on ${when(readAt)}.`,
      ...(commit === true ? [committed ? "Committed." : "Nothing has changed: nothing was committed."] : []),
    ],
  };
}

/** When the family was read that was read longest ago. @throws CommandError where one never was: its policies would be taken for none. */
async function oldestReading({ api }: Context, tenantId: string): Promise<string> {
  const { items } = await api.call(inventoryRoutes.families, { params: { tenantId } });
  const times = items.flatMap(({ lastCompleteAt }) => (lastCompleteAt === null ? [] : [lastCompleteAt])).toSorted();
  const [oldest] = times;
  if (oldest === undefined) {
    throw new CommandError("The inventory was never read.", {
      code: EXIT.conflict,
      hint: `Sync it: tenantatlas sync --tenant ${clean(tenantId)}`,
    });
  }
  return oldest;
}

function countWords({ policies, written, removed }: { policies: number; written: number; removed: number }): string {
  const files = written === 1 ? "1 file" : `${written} files`;
  return `${policies === 1 ? "1 policy" : `${policies} policies`}, ${files} written, ${removed} removed`;
}

function readIndex(folder: string): Index {
  const file = path.join(folder, INDEX);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return { format: 1, files: {} };
  }
  try {
    return indexSchema.parse(JSON.parse(text));
  } catch {
    throw new CommandError(`${file} is not what this command writes.`, {
      hint: "Restore it from the repository, or name another folder.",
    });
  }
}

function writeIndex(folder: string, files: Index["files"]): void {
  const sorted = Object.fromEntries(Object.entries(files).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  write(folder, INDEX, `${JSON.stringify({ format: 1, files: sorted } satisfies Index, null, 2)}\n`);
}

/** False where the file has this text already. */
function write(folder: string, file: string, text: string): boolean {
  if (hashOfFile(folder, file) === sha256(text)) return false;
  const place = path.join(folder, file);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, text);
  return true;
}

function hashOfFile(folder: string, file: string): string | null {
  try {
    return sha256(readFileSync(path.join(folder, file)));
  } catch {
    return null;
  }
}

function sha256(bytes: string | Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Commits what has changed in the folder and nothing else; false where nothing has. */
async function commitFolder(folder: string, message: string): Promise<boolean> {
  await git(folder, "add", "--all", "--", ".");
  const changed = await git(folder, "status", "--porcelain", "--", ".");
  if (changed.trim() === "") return false;
  await git(folder, "commit", "--quiet", "--message", message, "--", ".");
  return true;
}

async function git(folder: string, ...parameters: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("git", parameters, { cwd: folder });
    return stdout;
  } catch (error) {
    const told = z.object({ stderr: z.string() }).safeParse(error);
    throw new CommandError(
      `git ${parameters[0]} failed: ${clean(told.success ? told.data.stderr.trim() : String(error))}`,
      {
        code: EXIT.failed,
        hint: "--commit needs a Git repository, with a name and an address to commit as.",
      },
    );
  }
}

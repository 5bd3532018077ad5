/**
 * `npm run verify-evidence -- <folder or address> [--root HEX] [--header 'name: value']`: recomputes a snapshot's Merkle root
 * from the items themselves. `<folder>` is an extracted review pack: no connection, no secret. An address is that of a
 * snapshot, in the console or in the API; `--header` goes with each request. `--root` is the root that somebody has kept; without
 * it the recorded one is taken. docs/evidence.md has the same in thirty lines of Python, for people who trust nothing of ours.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { type Evidence, judgeEvidence, manifestSchema } from "../cli/src/verify/evidence.ts";

const USAGE = "usage: npm run verify-evidence -- <folder of the extracted review pack, or address of a snapshot>";
const REQUESTS_TOGETHER = 6;

const snapshotSchema = z.object({ status: z.literal("complete"), merkleRoot: z.string(), itemCount: z.int() });
const pageSchema = z.object({ items: z.array(z.object({ id: z.string() })), nextCursor: z.string().nullable() });

try {
  process.exitCode = await main();
} catch (error) {
  console.error(
    error instanceof z.ZodError
      ? "This is not a complete snapshot, or not a review pack with evidence."
      : String(error),
  );
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { root: { type: "string" }, header: { type: "string", multiple: true, default: [] } },
  });
  const [source] = positionals;
  if (source === undefined) {
    console.error(USAGE);
    return 2;
  }
  const evidence = /^https?:/.test(source) ? await readSnapshot(source, values.header) : readPack(source);
  const { lines, matches } = judgeEvidence(evidence, values.root);
  for (const line of lines) console.log(line);
  return matches ? 0 : 1;
}

function readPack(folder: string): Evidence {
  const { snapshot } = manifestSchema.parse(JSON.parse(readFileSync(path.join(folder, "manifest.json"), "utf8")));
  const items = readdirSync(path.join(folder, "evidence"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name)));
  return { root: snapshot.merkleRoot, itemCount: snapshot.itemCount, items };
}

async function readSnapshot(address: string, headers: readonly string[]): Promise<Evidence> {
  const api = apiAddress(address);
  const request = async (url: string): Promise<Buffer> => {
    const response = await fetch(url, { headers: headers.map(splitHeader) });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  };
  const json = async (url: string): Promise<unknown> => JSON.parse((await request(url)).toString("utf8"));
  const snapshot = snapshotSchema.parse(await json(api));
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page = pageSchema.parse(await json(`${api}/items?limit=1000${query}`));
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  const items: Buffer[] = [];
  const queue = ids.values();
  const worker = async (): Promise<void> => {
    for (const id of queue) items.push(await request(`${api}/items/${encodeURIComponent(id)}`));
  };
  await Promise.all(Array.from({ length: REQUESTS_TOGETHER }, worker));
  return { root: snapshot.merkleRoot, itemCount: snapshot.itemCount, items };
}

/** The API's address of a snapshot that is given by the console's or by its own. */
function apiAddress(address: string): string {
  const url = new URL(address);
  const [, tenant, snapshot] =
    /^\/(?:t|api\/tenants)\/([^/]+)\/evidence(?:-snapshots)?\/([^/]+)/.exec(url.pathname) ?? [];
  if (tenant === undefined || snapshot === undefined) throw new Error(`${address} is not the address of a snapshot`);
  return `${url.origin}/api/tenants/${tenant}/evidence-snapshots/${snapshot}`;
}

function splitHeader(header: string): [string, string] {
  const colon = header.indexOf(":");
  return [header.slice(0, colon).trim(), header.slice(colon + 1).trim()];
}

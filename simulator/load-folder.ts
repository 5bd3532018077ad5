/**
 * Loads a folder of exported policies into a simulated tenant:
 *   node simulator/load-folder.ts <folder> --tenant contoso [--url http://127.0.0.1:8788]
 */
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";

export const loadReportSchema = z.object({
  loaded: z.array(z.object({ path: z.string(), family: z.string(), id: z.string(), name: z.string().nullable() })),
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type LoadReport = z.infer<typeof loadReportSchema>;

/** Files a request: well below the body that the local runtime takes at once. */
const CHUNK = 100;

/** Sends every JSON file below the folder; `asIs` keeps what Graph's model does not have. Throws when the simulator refuses. */
export async function loadFolder(folder: string, tenant: string, url: string, asIs = false): Promise<LoadReport> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const report: LoadReport = { loaded: [], skipped: [] };
  for (let start = 0; start < paths.length; start += CHUNK) {
    const files = await Promise.all(
      paths
        .slice(start, start + CHUNK)
        .map(async (path) => ({ path: relative(folder, path), base64: (await readFile(path)).toString("base64") })),
    );
    const response = await fetch(`${url}/_control/tenants/${tenant}/load`, {
      method: "POST",
      body: JSON.stringify({ files, asIs }),
      headers: { "content-type": "application/json" },
    });
    if (!response.ok) throw new Error(`the simulator answered ${response.status}: ${await response.text()}`);
    const part = loadReportSchema.parse(await response.json());
    report.loaded.push(...part.loaded);
    report.skipped.push(...part.skipped);
  }
  return report;
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { tenant: { type: "string" }, url: { type: "string", default: "http://127.0.0.1:8788" } },
  });
  const [folder] = positionals;
  if (folder === undefined || values.tenant === undefined) {
    console.error("usage: node simulator/load-folder.ts <folder> --tenant <name> [--url <simulator>]");
    process.exit(2);
  }
  const report = await loadFolder(folder, values.tenant, values.url);
  const counts = new Map<string, number>();
  for (const { family } of report.loaded) counts.set(family, (counts.get(family) ?? 0) + 1);
  for (const [family, count] of counts) console.log(`${String(count).padStart(5)}  ${family}`);
  for (const { path, reason } of report.skipped) console.log(`skipped ${path}: ${reason}`);
}

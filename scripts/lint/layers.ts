/**
 * Which part of `src/` may import which (house-style.md): a file imports from its own rank or a lower one, never upwards.
 * The console stands beside the ranks: it takes the contract and nothing else.
 */
import path from "node:path";

/** Files of `runs/` that touch bindings, D1 or the operations' code. All others are the pure core, which reads may share. */
const RUNS_EDGE = new Set([
  "operation-run-object.ts",
  "run-reader.ts",
  "service.ts",
  "sweep.ts",
  "tenant-activity-hub.ts",
]);

const RANK_OF_FOLDER: Record<string, number> = {
  contract: 0,
  observability: 1,
  database: 3,
  graph: 3,
  artifacts: 3,
  access: 3,
  operations: 4,
  queue: 6,
  http: 6,
};

/** Says what is wrong with an import inside `src/`, or null. Paths are relative to `src/`, with forward slashes. */
export function judgeImport(importer: string, imported: string): string | null {
  const from = partOf(importer);
  const to = partOf(imported);
  if (from.folder === "dashboard") {
    if (to.folder === "dashboard" || to.folder === "contract") return null;
    return "The console may import from contract/ only.";
  }
  if (to.folder === "dashboard") return "Nothing but the console imports from dashboard/.";
  if (to.rank === null || from.rank === null) return "This folder has no place in scripts/lint/layers.ts yet.";
  if (to.rank <= from.rank) return null;
  return `${from.name} may not import from ${to.name}: imports run contract ← runs (pure) ← database, graph, artifacts, access ← operations ← runs (edge) ← queue, http ← index.`;
}

/** What belongs to the server's side of the wire, and would drag it into the console's bundle. */
const SERVER_PACKAGES = /^(cloudflare:|node:|drizzle-orm(\/|$)|hono(\/|$))/;

/** Says what is wrong with importing a package, or null. */
export function judgePackage(importer: string, specifier: string): string | null {
  const fromConsole = partOf(importer).folder === "dashboard";
  return fromConsole && SERVER_PACKAGES.test(specifier) ? "The console has no use for the server's packages." : null;
}

/** The path of an import, relative to the same root as the importer's; null for a package. */
export function resolveImport(importer: string, specifier: string): string | null {
  return specifier.startsWith(".") ? path.posix.join(path.posix.dirname(importer), specifier) : null;
}

function partOf(file: string): { folder: string; name: string; rank: number | null } {
  const [folder = "", ...rest] = file.split("/");
  if (rest.length === 0) {
    if (folder === "index.ts") return { folder: "", name: "index.ts", rank: 7 };
    return { folder: "", name: folder, rank: 3 };
  }
  if (folder === "runs") {
    const edge = RUNS_EDGE.has(rest.join("/"));
    return { folder, name: edge ? "runs/ (edge)" : "runs/ (pure)", rank: edge ? 5 : 2 };
  }
  // The declaration of what an operation is; the operations themselves stand far above it.
  if (file === "operations/operation.ts") return { folder, name: file, rank: 1 };
  return { folder, name: `${folder}/`, rank: RANK_OF_FOLDER[folder] ?? null };
}

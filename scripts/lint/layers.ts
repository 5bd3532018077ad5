/**
 * Which room of `src/` may import which: a file imports from its own room or from one that stands earlier in the list, never from a
 * later one. So no two rooms depend on each other. The console stands beside the list: it takes the contract and its client, nothing else.
 */
import path from "node:path";

/**
 * What a read for people is made of, lowest first: what reads need, the reads themselves, and what stands around every request. Neither
 * the calls of Microsoft Graph nor what moves a run is among these rooms, and none of them imports from those that follow.
 */
const READING_ROOMS = [
  "contract",
  "observability",
  "digests",
  "secrets",
  "environment.ts",
  "durable-objects",
  "policies",
  "schedules",
  "news",
  "storage",
  "archives",
  "graph",
  "standards",
  "policy-files",
  "runs/facts",
  "database",
  "runs/reading",
  "access",
  "http/routing",
  "http/openapi",
  "http/reading",
] as const;

/** Every room of the server. A folder below a room belongs to it, unless it is a room of its own here. */
const ROOMS = [
  ...READING_ROOMS,
  "graph/calls",
  "runs",
  "graph-work",
  "operations",
  "runs/edge",
  "queue",
  "http",
  "index.ts",
] as const;

/** What those who call the product are made of: the console, and the command line in cli/. */
const FOR_CALLERS = new Set(["contract", "client"]);

const ranks = new Map<string, number>(ROOMS.map((room, rank) => [room, rank]));
const readingRooms = new Set<string>(READING_ROOMS);

/** Whether a read for people can get to the file. */
export function isForReading(file: string): boolean {
  return readingRooms.has(roomOf(file));
}

/** Says what is wrong with an import inside `src/`, or null. Paths are relative to `src/`, with forward slashes. */
export function judgeImport(importer: string, imported: string): string | null {
  const from = roomOf(importer);
  const to = roomOf(imported);
  if (from === "dashboard") {
    if (to === "dashboard" || FOR_CALLERS.has(to)) return null;
    return "The console may import from contract/ and client/ only.";
  }
  if (to === "dashboard") return "Nothing but the console imports from dashboard/.";
  if (from === "client") return FOR_CALLERS.has(to) ? null : "The client may import from contract/ only.";
  if (to === "client") return "The server has no use for its own client.";
  const fromRank = ranks.get(from);
  const toRank = ranks.get(to);
  if (fromRank === undefined || toRank === undefined) return "This folder has no place in scripts/lint/layers.ts yet.";
  if (toRank <= fromRank) return null;
  return `${from} may not import from ${to}: imports run ${ROOMS.join(" ← ")}.`;
}

/** What belongs to the server's side of the wire, and would drag it into the console's bundle. */
const SERVER_PACKAGES = /^(cloudflare:|node:|drizzle-orm(\/|$)|hono(\/|$))/;

/** Says what is wrong with importing a package, or null. */
export function judgePackage(importer: string, specifier: string): string | null {
  const fromConsole = roomOf(importer) === "dashboard";
  return fromConsole && SERVER_PACKAGES.test(specifier) ? "The console has no use for the server's packages." : null;
}

/** The path of an import, relative to the same root as the importer's; null for a package. */
export function resolveImport(importer: string, specifier: string): string | null {
  return specifier.startsWith(".") ? path.posix.join(path.posix.dirname(importer), specifier) : null;
}

/** The longest room that holds the file; its first folder where none does. */
function roomOf(file: string): string {
  const parts = file.split("/");
  for (let length = parts.length; length > 0; length -= 1) {
    const room = parts.slice(0, length).join("/");
    if (ranks.has(room)) return room;
  }
  return parts[0] ?? file;
}

/** What the console's script weighs, as browsers get it: the first page, and what each further page adds (decisions/167-what-the-first-page-weighs.md). */
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Rollup } from "vite";
import type { Verdict } from "./verdict.ts";

/** In kilobytes of 1,000 bytes, compressed. */
export interface WeightLimits {
  firstPage: number;
  page: number;
}

export const CONSOLE_LIMITS: WeightLimits = { firstPage: 179, page: 49.5 };

/** As much of a built file as its weight needs. */
export type BuiltChunk = Pick<Rollup.OutputChunk, "fileName" | "name" | "isEntry" | "imports" | "code">;

/** Builds the console in memory and weighs it. */
export async function judgeConsoleWeight(root: string): Promise<Verdict> {
  const built = await build({
    configFile: path.join(root, "vite.config.ts"),
    root: path.join(root, "src/dashboard"),
    mode: "production",
    logLevel: "error",
    build: { write: false },
  });
  if (!("output" in built)) throw new Error("Vite built several outputs, or watches");
  return judgeWeights(
    built.output.filter((file) => file.type === "chunk"),
    CONSOLE_LIMITS,
  );
}

export function judgeWeights(chunks: readonly BuiltChunk[], limits: WeightLimits): Verdict {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const entry = chunks.find(({ isEntry, name }) => isEntry && name === "index");
  if (entry === undefined) return { passed: false, output: "The console has no entry named index" };
  const first = loadedWith(entry.fileName, byName, new Set());
  const lines: string[] = [];
  const weigh = (what: string, names: ReadonlySet<string>, limit: number): void => {
    let bytes = 0;
    for (const name of names) bytes += gzipSync(byName.get(name)?.code ?? "", { level: 9 }).byteLength;
    const kilobytes = bytes / 1_000;
    if (kilobytes > limit) lines.push(`${what} weighs ${kilobytes.toFixed(1)} kB of script; the limit is ${limit}`);
  };
  weigh("The first page", first, limits.firstPage);
  for (const { name, fileName } of chunks) {
    if (name.endsWith("-page") || name.endsWith("-panel")) {
      weigh(`${name}, beyond the first page,`, loadedWith(fileName, byName, first), limits.page);
    }
  }
  return { passed: lines.length === 0, output: lines.join("\n") };
}

/** The file and all that it imports at once, without what is loaded already. */
function loadedWith(
  fileName: string,
  byName: ReadonlyMap<string, BuiltChunk>,
  without: ReadonlySet<string>,
): ReadonlySet<string> {
  const loaded = new Set<string>();
  const add = (name: string): void => {
    const chunk = byName.get(name);
    if (chunk === undefined || loaded.has(name) || without.has(name)) return;
    loaded.add(name);
    chunk.imports.forEach(add);
  };
  add(fileName);
  return loaded;
}

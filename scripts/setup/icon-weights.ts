/**
 * Phosphor draws each icon in six weights, and a bundler cannot tell which are used, as the weight is a property. This keeps of each icon those
 * that are named in the files that import it, in the console and in Kumo, and stops the build where a file names a weight and imports no icon.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Plugin } from "vite";
import { z } from "zod";

const DEFINITION = /@phosphor-icons\/react\/dist\/defs\/([^/]+?)(?:\.es)?\.js$/;
const USERS = [
  { folder: "src/dashboard", files: /\.tsx$/ },
  { folder: "node_modules/@cloudflare/kumo/dist", files: /\.js$/ },
];
/** What an icon has that names no weight. */
const REGULAR = "regular";
const WEIGHT = /"(thin|light|bold|fill|duotone)"/g;
/** A component's property, as it is written and as it is compiled. */
const AS_PROPERTY = /\bweight(?:=|:)/;
const IMPORT = /import\s*\{([^}]*)\}\s*from\s*"@phosphor-icons\/react(?:\/\w+)?"/g;

/** As much of a definition's syntax tree as is read: `const … = new Map([["bold", …], …])`. */
const entrySchema = z.object({
  start: z.number(),
  end: z.number(),
  elements: z.tuple([z.object({ value: z.string() }), z.unknown()]),
});
const mapSchema = z.object({
  declarations: z.tuple([
    z.object({ init: z.object({ arguments: z.tuple([z.object({ elements: z.array(entrySchema) })]) }) }),
  ]),
});

export function iconWeights(root: string): Plugin {
  let kept: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  return {
    name: "tenantatlas:icon-weights",
    buildStart() {
      kept = weightsOf(sourcesOf(root));
    },
    transform(code, id) {
      const icon = DEFINITION.exec(id)?.[1];
      if (icon === undefined) return null;
      const maps = this.parse(code).body.flatMap((statement) => mapSchema.safeParse(statement).data ?? []);
      const [map] = maps;
      if (map === undefined) this.error(`${id} has no map of weights: Phosphor writes its icons otherwise now`);
      return { code: keptOf(code, map.declarations[0].init.arguments[0].elements, kept.get(icon)), map: null };
    },
  };
}

export interface IconUser {
  name: string;
  code: string;
}

function sourcesOf(root: string): IconUser[] {
  return USERS.flatMap(({ folder, files }) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => files.test(name))
      .map((name) => ({ name, code: readFileSync(path.join(root, folder, name), "utf8") })),
  );
}

/** The weights beside the regular one of each icon, by its name. Throws where nobody can tell whose weight a file names. */
export function weightsOf(users: readonly IconUser[]): ReadonlyMap<string, ReadonlySet<string>> {
  const weights = new Map<string, Set<string>>();
  for (const { name, code } of users) {
    const named = [...code.matchAll(WEIGHT)].flatMap(([, weight = ""]) => weight);
    if (named.length === 0 || !AS_PROPERTY.test(code)) continue;
    const icons = [...code.matchAll(IMPORT)].flatMap(([, list = ""]) => list.match(/\b\w+(?=Icon\b)/g) ?? []);
    if (icons.length === 0 && name.endsWith(".tsx"))
      throw new Error(`${name} names an icon's weight and imports no icon`);
    for (const icon of icons) weights.set(icon, new Set([...(weights.get(icon) ?? []), ...named]));
  }
  return weights;
}

/** The definition without the entries of other weights. */
function keptOf(
  code: string,
  entries: readonly z.output<typeof entrySchema>[],
  also: ReadonlySet<string> = new Set(),
): string {
  let kept = "";
  let from = 0;
  entries.forEach(({ start, end, elements: [{ value: weight }] }, index) => {
    if (weight === REGULAR || also.has(weight)) return;
    kept += code.slice(from, start);
    // With the comma behind it.
    from = entries[index + 1]?.start ?? end;
  });
  return kept + code.slice(from);
}

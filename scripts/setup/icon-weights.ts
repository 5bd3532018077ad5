/**
 * Phosphor draws each icon in six weights, and a bundler cannot tell which are used, as the weight is a property. This keeps those that the
 * console and Kumo name, and stops the build at a weight that would have no drawing.
 */
import type { Plugin } from "vite";
import { z } from "zod";

const DEFINITION = /@phosphor-icons\/react\/dist\/defs\/[^/]+\.js$/;
const USER = /\/src\/dashboard\/.+\.tsx$|\/@cloudflare\/kumo\/dist\/.+\.js$/;
const NAMED = /\bweight(?:=|:\s*)"([a-z]+)"/g;

/** "regular" is what an icon has that names none. */
const KEPT: readonly string[] = ["regular", "bold", "fill"];

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

export function iconWeights(): Plugin {
  return {
    name: "tenantatlas:icon-weights",
    transform(code, id) {
      if (DEFINITION.test(id)) {
        const maps = this.parse(code).body.flatMap((statement) => mapSchema.safeParse(statement).data ?? []);
        const [map] = maps;
        if (map === undefined) this.error(`${id} has no map of weights: Phosphor writes its icons otherwise now`);
        return { code: keptOf(code, map.declarations[0].init.arguments[0].elements), map: null };
      }
      if (USER.test(id))
        for (const [, weight = ""] of code.matchAll(NAMED))
          if (!KEPT.includes(weight))
            this.error(`${id} names the weight ${weight}, which scripts/setup/icon-weights.ts leaves out`);
      return null;
    },
  };
}

/** The definition without the entries of other weights. */
function keptOf(code: string, entries: readonly z.output<typeof entrySchema>[]): string {
  let kept = "";
  let from = 0;
  entries.forEach(({ start, end, elements: [{ value: weight }] }, index) => {
    if (KEPT.includes(weight)) return;
    kept += code.slice(from, start);
    // With the comma behind it.
    from = entries[index + 1]?.start ?? end;
  });
  return kept + code.slice(from);
}

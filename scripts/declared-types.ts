/**
 * What the properties of Graph's types are declared to be, as far as those are objects: Graph tells the type of a nested object where it is another than the declared one, and other
 * tools write it always. From the published types that the simulator has.
 */
import { GRAPH_TYPES } from "../simulator/src/schema/graph-types.ts";

const LINE = /^[.!]*(\w+) (\S+)(.*)$/;

/** Lines "property type type…", each in order. A type is left out where another type's property of the same name holds what that is a kind of: its name says something there. */
export function declaredTypes(): string[] {
  const bases = new Map<string, string>();
  const properties: { name: string; type: string }[] = [];
  for (const line of GRAPH_TYPES.split("\n")) {
    const [, name, base, more = ""] = LINE.exec(line) ?? [];
    if (name === undefined || base === undefined) continue;
    bases.set(name, base);
    for (const [, property = "", type = ""] of more.matchAll(/ \.?(\w+):>?(\w+)/g))
      properties.push({ name: property, type });
  }
  const kindsOf = (type: string): string[] => {
    const base = bases.get(type);
    return base === undefined || base === "-" ? [] : [base, ...kindsOf(base)];
  };
  return [...Map.groupBy(properties, ({ name }) => name)]
    .flatMap(([name, all]) => {
      const types = new Set(all.flatMap(({ type }) => (bases.has(type) ? [type] : [])));
      const told = [...types].filter((type) => !kindsOf(type).some((kind) => types.has(kind)));
      return told.length === 0 ? [] : [[name, ...told.toSorted()].join(" ")];
    })
    .toSorted();
}

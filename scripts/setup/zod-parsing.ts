/**
 * The console parses with zod and describes nothing: this leaves out what makes JSON Schema of a schema, a fifth of zod, which every schema
 * carries along as a method.
 */
import type { Plugin } from "vite";

const DESCRIBES = /\/zod\/v4\/core\/(?:json-schema-processors|to-json-schema)\.js$/;
const EXPORTED = /^export (?:const|function) (\w+)/gm;

export function zodParsing(): Plugin {
  return {
    name: "tenantatlas:zod-parsing",
    enforce: "pre",
    transform(code, id) {
      if (!DESCRIBES.test(id)) return null;
      const names = [...code.matchAll(EXPORTED)].map(([, name = ""]) => name);
      if (names.length === 0) this.error(`${id} exports nothing that is known: zod is built otherwise now`);
      return { code: leftOut(names), map: null };
    },
  };
}

/** Each export is a function that makes a function that throws: zod makes the methods of a schema by calling some of them. */
function leftOut(names: readonly string[]): string {
  const made = `const leftOut = () => () => { throw new Error("The console's zod makes no JSON Schema (scripts/setup/zod-parsing.ts)"); };`;
  return [made, ...names.map((name) => `export const ${name} = leftOut;`)].join("\n");
}

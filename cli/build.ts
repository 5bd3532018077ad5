/** `npm pack` in this folder: makes of the sources and all that they use one file of JavaScript, for people who do not have the repository. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = path.dirname(fileURLToPath(import.meta.url));

if (import.meta.main) await buildCommandLine(path.join(folder, "dist/tenantatlas.js"));

/** The file reads its version from the `package.json` of the folder above its own. */
export async function buildCommandLine(outfile: string): Promise<void> {
  await build({
    entryPoints: [path.join(folder, "src/tenantatlas.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22.13",
    minify: true,
    legalComments: "linked",
    // Some of what is bundled asks for Node's modules in the old way.
    banner: {
      js: 'import { createRequire as makeRequire } from "node:module";\nconst require = makeRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
}

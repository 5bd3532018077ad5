/** Gives tests in the Workers runtime, which reads no files, a real folder of exported policies as a ZIP archive: base64, empty where it is not there. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { writeSegment } from "../../src/archives/segment.ts";
import { HAS_REALDATA, REALDATA_FOLDER } from "./realdata.ts";

declare module "vitest" {
  interface ProvidedContext {
    realFolder: string;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  project.provide(
    "realFolder",
    HAS_REALDATA ? await zipped(path.join(REALDATA_FOLDER, "ConditionalAccessBaseline")) : "",
  );
}

async function zipped(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const content = await Promise.all(
    files.map(async (file) => ({ path: path.relative(folder, file), content: new Uint8Array(await readFile(file)) })),
  );
  return Buffer.from(await writeSegment(content, { at: 0 })).toString("base64");
}

/** Stamps: the hash of what something was made from, written beside it once it is whole, so that it is made only when needed. */
import { createHash, type Hash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A hash over files and folders (names and contents) and over further texts. A path that does not exist counts as such. */
export function hashOf(paths: string[], ...texts: string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`text ${text.length} ${text}`);
  for (const entry of paths) addPath(hash, entry);
  return hash.digest("hex");
}

/** Makes something unless it was made from the same before. An interruption leaves no stamp, so the next call makes it anew. */
export async function makeOnce(stampFile: string, hash: string, make: () => Promise<void>): Promise<void> {
  if (readStamp(stampFile) === hash) return;
  rmSync(stampFile, { force: true });
  await make();
  mkdirSync(path.dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, hash);
}

function readStamp(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

function addPath(hash: Hash, entry: string): void {
  const kind = statSync(entry, { throwIfNoEntry: false });
  if (kind?.isDirectory()) {
    for (const name of readdirSync(entry).sort()) addPath(hash, path.join(entry, name));
  } else if (kind) {
    const content = readFileSync(entry);
    hash.update(`file ${entry} ${content.byteLength} `).update(content);
  } else {
    hash.update(`missing ${entry} `);
  }
}

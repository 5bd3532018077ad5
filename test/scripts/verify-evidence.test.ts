/** The two ways to check a pack's evidence offline, run as an auditor would: our command, and the Python of docs/evidence.md. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { rfc8785Text } from "../../src/policies/canonical-json.ts";
import { addLeaves, EMPTY_MERKLE, merkleRoot } from "../../src/digests/merkle.ts";
import { sha256Hex } from "../../src/digests/sha256.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const PREFIXES = ["\uFF5E", "\u{1F600}", "z", "é"];
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An extracted pack as far as it matters here. Its keys are ordered by bytes, which is not how UTF-16 would order them. */
async function packOf(count: number): Promise<{ folder: string; root: string; fileOf: (at: number) => string }> {
  const folder = mkdtempSync(path.join(tmpdir(), "evidence-"));
  folders.push(folder);
  const keys = Array.from({ length: count }, (_, at) => `policy/compliance/${PREFIXES[at % 4] ?? ""}${at}`);
  keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const documents = keys.map((key) => rfc8785Text({ title: `Ω ${key}`, key, facts: { version: 1 } }));
  const hashes = await Promise.all(documents.map((document) => sha256Hex(document)));
  const root = (await merkleRoot(await addLeaves(EMPTY_MERKLE, hashes))) ?? "";
  const fileOf = (at: number) => path.join(folder, "evidence", `folder ${at % 3}`, `${at}.json`);
  documents.forEach((document, at) => {
    mkdirSync(path.dirname(fileOf(at)), { recursive: true });
    writeFileSync(fileOf(at), document);
  });
  writeFileSync(
    path.join(folder, "manifest.json"),
    JSON.stringify({ snapshot: { merkleRoot: root, itemCount: count } }),
  );
  return { folder, root, fileOf };
}

function ours(folder: string, ...more: string[]) {
  const command = [path.join(ROOT, "scripts/verify-evidence.ts"), folder, ...more];
  const { status, stdout } = spawnSync(process.execPath, command, { encoding: "utf8" });
  return { status, stdout };
}

const script = /```python\n([\s\S]+?)```/.exec(readFileSync(path.join(ROOT, "docs/evidence.md"), "utf8"))?.[1] ?? "";
const python = spawnSync("python3", ["--version"]).status === 0;
function theirs(folder: string, ...more: string[]) {
  const { status, stdout } = spawnSync("python3", ["-", folder, ...more], { input: script, encoding: "utf8" });
  return { status, stdout };
}

describe.each([
  { way: "the command", run: ours, asRoot: (root: string) => ["--root", root], possible: true },
  { way: "the Python of the documentation", run: theirs, asRoot: (root: string) => [root], possible: python },
])("verifying a pack by $way", ({ run, asRoot, possible }) => {
  it.skipIf(!possible).each([1, 2, 3, 100])("accepts %i items as they were recorded", async (count) => {
    const { folder, root } = await packOf(count);
    const { status, stdout } = run(folder);
    expect(stdout).toContain(root);
    expect(status).toBe(0);
    expect(run(folder, ...asRoot(root)).status).toBe(0);
  });

  it.skipIf(!possible)("refuses an item that was changed, and one that is gone", async () => {
    const changed = await packOf(9);
    writeFileSync(changed.fileOf(4), readFileSync(changed.fileOf(4), "utf8").replace('"version":1', '"version":2'));
    expect(run(changed.folder).status).toBe(1);
    const lacking = await packOf(9);
    rmSync(lacking.fileOf(4));
    expect(run(lacking.folder).status).toBe(1);
  });

  it.skipIf(!possible)("refuses a pack that agrees with itself and not with the root that was kept", async () => {
    const { folder } = await packOf(5);
    expect(run(folder, ...asRoot("ab".repeat(32))).status).toBe(1);
  });
});

describe("the command", () => {
  it("says how it is used, and what is not a pack", async () => {
    expect(ours("").status).toBe(2);
    const { folder } = await packOf(1);
    writeFileSync(path.join(folder, "manifest.json"), "{}");
    expect(ours(folder).status).toBe(2);
  });
});

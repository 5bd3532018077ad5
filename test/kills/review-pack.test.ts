/**
 * A review pack of a whole tenant as a user makes it, and one whose runtime is killed again and again while it is written: what
 * comes out is checked by the tools that people have: `unzip`, Python's zipfile, `sha256sum`, and our own `verify-evidence`.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Run } from "../../src/contract/runs.ts";
import { type ReviewPack, reviewPackListSchema } from "../../src/contract/review-packs.ts";
import { FAMILY_KEYS } from "../../src/graph/families.ts";
import { apiClient } from "../support/api-client.ts";
import { checkArchive, checkSums, extractArchive } from "../support/archive-tools.ts";
import { type Product, productHome, type ProductHome } from "../support/product.ts";
import { controlOf } from "../support/simulator-server.ts";
import { IN_WHOLE, sized } from "../support/thoroughness.ts";

const KILLS = sized(2, 5);
/** Of 180 kB each: Intune takes up to 200 kB. Together they fill this many parts of an upload. */
const LARGE_SCRIPTS = sized(62, 95);
const WHOLE_PARTS = sized(2, 3);
const WHOLE_TENANT = sized("contoso", "fabrikam");

let home: ProductHome;
let product: Product;
const folder = mkdtempSync(path.join(tmpdir(), "tenantatlas-packs-"));

beforeAll(async () => {
  home = await productHome();
  product = await home.start();
});
afterAll(async () => {
  await product?.stop();
  home?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const api = (tenant: string) => apiClient(product.url, tenant);

async function done(tenant: string, type: string, input: Record<string, unknown> = {}): Promise<Run> {
  const { run } = await api(tenant).start(type, input);
  const ended = await api(tenant).completed(run.id, 300_000);
  expect(ended.outcome, `${JSON.stringify(ended.failure)} ${product.output().slice(-4_000)}`).toBe("succeeded");
  return ended;
}

async function packOf(tenant: string, run: Run): Promise<ReviewPack> {
  const response = await fetch(`${product.url}/api/tenants/${tenant}/review-packs`);
  const found = reviewPackListSchema.parse(await response.json()).items.find(({ runId }) => runId === run.id);
  if (found === undefined) throw new Error("no pack");
  return found;
}

/** Downloads, unpacks and checks an archive with every tool; returns the names in it. */
async function proven(tenant: string, run: Run, name: string): Promise<string[]> {
  const pack = await packOf(tenant, run);
  const response = await fetch(product.url + (pack.downloadHref ?? ""));
  const file = path.join(folder, `${name}.zip`);
  writeFileSync(file, Buffer.from(await response.arrayBuffer()));
  const names = checkArchive(file);
  const unpacked = path.join(folder, name);
  extractArchive(file, unpacked);
  expect(
    checkSums(unpacked, "manifest.sha256")
      .split("\n")
      .filter((line) => line.endsWith(": OK")),
  ).toHaveLength(names.length - 1);
  execFileSync("node_modules/.bin/node", ["scripts/verify-evidence.ts", unpacked]);
  // The script that docs/evidence.md gives to people who trust nothing of ours.
  const [, script = ""] = /```python\n([\s\S]*?)```/.exec(readFileSync("docs/evidence.md", "utf8")) ?? [];
  execFileSync("python3", ["-c", script, unpacked]);
  expect(run.summaryCounts).toMatchObject({
    total: names.length,
    processed: names.length,
    succeeded: names.length,
    failed: 0,
  });
  expect(await api(tenant).proof(run.id)).toMatchObject({
    drift: false,
    ledger: { total: names.length, processed: names.length },
  });
  return names;
}

/** Multipart uploads that the local R2 still holds open, of whatever archive. */
function openUploads(): number {
  const r2 = path.join(home.stateDirectory, "state", "v3", "r2");
  let open = 0;
  for (const entry of readdirSync(r2, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".sqlite") || entry.name === "metadata.sqlite") continue;
    const database = new DatabaseSync(path.join(entry.parentPath, entry.name), { readOnly: true });
    try {
      const row = database.prepare("select count(*) as uploads from _mf_multipart_uploads where state = 0").get();
      open += z.object({ uploads: z.int() }).parse(row).uploads;
    } finally {
      database.close();
    }
  }
  return open;
}

describe.runIf(IN_WHOLE)("a review pack of a whole tenant", () => {
  it("with every option is counted truthfully and accepted by unzip, sha256sum and Python", async () => {
    const slug = WHOLE_TENANT;
    await done(slug, "inventory.sync");
    const policies = (await controlOf(product.simulatorUrl).policies(slug)).length;
    expect(policies).toBeGreaterThan(sized(40, 600));
    const snapshot = await done(slug, "evidence.snapshot");
    // Policies, families and topics.
    const items = policies + FAMILY_KEYS.length + 5;
    expect(snapshot.summaryCounts).toMatchObject({ total: items, processed: items });
    const pack = await done(slug, "review-pack.generate");
    const names = await proven(slug, pack, "whole");
    expect(names).toHaveLength(8 + items + policies);
    expect(names.filter((name) => name.startsWith("policies/"))).toHaveLength(policies);
  }, 300_000);
});

describe.runIf(IN_WHOLE)("a review pack whose runtime is killed", () => {
  it(`${KILLS} times is one valid archive with exact counts, and leaves no upload behind`, async () => {
    const scriptOf = (at: number) => {
      const bytes = Buffer.alloc(180_000);
      for (let word = 0, state = at + 1; word < bytes.length; word += 4) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        bytes.writeUInt32LE((state ^ (state >>> 13)) >>> 0, word);
      }
      return bytes.toString("base64");
    };
    for (let at = 0; at < LARGE_SCRIPTS; at += 1) {
      await controlOf(product.simulatorUrl).addPolicy("contoso", "powershellScripts", {
        displayName: `Large script ${at}`,
        fileName: `large-${at}.ps1`,
        runAsAccount: "system",
        scriptContent: scriptOf(at),
      });
    }
    await done("contoso", "inventory.sync");
    await done("contoso", "evidence.snapshot");
    const { run } = await api("contoso").start("review-pack.generate", {});
    for (let kill = 0; kill < KILLS; kill += 1) {
      // From early in the writing to late in the putting together.
      await sleep(300 + kill * 900);
      await home.killRuntimes();
    }
    const ended = await api("contoso").completed(run.id, 240_000);
    expect(ended.outcome, `${JSON.stringify(ended)} ${product.output().slice(-4_000)}`).toBe("succeeded");
    const names = await proven("contoso", ended, "contoso");
    expect((await packOf("contoso", ended)).archiveBytes).toBeGreaterThan(WHOLE_PARTS * 5 * 1024 * 1024);
    expect(new Set(names).size).toBe(names.length);
    expect(openUploads()).toBe(0);
  }, 600_000);
});

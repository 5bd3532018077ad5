/**
 * The command line against the product, in a pipe and in a terminal: the whole main job, with an API token that may do just that. What it
 * prints is the transcript of docs/command-line.md.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { toldApiTokenSchema } from "../../src/contract/api-tokens.ts";
import { EXIT } from "../../cli/src/exit-codes.ts";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { apiClient } from "../support/api-client.ts";
import { commandLine } from "../support/command-line.ts";
import { controlOf } from "../support/simulator-server.ts";
import { IN_WHOLE } from "../support/thoroughness.ts";
import { TENANTS } from "./tenants.ts";

const PAGE = path.join(projectRoot, "docs/command-line.md");
const { slug: TENANT } = TENANTS.commandLine;
const CAPABILITIES = [
  "inventory.read",
  "inventory.sync",
  "operations.read",
  "operations.cancel",
  "operations.retry",
  "backup.read",
  "backup.write",
  "baseline.read",
  "baseline.capture",
  "baseline.compare",
  "evidence.read",
  "evidence.create",
  "review-pack.read",
  "review-pack.generate",
  "review-pack.download",
  "restore.preview",
  "restore.execute",
  "audit.read",
];

const product = inject("product");
const line = await commandLine({
  TENANTATLAS_TENANT: TENANT,
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.test",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.test",
});
/** What was typed and shown, for the page. */
const transcript: string[] = [];

afterAll(() => line.remove());

async function newToken(name: string, capabilities: readonly string[]): Promise<string> {
  const response = await fetch(`${product.url}/api/api-tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, tenantIds: [TENANT], capabilities, expiresInDays: 1 }),
  });
  return toldApiTokenSchema.parse(await response.json()).token;
}

/** Runs a command, expects its code, and notes it for the page. */
async function noted(parameters: string[], code: number = EXIT.succeeded): Promise<string> {
  const ended = await line.run(parameters);
  expect(ended, ended.err).toMatchObject({ code });
  transcript.push(`$ tenantatlas ${parameters.map(quoted).join(" ")}\n${ended.out}`);
  return ended.out;
}

function inGit(...parameters: string[]): string {
  return execFileSync("git", parameters, { cwd: line.folder, encoding: "utf8" });
}

const quoted = (word: string): string => (/^[\w./:=-]+$/.test(word) ? word : `"${word}"`);

/** What differs from run to run, made the same: addresses, ids, hashes, times. Ids are numbered in the order in which they come. */
function settled(text: string): string {
  const known = new Map<string, string>();
  return (
    text
      .replaceAll(product.url, "https://atlas.example.com")
      .replaceAll(line.folder, "/home/ada")
      .replaceAll(/\b(?:(run|set|rpl|bsl|cmp|evs|pack)_[0-9a-f-]{36}|[0-9a-f]{64})\b/g, (id, kind?: string) => {
        const number = String(known.size + 1).padStart(2, "0");
        const short = known.get(id) ?? (kind === undefined ? `…${number}` : `${kind}_…${number}`);
        known.set(id, short);
        return short;
      })
      // What the sweep has chained by then, it says itself.
      .replaceAll(/\d+, of which \d+ are chained/g, "16, of which 16 are chained")
      .replaceAll(/^head     \d+:/gm, "head     16:")
      .replaceAll(/\d{4}-\d\d-\d\d([- T])\d\d:?\d\d/g, "2026-11-29$112:00")
  );
}

const rowsSchema = z.object({ items: z.array(z.object({ id: z.string() })) });

describe("the command line", () => {
  it("does the main job with a token, each command by its exit code and its result", async () => {
    const token = await newToken("Nightly job", CAPABILITIES);
    const control = controlOf(product.simulatorUrl);
    const signedIn = await line.run(["login", product.url, "--token-stdin"], { stdin: `${token}\n` });
    expect(signedIn, signedIn.err).toMatchObject({ code: EXIT.succeeded });
    expect(signedIn.out + signedIn.err).not.toContain(token);
    const kept = path.join(line.folder, "config/tenantatlas/servers.json");
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(kept)).mode & 0o777).toBe(0o700);

    expect(await noted(["sync"])).toMatch(/State +succeeded\nProgress +48 of 48 policy families: 48 succeeded\n/);
    await noted(["backup", "create", "--name", "Before the change"]);
    // Into a repository: once as a whole, then nothing, then what changed.
    inGit("init", "--quiet");
    expect(await noted(["pull", "--commit"])).toContain("Committed.");
    expect(inGit("ls-files").trim().split("\n").length).toBe(74);
    expect(await noted(["pull", "--commit"])).toContain("nothing was committed");
    expect(inGit("rev-list", "--count", "HEAD").trim()).toBe("1");
    await noted(["baseline", "capture", "Known good"]);
    await noted(["compare"]);

    // Somebody changes a policy; the comparison ends with a code of its own.
    // The same one in every run: the page shows its name.
    const present = (await control.policies(TENANT, "settingsCatalog")).toSorted((one, other) =>
      String(one.name) < String(other.name) ? -1 : 1,
    );
    const policy = present.find(({ name }) => present.filter((other) => other.name === name).length === 1);
    if (policy === undefined) throw new Error("The tenant has no settings catalog policy with a name of its own.");
    await control.editPolicy(TENANT, "settingsCatalog", policy.id, { name: "Changed at night" });
    await noted(["sync", "--family", "settingsCatalog"]);
    await noted(["compare"], EXIT.differences);
    expect(await noted(["findings"])).toContain("Changed at night");
    await noted(["pull", "--commit"]);
    const changed = inGit("show", "--name-status", "--format=", "HEAD").trim().split("\n");
    // A name is a file's name as well, and so is a new file; what else is in it stays as it was.
    expect(changed.map((text) => text.slice(0, 1)).join("")).toMatch(/^(MR|RM)$/);
    expect(inGit("show", "--format=", "HEAD")).toContain('+  "name": "Changed at night"');

    // Put back: previewed, reviewed, approved by the hash that was reviewed, and only by that.
    const sets = rowsSchema.parse(JSON.parse((await line.run(["backup", "list", "--json"])).out));
    const [set] = sets.items;
    if (set === undefined) throw new Error("There is no backup set.");
    const preview = await line.run(["restore", "preview", set.id, "--json"]);
    const { plan } = z
      .object({ plan: z.object({ id: z.string(), planHash: z.string(), actionCounts: z.object({ update: z.int() }) }) })
      .parse(JSON.parse(preview.out));
    expect(plan.actionCounts.update).toBe(1);
    expect(await line.run(["restore", "approve", plan.id, "--hash", "0".repeat(64)])).toMatchObject({
      code: EXIT.conflict,
    });
    // Nobody is there to be asked.
    expect(await line.run(["restore", "approve", plan.id])).toMatchObject({ code: EXIT.usage });
    expect((await control.policies(TENANT, "settingsCatalog")).map(({ name }) => name)).toContain("Changed at night");
    const restored = await noted(["restore", "approve", plan.id, "--hash", plan.planHash]);
    expect(restored).toContain("1 updated");
    expect((await control.policies(TENANT, "settingsCatalog")).map(({ name }) => name)).toContain(policy.name);

    // Evidence, and a pack that is verified without a server.
    await noted(["evidence", "create"]);
    await noted(["pack", "create"]);
    await noted(["pack", "download", "--output", "pack.zip"]);
    expect(await noted(["pack", "verify", "pack.zip"])).toContain("The evidence is what was recorded.");
    const bytes = readFileSync(path.join(line.folder, "pack.zip"));
    const at = bytes.indexOf('"tenant":') < 0 ? Math.floor(bytes.length / 2) : bytes.indexOf('"tenant":');
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    writeFileSync(path.join(line.folder, "changed.zip"), bytes);
    expect((await line.run(["pack", "verify", "changed.zip"])).code).not.toBe(EXIT.succeeded);
    await noted(["audit", "export", "--output", "audit.jsonl"]);
    expect(await noted(["audit", "verify", "audit.jsonl"])).toContain("The log is what its chain says.");

    const page = settled(transcript.join("\n"));
    const shown = `\`\`\`console\n${page.trimEnd()}\n\`\`\``;
    const document = readFileSync(PAGE, "utf8");
    const BLOCK = /```console\n\$ tenantatlas sync\n[\s\S]*?```/;
    if (process.env["TENANTATLAS_WRITE"] === "1")
      writeFileSync(
        PAGE,
        document.replace(BLOCK, () => shown),
      );
    else expect(BLOCK.exec(document)?.[0]).toBe(shown);
  });

  it("draws an operation live in a terminal, and asks there before it writes", async () => {
    const { code, screen } = await line.inTerminal(["sync"]);
    expect(code).toBe(EXIT.succeeded);
    const text = stripVTControlCharacters(screen);
    expect(text).toContain("48 of 48 policy families: 48 succeeded");
    // A bar stands beside the text of its own state alone.
    for (const [, processed, percent] of text.matchAll(/(\d+) of 48 policy families\r?\n +[█░]+ (\d+) %/g)) {
      expect(Number(percent)).toBe(Math.floor((Number(processed) * 100) / 48));
    }
    const sets = rowsSchema.parse(JSON.parse((await line.run(["backup", "list", "--json"])).out));
    const preview = await line.run(["restore", "preview", sets.items[0]?.id ?? "", "--json"]);
    const { plan } = z.object({ plan: z.object({ id: z.string() }) }).parse(JSON.parse(preview.out));
    const refused = await line.inTerminal(["restore", "approve", plan.id], {
      awaited: "to approve:",
      typed: "contoso\n",
    });
    expect(refused).toMatchObject({ code: EXIT.canceled });
    expect(refused.screen).toContain("Nothing was written.");
  });

  it.runIf(IN_WHOLE)(
    "ends as an operation ends that failed in part, was canceled, or is refused to the token",
    async () => {
      const control = controlOf(product.simulatorUrl);
      await control.removePermissions(TENANT, "DeviceManagementScripts.Read.All");
      const partly = await line.run(["sync", "--json"]);
      await control.grantPermissions(TENANT, "DeviceManagementScripts.Read.All");
      expect(partly.code).toBe(EXIT.partly);
      const { run, failedUnits } = z
        .object({
          run: z.object({ id: z.string() }),
          failedUnits: z.object({ items: z.array(z.object({ reasonCode: z.string() })) }),
        })
        .parse(JSON.parse(partly.out));
      expect(new Set(failedUnits.items.map(({ reasonCode }) => reasonCode))).toEqual(new Set(["permission_missing"]));
      const again = await line.run(["run", "retry", run.id]);
      expect(again, again.err).toMatchObject({ code: EXIT.succeeded });

      const api = apiClient(product.url, TENANT);
      const { run: running } = await api.start("evidence.snapshot", {});
      await line.run(["run", "cancel", running.id]);
      const states = await line.run(["run", "watch", running.id, "--json-lines"]);
      const ends = states.out
        .trim()
        .split("\n")
        .map((text) => z.object({ status: z.string(), outcome: z.string() }).parse(JSON.parse(text)));
      expect(ends.at(-1)?.status).toBe("completed");
      // It may have ended before the cancel came.
      expect(states.code).toBe(ends.at(-1)?.outcome === "canceled" ? EXIT.canceled : EXIT.succeeded);

      const reader = {
        env: { TENANTATLAS_URL: product.url, TENANTATLAS_TOKEN: await newToken("Reader", ["operations.read"]) },
      };
      expect((await line.run(["run", "list"], reader)).code).toBe(EXIT.succeeded);
      expect((await line.run(["sync"], reader)).code).toBe(EXIT.notAllowed);
      expect((await line.run(["run", "list", "--tenant", TENANTS.portfolio.slug], reader)).code).toBe(EXIT.notFound);
    },
  );
});

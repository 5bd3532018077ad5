import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claimInstance } from "../../scripts/serve/instance.ts";
import { demoDataStatements } from "../../scripts/setup/demo-data.ts";
import { readLocalSecrets } from "../../scripts/setup/local-secrets.ts";
import { hashOf, makeOnce } from "../../scripts/setup/stamp.ts";
import { readWorkerConfig } from "../../scripts/setup/worker-config.ts";
import { connectionSecretContext, openSecret } from "../../src/secrets/secret-box.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tenantatlas-setup-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the local secrets", () => {
  it("are made once, for this checkout, and only its owner can read them", () => {
    const first = readLocalSecrets(folder);
    expect(readLocalSecrets(folder)).toEqual(first);
    const file = path.join(folder, ".dev.vars");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).toContain("TENANTATLAS_LOCAL_MODE=1");
    rmSync(file);
    expect(readLocalSecrets(folder)).not.toEqual(first);
  });

  it("are refused when they are no key", () => {
    writeFileSync(path.join(folder, ".dev.vars"), "TENANTATLAS_SECRETS_KEY=short\n");
    expect(() => readLocalSecrets(folder)).toThrow(".dev.vars holds no usable TENANTATLAS_SECRETS_KEY");
  });
});

describe("the demo data", () => {
  it("seals each tenant's secret for that tenant", async () => {
    const { secretsKey } = readLocalSecrets(folder);
    const connections = (await demoDataStatements(secretsKey)).filter(({ sql }) => sql.includes("tenant_connections"));
    expect(connections.map(({ values }) => values[1])).toEqual(["contoso", "fabrikam", "outside"]);
    for (const { values } of connections) {
      const [tenantId, , , sealed] = values.map(String);
      expect(
        await openSecret({ current: secretsKey, previous: [] }, sealed ?? "", connectionSecretContext(tenantId ?? "")),
      ).toBe("simulator-secret");
    }
  });
});

describe("what is made only when needed", () => {
  it("is made again when a source's content, name or presence changes, and not otherwise", () => {
    const sources = path.join(folder, "sources");
    mkdirSync(sources);
    writeFileSync(path.join(sources, "a"), "1");
    const hash = hashOf([sources], "text");
    expect(hashOf([sources], "text")).toBe(hash);
    expect(hashOf([sources], "other")).not.toBe(hash);
    writeFileSync(path.join(sources, "a"), "2");
    const changed = hashOf([sources], "text");
    expect(changed).not.toBe(hash);
    writeFileSync(path.join(sources, "b"), "");
    expect(hashOf([sources], "text")).not.toBe(changed);
  });

  it("is made again after an attempt that failed", async () => {
    const stamp = path.join(folder, "stamp");
    const made: string[] = [];
    const make = (name: string) => async () => void made.push(name);
    const fail = () => Promise.reject(new Error("no space"));
    await expect(makeOnce(stamp, "h1", fail)).rejects.toThrow("no space");
    await makeOnce(stamp, "h1", make("first"));
    await makeOnce(stamp, "h1", make("needless"));
    await expect(makeOnce(stamp, "h2", fail)).rejects.toThrow("no space");
    await makeOnce(stamp, "h1", make("again"));
    expect(made).toEqual(["first", "again"]);
  });
});

describe("a Worker's configuration", () => {
  it("is read again when its file changes, and is kept without the secrets of .dev.vars", async () => {
    const source = path.join(folder, "wrangler.toml");
    const kept = path.join(folder, "kept");
    const write = (id: string) =>
      writeFileSync(
        source,
        `name = "kept"\nmain = "worker.ts"\n[[d1_databases]]\nbinding = "DATABASE"\ndatabase_name = "kept"\ndatabase_id = "${id}"\n`,
      );
    writeFileSync(path.join(folder, ".dev.vars"), "TENANTATLAS_SECRETS_KEY=a-secret\n");
    write("one");
    const first = await readWorkerConfig(source, kept);
    expect(first).toMatchObject({ name: "kept", main: path.join(folder, "worker.ts") });
    expect(first.options.d1Databases).toEqual({ DATABASE: { id: "one" } });
    expect(await readWorkerConfig(source, kept)).toEqual(first);
    const files = readdirSync(kept);
    expect(files).toHaveLength(1);
    expect(readFileSync(path.join(kept, files[0] ?? ""), "utf8")).not.toContain("a-secret");
    write("two");
    expect((await readWorkerConfig(source, kept)).options.d1Databases).toEqual({ DATABASE: { id: "two" } });
  });
});

describe("the claim on a state folder", () => {
  it("is taken over from a start that is gone, whatever that left in the file", async () => {
    const file = path.join(folder, "tenantatlas.pid.json");
    const dead = { pid: process.pid, startedAt: "another time" };
    for (const left of ["", "not json", JSON.stringify({ main: dead, processes: [dead], port: 1 })]) {
      writeFileSync(file, left);
      const instance = await claimInstance(folder, 8787);
      expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ main: { pid: process.pid }, port: 8787 });
      instance.release();
      expect(() => statSync(file)).toThrow("ENOENT");
    }
  });
});

/** Deployments against an account that is played here, and the comparison of wrangler.toml's environments with the Worker. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import {
  deadLetterFaults,
  type DeploymentConfig,
  ENVIRONMENTS,
  BENCH,
  benchFaults,
  environmentFaults,
  readDeployment,
} from "../../scripts/check/deployments.ts";
import { Account, type Wrangler } from "../../scripts/deploy/account.ts";
import { deploy, withDatabaseId } from "../../scripts/deploy/steps.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const ROUTES = [{ pattern: "atlas.example.com", custom_domain: true }];

let base: DeploymentConfig;
let staging: DeploymentConfig;
beforeAll(async () => {
  [base, staging] = await Promise.all([readDeployment(ROOT), readDeployment(ROOT, "staging")]);
});

/** An account as wrangler answers for it: it keeps what is made, and every command that it was given. */
function playedAccount(secrets: string[] = []) {
  const there = new Set<string>();
  const commands: string[] = [];
  const answer = (ok: boolean, output = "") => ({ ok, output });
  const run: Wrangler = (parameters) => {
    const command = parameters.join(" ");
    commands.push(command);
    const [noun, verb, name = "", more = ""] = parameters;
    if (noun === "d1" && verb === "list") {
      const databases = [...there]
        .filter((one) => one.startsWith("d1 "))
        .map((one) => ({ name: one.slice(3), uuid: `id of ${one.slice(3)}` }));
      return answer(true, JSON.stringify(databases));
    }
    if (noun === "secret") return answer(true, JSON.stringify(secrets.map((secret) => ({ name: secret }))));
    const thing = noun === "r2" ? `r2 ${more}` : `${noun} ${name}`;
    if (verb === "info" || name === "info") return answer(there.has(thing), "not found");
    if (verb === "create" || name === "create") there.add(thing);
    return answer(true);
  };
  return { run, commands, made: () => commands.filter((command) => command.includes("create")) };
}

function begin(run: Wrangler, config: DeploymentConfig = { ...staging, routes: ROUTES }) {
  const said: string[] = [];
  const ids = new Map<string, string>();
  deploy({
    environment: "staging",
    config,
    account: new Account(run, "staging"),
    place: ["--jurisdiction", "eu"],
    tag: "abc1234",
    writeDatabaseId: (name, id) => void ids.set(name, id),
    say: (line) => void said.push(line),
  });
  return { said, ids };
}

describe("npm run deploy", () => {
  it("makes what is missing, then migrates, then deploys", () => {
    const account = playedAccount(["TENANTATLAS_SECRETS_KEY", "TENANTATLAS_IDENTITY"]);
    const { ids, said } = begin(account.run);
    expect(account.made()).toEqual([
      "d1 create tenantatlas-staging --jurisdiction eu",
      "d1 create tenantatlas-staging-shard-2 --jurisdiction eu",
      "r2 bucket create tenantatlas-staging-artifacts --jurisdiction eu",
      "queues create tenantatlas-staging-run-units",
      "queues create tenantatlas-staging-run-units-quick",
      "queues create tenantatlas-staging-graph-units",
      "queues create tenantatlas-staging-graph-units-quick",
      "queues create tenantatlas-staging-run-units-dead",
    ]);
    expect(ids).toEqual(
      new Map([
        ["tenantatlas-staging", "id of tenantatlas-staging"],
        ["tenantatlas-staging-shard-2", "id of tenantatlas-staging-shard-2"],
      ]),
    );
    expect(account.commands.slice(-3)).toEqual([
      "d1 migrations apply DATABASE --remote --env staging",
      "d1 migrations apply SHARD_2 --remote --env staging",
      "deploy --env staging --tag abc1234 --message Commit abc1234",
    ]);
    expect(said.at(-1)).toBe("deployed  abc1234 to https://atlas.example.com");
    // Again, nothing is made.
    const before = account.made().length;
    begin(account.run);
    expect(account.made()).toHaveLength(before);
  });

  it("stops before it changes the database when a secret is missing, and says which", () => {
    const account = playedAccount(["TENANTATLAS_SECRETS_KEY"]);
    expect(() => begin(account.run)).toThrow("npx wrangler secret put TENANTATLAS_IDENTITY --env staging");
    expect(account.commands.some((command) => /migrations|^deploy/.test(command))).toBe(false);
  });

  it("asks for an address, and for a sign-in to Cloudflare, before it makes anything", () => {
    const account = playedAccount();
    expect(() => begin(account.run, { ...staging, routes: [] })).toThrow("has no address");
    expect(account.commands).toEqual([]);
    const signedOut: Wrangler = () => ({ ok: false, output: "You are not logged in." });
    expect(() => begin(signedOut)).toThrow("npx wrangler login");
  });

  it("writes a database's id below its name, and into no other environment", () => {
    const toml = readFileSync(path.join(ROOT, "wrangler.toml"), "utf8");
    const written = withDatabaseId(toml, "tenantatlas-staging", "0a1b");
    expect(written).toContain('database_name = "tenantatlas-staging"\ndatabase_id = "0a1b"\n');
    expect(written.replace('database_id = "0a1b"\n', "")).toBe(toml);
    expect(() => withDatabaseId(toml, "unknown", "0a1b")).toThrow("by hand");
  });
});

describe("the environments of wrangler.toml", () => {
  it.each(ENVIRONMENTS)("%s has all that the Worker has, of its own", async (environment) => {
    const config = await readDeployment(ROOT, environment);
    expect(environmentFaults(environment, base, config)).toEqual([]);
    expect(deadLetterFaults(environment, config)).toEqual([]);
  });

  it("are joined by the bench build, which has all that the product's handlers reach", async () => {
    const bench = await readDeployment(ROOT, undefined, BENCH);
    expect(benchFaults(base, bench)).toEqual([]);
    expect(benchFaults(base, { ...bench, version_metadata: undefined })).toEqual([
      "bench/wrangler.toml lacks version VERSION",
    ]);
  });

  it("are found out when something is missing, shared or named otherwise", () => {
    const lacks: DeploymentConfig = { ...staging, r2_buckets: [], vars: {} };
    expect(environmentFaults("staging", base, lacks)).toEqual([
      "env.staging lacks R2 ARTIFACTS",
      "env.staging lacks variable DEAD_LETTER_QUEUE",
    ]);
    expect(environmentFaults("staging", base, { ...staging, r2_buckets: base.r2_buckets })).toEqual([
      "env.staging shares bucket tenantatlas-artifacts",
    ]);
    const renamed = staging.queues.consumers.map((consumer) =>
      consumer.dead_letter_queue === undefined ? consumer : { ...consumer, dead_letter_queue: "elsewhere" },
    );
    // Once for each of the four queues of units.
    const faults = deadLetterFaults("staging", { ...staging, queues: { ...staging.queues, consumers: renamed } });
    expect(faults).toHaveLength(8);
    expect(new Set(faults)).toEqual(
      new Set(["staging: DEAD_LETTER_QUEUE is not elsewhere", "staging: nothing consumes elsewhere"]),
    );
  });
});

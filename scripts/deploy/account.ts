/** What a Cloudflare account has of a deployment, asked and made through wrangler. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { z } from "zod";
import { projectRoot } from "../dependencies.mjs";
import { StartError } from "../start-error.ts";

export interface Answer {
  ok: boolean;
  output: string;
}

/** Runs wrangler with the parameters, and returns what it says. */
export type Wrangler = (parameters: readonly string[]) => Answer;

/** The pinned wrangler of this checkout, never asking anything. */
export const wrangler: Wrangler = (parameters) => {
  const { status, stdout, stderr } = spawnSync(path.join(projectRoot, "node_modules/.bin/wrangler"), parameters, {
    cwd: projectRoot,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", NO_COLOR: "1", CI: "true" },
  });
  return { ok: status === 0, output: status === 0 ? stdout : `${stdout}${stderr}` };
};

const databasesSchema = z.array(z.object({ uuid: z.string(), name: z.string() }));
const secretsSchema = z.array(z.object({ name: z.string() }));

export class Account {
  readonly #run: Wrangler;
  readonly #environment: string;

  constructor(run: Wrangler, environment: string) {
    this.#run = run;
    this.#environment = environment;
  }

  /** The id of a database; null when the account has none of that name. */
  databaseId(name: string): string | null {
    const databases = databasesSchema.parse(JSON.parse(this.#must(["d1", "list", "--json"])));
    return databases.find((database) => database.name === name)?.uuid ?? null;
  }

  createDatabase(name: string, place: readonly string[]): string {
    this.#must(["d1", "create", name, ...place]);
    const id = this.databaseId(name);
    if (id === null)
      throw new StartError(`Cloudflare has made ${name}, and does not list it yet. Run the command again.`);
    return id;
  }

  /** True when it was made now. */
  ensureQueue(name: string): boolean {
    if (this.#run(["queues", "info", name]).ok) return false;
    this.#must(["queues", "create", name]);
    return true;
  }

  /** True when it was made now. */
  ensureBucket(name: string, place: readonly string[]): boolean {
    if (this.#run(["r2", "bucket", "info", name]).ok) return false;
    this.#must(["r2", "bucket", "create", name, ...place]);
    return true;
  }

  /** Names of the secrets that the Worker has; none of a Worker that is not there yet. */
  secretNames(): string[] {
    const { ok, output } = this.#run(["secret", "list", "--env", this.#environment, "--format", "json"]);
    return ok ? secretsSchema.parse(JSON.parse(output)).map(({ name }) => name) : [];
  }

  applyMigrations(binding: string): void {
    this.#must(["d1", "migrations", "apply", binding, "--remote", "--env", this.#environment]);
  }

  deploy(tag: string): void {
    this.#must(["deploy", "--env", this.#environment, "--tag", tag, "--message", `Commit ${tag}`]);
  }

  #must(parameters: readonly string[]): string {
    const { ok, output } = this.#run(parameters);
    if (ok) return output;
    const signedOut = /not logged in|not authenticated|CLOUDFLARE_API_TOKEN/i.test(output);
    throw new StartError(
      signedOut
        ? "Wrangler is not signed in to Cloudflare. Run: npx wrangler login"
        : `wrangler ${parameters.join(" ")} failed:\n${output.trim()}`,
    );
  }
}

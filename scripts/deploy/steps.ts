/** The steps of a deployment, in their order. Each may be repeated: what is there stays as it is. */
import type { DeploymentConfig } from "../check/deployments.ts";
import { StartError } from "../start-error.ts";
import type { Account } from "./account.ts";

/** What every deployment needs as a secret, whichever way people sign in. */
const NEEDED_SECRETS = ["TENANTATLAS_SECRETS_KEY", "TENANTATLAS_IDENTITY"] as const;

export interface Deployment {
  environment: string;
  config: DeploymentConfig;
  account: Account;
  /** Where D1 and R2 are to be, for what is made now: `--location weur`, `--jurisdiction eu`. */
  place: readonly string[];
  /** The commit. */
  tag: string;
  /** Writes a database's id into wrangler.toml. */
  writeDatabaseId: (databaseName: string, id: string) => void;
  say: (line: string) => void;
}

/** Makes what is missing, applies the migrations, deploys. Throws `StartError` with what a person has to do before. */
export function deploy({ environment, config, account, place, tag, writeDatabaseId, say }: Deployment): void {
  const [domain] = domainsOf(config);
  if (domain === undefined) {
    throw new StartError(
      `env.${environment} of wrangler.toml has no address. Give it one: routes = [{ pattern = "atlas.example.com", custom_domain = true }]`,
    );
  }
  for (const database of config.d1_databases) {
    if (database.database_id !== undefined) continue;
    const found = account.databaseId(database.database_name);
    const id = found ?? account.createDatabase(database.database_name, place);
    writeDatabaseId(database.database_name, id);
    say(
      `database  ${database.database_name}: ${found === null ? "made" : "found"}, its id is in wrangler.toml now. Commit that.`,
    );
  }
  for (const bucket of config.r2_buckets) {
    if (account.ensureBucket(bucket.bucket_name, place)) say(`bucket    ${bucket.bucket_name}: made`);
  }
  for (const { queue } of config.queues.consumers) {
    if (account.ensureQueue(queue)) say(`queue     ${queue}: made`);
  }
  const secrets = new Set(account.secretNames());
  const missing = NEEDED_SECRETS.filter((name) => !secrets.has(name));
  if (missing.length > 0) {
    throw new StartError(
      [
        "These secrets are not set. docs/deploy.md says what they are:",
        ...missing.map((name) => `  npx wrangler secret put ${name} --env ${environment}`),
      ].join("\n"),
    );
  }
  for (const { binding } of config.d1_databases) account.applyMigrations(binding);
  say("migrations applied");
  account.deploy(tag);
  say(`deployed  ${tag} to https://${domain}`);
}

/** The hosts that people open. */
export function domainsOf({ routes }: DeploymentConfig): string[] {
  return (routes ?? []).flatMap((route) => (typeof route === "object" && route.custom_domain ? [route.pattern] : []));
}

/** The text of wrangler.toml with a database's id, below its name. Pure. */
export function withDatabaseId(toml: string, databaseName: string, id: string): string {
  const name = `database_name = "${databaseName}"\n`;
  const [before, after, ...more] = toml.split(name);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new StartError(`wrangler.toml does not name ${databaseName} once. Write its id there by hand: ${id}`);
  }
  return `${before}${name}database_id = "${id}"\n${after}`;
}

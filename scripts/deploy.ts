/**
 * `npm run deploy -- --env staging [--location weur | --jurisdiction eu]`: makes what the environment lacks, applies the migrations, deploys,
 * and waits until the deployment is ready. docs/deploy.md leads there.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { ENVIRONMENTS, readDeployment } from "./check/deployments.ts";
import { Account, wrangler } from "./deploy/account.ts";
import { deploy, domainsOf, withDatabaseId } from "./deploy/steps.ts";
import { projectRoot } from "./dependencies.mjs";
import { buildConsole } from "./setup/console-build.ts";
import { StartError } from "./start-error.ts";

const READY_MS = 120_000;
const PAUSE_MS = 3_000;
const TOML = path.join(projectRoot, "wrangler.toml");

try {
  await main();
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { env: { type: "string" }, location: { type: "string" }, jurisdiction: { type: "string" } },
  });
  const environment = ENVIRONMENTS.find((name) => name === values.env);
  if (environment === undefined) {
    throw new StartError(
      `usage: npm run deploy -- --env ${ENVIRONMENTS.join(" | ")} [--location weur | --jurisdiction eu]`,
    );
  }
  const config = await readDeployment(projectRoot, environment);
  await buildConsole();
  deploy({
    environment,
    config,
    account: new Account(wrangler, environment),
    place:
      values.jurisdiction === undefined
        ? values.location === undefined
          ? []
          : ["--location", values.location]
        : ["--jurisdiction", values.jurisdiction],
    tag: execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: projectRoot, encoding: "utf8" }).trim(),
    writeDatabaseId: (name, id) => writeFileSync(TOML, withDatabaseId(readFileSync(TOML, "utf8"), name, id)),
    say: (line) => console.log(line),
  });
  for (const domain of domainsOf(config)) await waitUntilReady(`https://${domain}/readyz`);
}

async function waitUntilReady(address: string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  let last = "no answer";
  while (Date.now() < deadline) {
    try {
      const response = await fetch(address, { signal: AbortSignal.timeout(PAUSE_MS) });
      last = await response.text();
      if (response.ok) {
        console.log(`ready     ${address} ${last}`);
        return;
      }
    } catch (error) {
      last = String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new StartError(
    `${address} is not ready after ${READY_MS / 1_000} s: ${last}\nThe log says more: npx wrangler tail --env <environment>`,
  );
}

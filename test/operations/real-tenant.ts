/**
 * A tenant with policies that nobody on this project wrote: the exported ones of `../shared/realdata`, loaded into the simulator.
 * For Node, which can read the folder; D1 and R2 are the local runtime's, reached from there.
 */
import { type PermitRequest, type RefusalReport, TenantBuckets } from "../../src/graph-work/budget/tenant-buckets.ts";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { inject } from "vitest";
import { connectionSecretContext, sealSecret } from "../../src/secrets/secret-box.ts";
import type { BulkOperation, RunUnitTask, UnitContext, UnitResult } from "../../src/runs/operation.ts";
import { GATEWAY, gatewayBucket, gatewayDatabase } from "../support/runtime-gateway.ts";
import { REALDATA_FOLDER } from "../support/realdata.ts";
import { controlOf } from "../support/simulator-server.ts";
import { runReference } from "../support/run-reference.ts";
import type { TenantEnv } from "../../src/database/databases.ts";

const MIGRATIONS = join(import.meta.dirname, "../../migrations");
const SECRETS_KEY = Buffer.alloc(32, 7).toString("base64");

export interface RealTenant {
  tenantId: string;
  env: TenantEnv;
  context: UnitContext;
  /** "family id" of every policy that was loaded. */
  policies: Set<string>;
  /** Plans a run and executes its units one after the other. */
  run(operation: BulkOperation, runId: string, input: unknown): Promise<UnitResult[]>;
  /** Another tenant of the same deployment, without a policy that was loaded. It goes with this one. */
  another(directory: string): Promise<RealTenant>;
  dispose(): Promise<void>;
}

interface RealTenantOptions {
  /** Null for none. */
  folder?: string | null;
  /** Whether what Graph's model does not have is kept. */
  asIs?: boolean;
  /** Policies that are generated besides. */
  generated?: number;
  /** Where the product reaches the tenant. */
  graphUrl?: string | undefined;
}

/** `directory` is the simulator's tenant: one for each test file, for all share one simulator. */
export async function realTenant(
  directory: string,
  { folder = REALDATA_FOLDER, asIs = true, generated = 0, graphUrl }: RealTenantOptions = {},
): Promise<RealTenant> {
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: GATEWAY,
      d1Databases: ["DATABASE"],
      r2Buckets: ["ARTIFACTS"],
      cf: false,
    }),
  );
  const database = gatewayDatabase(runtime);
  for (const file of (await readdir(MIGRATIONS)).filter((name) => name.endsWith(".sql")).toSorted()) {
    const statements = (await readFile(join(MIGRATIONS, file), "utf8")).split("--> statement-breakpoint");
    await database.batch(statements.map((statement) => database.prepare(statement)));
  }
  return tenantIn({ runtime, database }, directory, { folder, asIs, generated, graphUrl });
}

interface Deployment {
  runtime: Miniflare;
  database: ReturnType<typeof gatewayDatabase>;
}

async function tenantIn(
  deployment: Deployment,
  directory: string,
  { folder = null, asIs = true, generated = 0, graphUrl }: RealTenantOptions,
): Promise<RealTenant> {
  const { runtime, database } = deployment;
  const tenantId = `tenant-${directory}`;
  const sealed = await sealSecret(
    { current: SECRETS_KEY, previous: [] },
    "simulator-secret",
    connectionSecretContext(tenantId),
  );
  await database.batch([
    database
      .prepare("insert into tenants (id, slug, name, created_at) values (?1, ?2, ?2, 0)")
      .bind(tenantId, directory),
    database
      .prepare(
        "insert into tenant_connections (tenant_id, cloud, directory_id, client_id, sealed_client_secret) values (?, 'local', ?, 'client', ?)",
      )
      .bind(tenantId, directory, sealed),
  ]);

  const control = controlOf(inject("simulatorUrl"));
  await control.createTenant(directory, { policies: generated });
  const loaded = folder === null ? [] : (await control.loadFolder(directory, folder, asIs)).loaded;
  // Beside what is loaded, the tenant has what was generated, and what every tenant has once. Of groups, those with a rule are policies.
  const present = await control.policies(directory);
  const policies = [...loaded.filter(({ family }) => family !== "groups"), ...present].map(
    ({ family, id }) => `${family} ${id}`,
  );

  const settings = {
    TENANTATLAS_LOCAL_MODE: "1",
    TENANTATLAS_GRAPH_URL: graphUrl ?? inject("simulatorUrl"),
    TENANTATLAS_SECRETS_KEY: SECRETS_KEY,
  };
  // The tenant's Graph budget, without the object that keeps it.
  const buckets = new TenantBuckets(new Map(), Date.now());
  const budget = {
    take: (request: PermitRequest) => Promise.resolve(buckets.take(request, Date.now())),
    refused: (report: RefusalReport) => Promise.resolve(buckets.refused(report, Date.now())),
  };
  const GRAPH_BUDGETS = { getByName: () => budget };
  // What these operations use of the environment.
  const env = {
    DATABASE: database,
    CONTROL: database,
    SHARDS: new Map([["DATABASE", database]]),
    ARTIFACTS: gatewayBucket(runtime),
    GRAPH_BUDGETS,
    ...settings,
  } as unknown as TenantEnv;
  const context: UnitContext = { env, now: () => Date.now(), signal: new AbortController().signal };
  return {
    tenantId,
    env,
    context,
    policies: new Set(policies),
    run: async (operation, runId, rawInput) => {
      const run = runReference(tenantId, runId);
      const input = operation.inputSchema.parse(rawInput);
      const tasks: RunUnitTask[] = [];
      let cursor: string | null = null;
      do {
        const page = await operation.plan(run, input, cursor, context);
        if (page.kind !== "listed") throw new Error("the plan is not a list");
        for (const unit of page.units) tasks.push({ ...unit, ...run, ordinal: tasks.length, deferrals: 0 });
        cursor = page.nextCursor;
      } while (cursor !== null);
      const results: UnitResult[] = [];
      for (const task of tasks) results.push(await operation.execute(task, context));
      return results;
    },
    another: (other) => tenantIn(deployment, other, { graphUrl }),
    dispose: () => runtime.dispose(),
  };
}

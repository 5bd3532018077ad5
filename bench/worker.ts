/**
 * The bench build: the product's own handlers and objects, operations that exist only here, and a few routes under `/bench`
 * for the driver. Local only: it is never deployed.
 */
import { env as settings } from "cloudflare:workers";
import { Hono } from "hono";
import { z } from "zod";
import { createApp } from "../src/http/routing/app.ts";
import { TenantGraphBudget as ProductGraphBudget } from "../src/graph-work/budget/tenant-graph-budget.ts";
import { allServed } from "../src/http/served-routes.ts";
import { handleQueue } from "../src/queue/handle-queue.ts";
import { OperationRunObject as ProductRunObject } from "../src/runs/edge/operation-run-object.ts";
import { sweep } from "../src/runs/edge/sweep.ts";
import { TenantActivityHub as ProductActivityHub } from "../src/runs/reading/tenant-activity-hub.ts";
import { consumeBare, readBareRun, startBareRun } from "./worker/bare-queue.ts";
import { readBare } from "./worker/bare-reading.ts";
import { readEffects } from "./worker/effects.ts";
import { meter, resetMeter, settles } from "./worker/meter.ts";
import { meteredEnv } from "./worker/metered-bindings.ts";
import { MeteredActivityHub, MeteredGraphBudget, MeteredRunObject, meterRunStores } from "./worker/metered-objects.ts";
import { makeReaders } from "./worker/readers.ts";
import { registerBenchOperations } from "./worker/operations.ts";
import { enter } from "../src/database/databases.ts";

const BARE_QUEUE = "bench-bare";

registerBenchOperations();
const metered = settings.BENCH_METERED === "1";
if (metered) meterRunStores();

export const OperationRunObject = metered ? MeteredRunObject : ProductRunObject;
export const TenantGraphBudget = metered ? MeteredGraphBudget : ProductGraphBudget;
export { MetricsBoard } from "../src/runs/reading/metrics-board-object.ts";
export const TenantActivityHub = metered ? MeteredActivityHub : ProductActivityHub;

const bareReadingSchema = z.object({ tenantId: z.string() });
const readersSchema = z.object({ tenantId: z.string(), count: z.int().min(1) });
const sweepSchema = z.object({ at: z.int() });
const bareRunSchema = z.object({ messages: z.int().min(1), sendsAtOnce: z.int().min(1) });

const bench = new Hono<{ Bindings: Env }>()
  .post("/bench/bare", async (context) => {
    const { messages, sendsAtOnce } = bareRunSchema.parse(await context.req.json());
    await startBareRun(context.env.BENCH_QUEUE, messages, sendsAtOnce);
    return context.body(null, 204);
  })
  .post("/bench/bare-reading", async (context) => {
    const { tenantId } = bareReadingSchema.parse(await context.req.json());
    return context.json(await readBare(context.env, tenantId));
  })
  .post("/bench/readers", async (context) => {
    const { tenantId, count } = readersSchema.parse(await context.req.json());
    return context.json(await makeReaders(context.env.DATABASE, tenantId, count));
  })
  // A sweep at a time of the caller's choice: what waits for minutes is met by a test in seconds.
  .post("/bench/sweep", async (context) => {
    const { at } = sweepSchema.parse(await context.req.json());
    await sweep(enter(context.env), at);
    return context.body(null, 204);
  })
  .get("/bench/bare", (context) => context.json(readBareRun()))
  .post("/bench/meter/reset", (context) => {
    resetMeter();
    return context.body(null, 204);
  })
  .get("/bench/meter", (context) => context.json(meter))
  .get("/bench/settles/:runId", (context) => context.json(settles.get(context.req.param("runId")) ?? []))
  .get("/bench/effects/:runId", async (context) => {
    return context.json(await readEffects(context.env.BENCH_DATABASE, context.req.param("runId")));
  });

const app = createApp(allServed());

export default {
  fetch: (request, env, context) => {
    if (new URL(request.url).pathname.startsWith("/bench/")) return bench.fetch(request, env, context);
    return app.fetch(request, metered ? meteredEnv(env, "requests") : env, context);
  },
  queue: async (batch, env) => {
    if (batch.queue === BARE_QUEUE) return consumeBare(batch);
    if (!metered) return handleQueue(batch, env);
    meter.consumerInvocations += 1;
    meter.messagesConsumed += batch.messages.length;
    return handleQueue(batch, meteredEnv(env, "consumer"));
  },
  scheduled: (controller, env) => sweep(enter(env), controller.scheduledTime),
} satisfies ExportedHandler<Env>;

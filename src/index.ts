import { createApp } from "./http/routing/app.ts";
import { allServed } from "./http/served-routes.ts";
import { handleQueue } from "./queue/handle-queue.ts";
import { sweep } from "./runs/edge/sweep.ts";
import { enter } from "./database/databases.ts";

export { TenantGraphBudget } from "./graph-work/budget/tenant-graph-budget.ts";
export { OperationRunObject } from "./runs/edge/operation-run-object.ts";
export { MetricsBoard } from "./runs/reading/metrics-board-object.ts";
export { TenantActivityHub } from "./runs/reading/tenant-activity-hub.ts";

const app = createApp(allServed());

export default {
  fetch: app.fetch,
  queue: handleQueue,
  scheduled: (controller, env) => sweep(enter(env), controller.scheduledTime),
} satisfies ExportedHandler<Env>;

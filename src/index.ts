import { createApp } from "./http/app.ts";
import { handleQueue } from "./queue/handle-queue.ts";
import { sweep } from "./runs/sweep.ts";

export { OperationRunObject } from "./runs/operation-run-object.ts";
export { TenantActivityHub } from "./runs/tenant-activity-hub.ts";

const app = createApp();

export default {
  fetch: app.fetch,
  queue: handleQueue,
  scheduled: (controller, env) => sweep(env, controller.scheduledTime),
} satisfies ExportedHandler<Env>;

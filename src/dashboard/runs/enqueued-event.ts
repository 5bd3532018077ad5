/** The browser event that says: a run was just enqueued. The activity surface reads at once; others may listen too. */
import { z } from "zod";

const EVENT_NAME = "operation-run:enqueued";
const detailSchema = z.object({ runId: z.string(), tenantId: z.string() });
export type EnqueuedRun = z.infer<typeof detailSchema>;

export function dispatchRunEnqueued(detail: EnqueuedRun): void {
  window.dispatchEvent(new CustomEvent(EVENT_NAME, { detail }));
}

/** Calls back for each event that carries a run and a tenant; events of another shape are ignored. */
export function onRunEnqueued(callback: (enqueued: EnqueuedRun) => void): () => void {
  const listener = (event: Event) => {
    if (!(event instanceof CustomEvent)) return;
    const detail = detailSchema.safeParse(event.detail);
    if (detail.success) callback(detail.data);
  };
  window.addEventListener(EVENT_NAME, listener);
  return () => window.removeEventListener(EVENT_NAME, listener);
}

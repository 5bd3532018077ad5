/**
 * Where the work of now comes from: the request and how its caller is known. It follows the work through every `await`, so an event of the
 * audit log has it without each function on the way passing it on. The work of runs names its run itself.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { AuditOrigin } from "../contract/audit-events.ts";

const origins = new AsyncLocalStorage<AuditOrigin>();

/** Does the work of a request. */
export function withOrigin<T>(origin: AuditOrigin, work: () => T): T {
  return origins.run(origin, work);
}

/** The origin of the work of now; empty outside a request. */
export function currentOrigin(): AuditOrigin {
  return origins.getStore() ?? {};
}

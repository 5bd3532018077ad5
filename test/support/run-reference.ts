/** A run as its operation is told of it, for tests that call an operation themselves. */
import type { RunReference } from "../../src/runs/operation.ts";

export function runReference(tenantId: string, runId: string, overrides: Partial<RunReference> = {}): RunReference {
  return { runId, tenantId, tenantSlug: "test-tenant", initiatorId: null, createdAt: 0, ...overrides };
}

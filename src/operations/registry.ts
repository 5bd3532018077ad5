/** What each operation type does. A type of the table without its line here does not compile. */
import { PORTFOLIO_OPERATION } from "../contract/portfolio.ts";
import type { OperationType } from "../contract/operation-types.ts";
import { judgeProgressMode } from "../contract/progress-boundary.ts";
import { addDeclaration } from "../runs/facts/declarations.ts";
import type { Implementation } from "../runs/implement.ts";
import type { BulkOperation, Operation } from "../runs/operation.ts";
import { addPolicies } from "./backup-sets/add-policies.ts";
import { deleteSets } from "./backup-sets/delete-sets.ts";
import { forceDeleteSets } from "./backup-sets/force-delete-sets.ts";
import { restoreSets } from "./backup-sets/restore-sets.ts";
import { baselineCapture } from "./baseline-capture/baseline-capture.ts";
import { baselineCompare } from "./baseline-compare/baseline-compare.ts";
import { evidenceSnapshot } from "./evidence-snapshot/evidence-snapshot.ts";
import { inventorySync } from "./inventory-sync/inventory-sync.ts";
import { newsDeliver } from "./news-deliver/news-deliver.ts";
import { cancelRuns } from "./over-runs/cancel-runs.ts";
import { retryRuns } from "./over-runs/retry-runs.ts";
import { importFiles } from "./policy-files/import-files.ts";
import { policyRestore } from "./policy-restore/policy-restore.ts";
import { portfolioRun } from "./portfolio/portfolio-run.ts";
import { restorePreview } from "./policy-restore/restore-preview.ts";
import { reviewPack } from "./review-pack/review-pack.ts";
import { tenantExport } from "./tenant-export/tenant-export.ts";

const IMPLEMENTATIONS: { readonly [Type in OperationType]: Implementation & { readonly type: Type } } = {
  "inventory.sync": inventorySync,
  "backup-set.add-policies": addPolicies,
  "backup-set.import": importFiles,
  "backup-set.restore": restoreSets,
  "backup-set.delete": deleteSets,
  "backup-set.force-delete": forceDeleteSets,
  "policy.restore-preview": restorePreview,
  "policy.restore": policyRestore,
  "baseline.capture": baselineCapture,
  "baseline.compare": baselineCompare,
  "evidence.snapshot": evidenceSnapshot,
  "review-pack.generate": reviewPack,
  "operations.cancel": cancelRuns,
  "operations.retry": retryRuns,
  "tenant.export": tenantExport,
  "news.deliver": newsDeliver,
};

const byType = new Map<string, Operation>([...Object.entries(IMPLEMENTATIONS), [portfolioRun.type, portfolioRun]]);
addDeclaration(PORTFOLIO_OPERATION);

/**
 * Adds a type that is not of the product, for other builds (bench, tests), before any run starts. A declaration against the boundary
 * of counted progress does not start the build.
 */
export function registerOperation(operation: Implementation): void {
  const contradiction = judgeProgressMode(operation.type, operation.progressMode);
  if (contradiction !== null) throw new Error(contradiction);
  if (byType.has(operation.type)) throw new Error(`operation type ${operation.type} is listed twice`);
  addDeclaration(operation);
  byType.set(operation.type, operation);
}

/** All types that are listed. */
export function registeredOperations(): Operation[] {
  return [...byType.values()];
}

export function operationByType(type: string): Operation | null {
  return byType.get(type) ?? null;
}

/** The type as the unit consumer needs it; null also for one that has no units. */
export function bulkOperationByType(type: string): BulkOperation | null {
  const operation = operationByType(type);
  return operation === null || operation.progressMode === "phased" ? null : operation;
}

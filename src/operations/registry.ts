/** The operation types of this product. Adding one is its file, a line here, and its test. */
import { judgeProgressMode } from "../contract/progress-boundary.ts";
import { reviewPack } from "./review-pack/review-pack.ts";
import { baselineCapture } from "./baseline-capture/baseline-capture.ts";
import { baselineCompare } from "./baseline-compare/baseline-compare.ts";
import { evidenceSnapshot } from "./evidence-snapshot/evidence-snapshot.ts";
import { addPolicies } from "./backup-sets/add-policies.ts";
import { deleteSets } from "./backup-sets/delete-sets.ts";
import { forceDeleteSets } from "./backup-sets/force-delete-sets.ts";
import { restoreSets } from "./backup-sets/restore-sets.ts";
import { inventorySync } from "./inventory-sync/inventory-sync.ts";
import { type BulkOperation, defineOperation, definePhasedOperation, type Operation } from "../runs/operation.ts";
import { policyRestore } from "./policy-restore/policy-restore.ts";
import { restorePreview } from "./policy-restore/restore-preview.ts";

const byType = new Map<string, Operation>();

/**
 * Lists a type. Called below for the product's own, and by other builds (bench) for theirs, before any run starts. A declaration
 * against the boundary of counted progress does not start the product.
 */
export function registerOperation(operation: Operation): void {
  const contradiction = judgeProgressMode(operation.type, operation.progressMode);
  if (contradiction !== null) throw new Error(contradiction);
  if (byType.has(operation.type)) throw new Error(`operation type ${operation.type} is listed twice`);
  byType.set(operation.type, operation);
}

/** Every type that is listed. */
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

registerOperation(inventorySync);
registerOperation(evidenceSnapshot);
registerOperation(reviewPack);
registerOperation(defineOperation(addPolicies));
registerOperation(defineOperation(restoreSets));
registerOperation(defineOperation(deleteSets));
registerOperation(defineOperation(forceDeleteSets));
registerOperation(baselineCapture);
registerOperation(baselineCompare);
registerOperation(definePhasedOperation(restorePreview));
registerOperation(defineOperation(policyRestore));

/** The operation types of this product. Adding one is its file, a line here, and its test. */
import { inventorySync } from "./inventory-sync/inventory-sync.ts";
import type { Operation } from "./operation.ts";

const OPERATIONS: readonly Operation[] = [inventorySync];

const byType = new Map(OPERATIONS.map((operation) => [operation.type, operation]));

export function operationByType(type: string): Operation | null {
  return byType.get(type) ?? null;
}

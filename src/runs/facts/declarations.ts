/** The declarations of this build: those of the product's table, and those that another build (bench, tests) adds to it. */
import {
  isOperationType,
  OPERATION_TYPES,
  type OperationDeclaration,
  operationTypes,
} from "../../contract/operation-types.ts";

const added = new Map<string, OperationDeclaration>();

/** The declaration of a type; null for one that is not known (any more). */
export function declarationOf(type: string): OperationDeclaration | null {
  return isOperationType(type) ? { type, ...OPERATION_TYPES[type] } : (added.get(type) ?? null);
}

/** All of them. */
export function allDeclarations(): OperationDeclaration[] {
  return [...operationTypes().map((type) => ({ type, ...OPERATION_TYPES[type] })), ...added.values()];
}

/** Makes a type known that is not in the product's table. Called by the registry, before any run starts. */
export function addDeclaration(declaration: OperationDeclaration): void {
  added.set(declaration.type, declaration);
}

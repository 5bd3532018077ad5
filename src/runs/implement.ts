/**
 * Attaches behavior to a declaration. Nothing else makes what the registry takes, and input that comes from storage is parsed here
 * with the current schema before any behavior sees it: a deployed change of a schema cannot be met half.
 */
import {
  type BulkDeclaration,
  type BulkType,
  OPERATION_TYPES,
  type OperationDeclaration,
  type OperationType,
  type PhasedDeclaration,
  type PhasedType,
} from "../contract/operation-types.ts";
import type {
  BulkBehavior,
  BulkOperation,
  MadeThing,
  Operation,
  PhasedBehavior,
  PhasedOperation,
  RunResult,
} from "./operation.ts";

/** Not exported: no other file can make an object that has it. */
const parsesStoredInput: unique symbol = Symbol("parses stored input");

/** An operation that parses stored input before its behavior sees it. */
export type Implementation = Operation & { readonly [parsesStoredInput]: true };

/** The implementation of one type, with its schema as it was written. */
type Implemented<Kind extends Operation, Type extends string, Input> = Kind & {
  readonly type: Type;
  readonly inputSchema: BulkBehavior<Input>["inputSchema"];
  readonly [parsesStoredInput]: true;
};

/**
 * Attaches behavior to a type of this product, or to a declaration that another build (bench, tests) brings along.
 *
 * @example export const inventorySync = implement("inventory.sync", { inputSchema, plan, execute, … });
 */
export function implement<Type extends BulkType, Input>(
  type: Type,
  behavior: BulkBehavior<Input>,
): Implemented<BulkOperation, Type, Input>;
export function implement<Type extends PhasedType, Input>(
  type: Type,
  behavior: PhasedBehavior<Input>,
): Implemented<PhasedOperation, Type, Input>;
export function implement<Input>(
  declaration: BulkDeclaration,
  behavior: BulkBehavior<Input>,
): Implemented<BulkOperation, string, Input>;
export function implement<Input>(
  declaration: PhasedDeclaration,
  behavior: PhasedBehavior<Input>,
): Implemented<PhasedOperation, string, Input>;
export function implement<Input>(
  declared: OperationType | OperationDeclaration,
  behavior: BulkBehavior<Input> | PhasedBehavior<Input>,
): Implemented<BulkOperation, string, Input> | Implemented<PhasedOperation, string, Input> {
  const declaration: OperationDeclaration =
    typeof declared === "string" ? { type: declared, ...OPERATION_TYPES[declared] } : declared;
  if (declaration.progressMode === "phased") {
    if ("advance" in behavior) return implementPhased(declaration, behavior);
  } else if ("plan" in behavior) return implementBulk(declaration, behavior);
  throw new Error(`${declaration.type} is ${declaration.progressMode}: that behavior is not of this kind`);
}

function implementBulk<Input>(declaration: BulkDeclaration, behavior: BulkBehavior<Input>) {
  const { inputSchema, plan, unitAt, finalize, stopAfter } = behavior;
  if (unitAt && behavior.comesAfter)
    throw new Error(`${declaration.type} has units that are a function of their ordinal: those have no order`);
  const parse = parserOf(inputSchema);
  return {
    ...behavior,
    ...declaration,
    ...implementHooks(behavior, parse),
    [parsesStoredInput]: true as const,
    plan: (run, input, cursor, context) => plan(run, parse(input), cursor, context),
    stopAfter: stopAfter && ((input) => stopAfter(parse(input))),
    unitAt: unitAt && ((ordinal, input) => unitAt(ordinal, parse(input))),
    finalize:
      finalize &&
      (async (run, input, context) => {
        const answer = await finalize(run, parse(input), context);
        return answer.kind === "finalized" ? { ...answer, result: resultOf(declaration, answer.result) } : answer;
      }),
  } satisfies Implemented<BulkOperation, string, Input>;
}

function implementPhased<Input>(declaration: PhasedDeclaration, behavior: PhasedBehavior<Input>) {
  const { inputSchema, advance } = behavior;
  const parse = parserOf(inputSchema);
  return {
    ...behavior,
    ...declaration,
    ...implementHooks(behavior, parse),
    [parsesStoredInput]: true as const,
    advance: async (run, input, context) => {
      const answer = await advance(run, parse(input), context);
      return answer.kind === "done" ? { ...answer, result: resultOf(declaration, answer.result) } : answer;
    },
  } satisfies Implemented<PhasedOperation, string, Input>;
}

/** Keeps the absence of a hook to be seen. `prepare` gets what `inputSchema` has just made of a request, and parses it again. */
function implementHooks<Input>(
  { prepare, abandon }: Pick<BulkBehavior<Input>, "prepare" | "abandon">,
  parse: (input: unknown) => Input,
): { prepare: Operation["prepare"]; abandon: Operation["abandon"] } {
  return {
    prepare: prepare && ((tenantId, input, env, making) => prepare(tenantId, parse(input), env, making)),
    abandon: abandon && ((run, input, context) => abandon(run, parse(input), context)),
  };
}

/** `unitAt` is asked for each unit of a claim with one and the same input: that is parsed once. */
function parserOf<Input>(inputSchema: BulkBehavior<Input>["inputSchema"]): (raw: unknown) => Input {
  let last: { raw: unknown; parsed: Input } | null = null;
  return (raw) => {
    if (last === null || last.raw !== raw) last = { raw, parsed: inputSchema.parse(raw) };
    return last.parsed;
  };
}

function resultOf({ type, makes }: OperationDeclaration, made: MadeThing | null): RunResult | null {
  if (made === null) return null;
  if (makes === null) throw new Error(`${type} is not declared to make anything`);
  return { ...made, kind: makes };
}

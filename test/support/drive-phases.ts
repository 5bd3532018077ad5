/** Takes a phased operation from step to step, for tests that start no run. */
import type { PhasedOperation, PhaseResult, UnitContext } from "../../src/runs/operation.ts";
import { runReference } from "./run-reference.ts";

export type Ended = Exclude<PhaseResult, { kind: "continue" | "wait" }>;
/** Takes an operation from step to step as its run's object would. `each` sees every answer. */
export async function drive(
  operation: PhasedOperation,
  run: { tenantId: string; tenantSlug: string; runId: string },
  input: unknown,
  context: UnitContext,
  each: (answer: PhaseResult, cursor: string | null) => Promise<void> | void = () => {},
): Promise<Ended> {
  let cursor: string | null = null;
  for (;;) {
    const reference = runReference(run.tenantId, run.runId, { tenantSlug: run.tenantSlug, initiatorId: "user-owner" });
    const answer: PhaseResult = await operation.advance({ ...reference, cursor }, input, context);
    await each(answer, cursor);
    if (answer.kind === "wait") throw new Error("no step of these waits");
    if (answer.kind !== "continue") return answer;
    cursor = answer.cursor;
  }
}

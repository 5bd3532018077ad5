/** The words of operation types that only the console says. What a type is called and makes is in the contract's table. */
import { isOperationType, OPERATION_TYPES, operationTypes, RESULTS } from "../../contract/operation-types.ts";

/** For filters, in the order in which people meet them. */
export const TYPE_OPTIONS: readonly { value: string; label: string }[] = operationTypes().map((value) => ({
  value,
  label: OPERATION_TYPES[value].label,
}));

/** What a retry of a run is called; null where there is nothing to retry. */
export function retryWords(run: { type: string; outcome: string; summaryCounts: { failed?: number | undefined } }) {
  const row = isOperationType(run.type) ? OPERATION_TYPES[run.type] : null;
  if (row !== null && "retry" in row && row.retry === "nothing") return null;
  if (row !== null && "retry" in row && row.retry === "everything") {
    return run.outcome === "failed" || run.outcome === "partially_succeeded" ? "Start again" : null;
  }
  const { failed } = run.summaryCounts;
  return failed !== undefined && failed > 0 ? "Retry failed units" : null;
}

/** What the link to a run's result says, also for a kind that this console does not know. */
export function resultLinkText(kind: string): string {
  return Object.entries(RESULTS).find(([known]) => known === kind)?.[1].link ?? "Open the result";
}

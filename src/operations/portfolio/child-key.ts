/** Names the start of a tenant's operation: it is the same whenever the unit is executed. */
export function childKey({ runId, ordinal }: { runId: string; ordinal: number }): string {
  return `${runId}/${ordinal}`;
}

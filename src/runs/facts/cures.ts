/** Which later run cured a failed one. Pure: the rows are those of one tenant. */
import { z } from "zod";

/** A completed run, as far as it matters whether it cures another. */
export interface EndedRun {
  id: string;
  type: string;
  outcome: string;
  identity: string;
  retryOf: string | null;
  /** Of an inventory sync; null for all others: their identity says what they are about. */
  input: string | null;
  createdAt: number;
  completedAt: number;
}

const syncInputSchema = z.object({ families: z.array(z.string()) });

/**
 * The newest of `ended` that cures `failed`: it began later, succeeded, and did the same work. That is a run of the same identity, a retry of one (of
 * whatever generation), or a sync that read all families of the failed one. Null when none does.
 */
export function cureOf(failed: EndedRun, ended: readonly EndedRun[]): EndedRun | null {
  const byId = new Map([failed, ...ended].map((run) => [run.id, run]));
  const work = workOf(failed, byId);
  const families = familiesOf(failed);
  const cures = ended.filter(
    (run) =>
      run.type === failed.type &&
      run.outcome === "succeeded" &&
      run.createdAt > failed.createdAt &&
      (workOf(run, byId) === work || readsAll(run, families)),
  );
  return cures.toSorted((one, other) => other.createdAt - one.createdAt)[0] ?? null;
}

/** The identity of the run that a chain of retries began with. A run that is not at hand stands for itself. */
function workOf(run: EndedRun, byId: ReadonlyMap<string, EndedRun>): string {
  const seen = new Set<string>();
  let first = run;
  while (first.retryOf !== null && !seen.has(first.id)) {
    seen.add(first.id);
    const earlier = byId.get(first.retryOf);
    if (earlier === undefined) return `run ${first.retryOf}`;
    first = earlier;
  }
  return first.identity;
}

function readsAll(run: EndedRun, families: readonly string[] | null): boolean {
  // A retry has the input of the run that it repeats, and reads less of it.
  const read = run.retryOf === null ? familiesOf(run) : null;
  return families !== null && read !== null && families.every((family) => read.includes(family));
}

function familiesOf({ input }: EndedRun): readonly string[] | null {
  if (input === null) return null;
  const parsed = syncInputSchema.safeParse(JSON.parse(input));
  return parsed.success ? parsed.data.families : null;
}

import type { Run } from "../../contract/runs.ts";

/**
 * What the run is about, in one line that is never higher: a long one is cut off, and whole in its title. A run has it from its start
 * or never, so nothing around it moves. Digits stay as they are: they may be part of a name.
 */
export function RunSubject({ run }: { run: Run }) {
  if (run.subject === null) return null;
  return (
    <p className="w-full truncate" title={run.subject} data-run-subject>
      {run.subject}
    </p>
  );
}

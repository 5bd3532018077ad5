/**
 * What a run is about, in one line that is never higher: a long one is cut off, and whole in its title. A run has it from its start
 * or never, so nothing around it moves. Digits stay as they are: they may be part of a name.
 */
export function RunSubject({ subject }: { subject: string | null }) {
  if (subject === null) return null;
  return (
    <p className="w-full truncate" title={subject} data-run-subject>
      {subject}
    </p>
  );
}

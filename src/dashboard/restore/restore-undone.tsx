/** Names the restore that something undoes. */
import type { RestoreUndo } from "../../contract/restore.ts";
import { Time } from "../components/time.tsx";
import { RunLink } from "../runs/run-link.tsx";

/** "the restore of two hours ago", as a link while its run is kept. */
export function RestoreUndone({ undoes }: { undoes: NonNullable<RestoreUndo["undoes"]> }) {
  const { runId, startedAt } = undoes;
  return startedAt === null ? (
    <>a restore whose record is not kept any more</>
  ) : (
    <RunLink runId={runId}>
      the restore of <Time at={startedAt} />
    </RunLink>
  );
}

/** Where a set comes from that no person filled by hand: its schedule, or the files that it was imported from. */
import type { BackupSetDetail } from "../../contract/backup-sets.ts";
import { ImportedFrom } from "./imported-from.tsx";
import { KeptSet } from "./kept-set.tsx";

export function MadeFrom({ set }: { set: BackupSetDetail }) {
  const { origin, originId } = set;
  return (
    <>
      <KeptSet set={set} />
      {origin === "import" && originId !== null ? <ImportedFrom uploadId={originId} /> : null}
    </>
  );
}

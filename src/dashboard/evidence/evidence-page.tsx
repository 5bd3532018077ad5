/** Evidence: what was recorded of this tenant, and when. */
import { Page, Section } from "../components/page.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { SNAPSHOT_FILE } from "../lists/list-columns.ts";
import { SaveList } from "../lists/save-list.tsx";
import { snapshotsQuery } from "./queries.ts";
import { SnapshotList } from "./snapshot-list.tsx";
import { TakeSnapshotButton } from "./take-snapshot-button.tsx";

export function EvidencePage() {
  const tenant = useTenant();
  return (
    <Page
      title="Evidence"
      documentTitle={`${tenant.name} evidence`}
      description={
        <p className="max-w-2xl">
          A snapshot records how this tenant was configured, item by item, from what the last inventory syncs have read.
          Its root proves that the record was not changed since.
        </p>
      }
      actions={
        <>
          <SaveList
            name="evidence-snapshots"
            noun={["snapshot", "snapshots"]}
            readPage={snapshotsQuery(tenant).readPage}
            keyOf={({ id }) => id}
            columns={SNAPSHOT_FILE}
          />
          <TakeSnapshotButton />
        </>
      }
    >
      <Section title="Snapshots" id="evidence-snapshots" flush>
        <SnapshotList />
      </Section>
    </Page>
  );
}

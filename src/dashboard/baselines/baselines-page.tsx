/** Baselines: what the tenant is compared with. */
import { Page, Section } from "../components/page.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { BASELINE_FILE } from "../lists/list-columns.ts";
import { SaveList } from "../lists/save-list.tsx";
import { baselinesQuery } from "./queries.ts";
import { BaselineList } from "./baseline-list.tsx";
import { CaptureButton } from "./capture-dialog.tsx";

export function BaselinesPage() {
  const tenant = useTenant();
  return (
    <Page
      title="Baselines"
      documentTitle={`${tenant.name} baselines`}
      description={
        <p className="max-w-2xl">
          A baseline holds this tenant's policies as the inventory had them at one moment, for good. Comparing with it
          finds what was added, removed or changed since.
        </p>
      }
      actions={
        <>
          <SaveList
            name="baselines"
            noun={["baseline", "baselines"]}
            readPage={baselinesQuery(tenant).readPage}
            keyOf={({ id }) => id}
            columns={BASELINE_FILE}
          />
          <CaptureButton />
        </>
      }
    >
      <Section title="Baselines" id="baselines" flush>
        <BaselineList />
      </Section>
    </Page>
  );
}

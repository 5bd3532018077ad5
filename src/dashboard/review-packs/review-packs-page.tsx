/** Review packs: archives for auditors. */
import { Page, Section } from "../components/page.tsx";
import { LegalHoldBanner } from "../retention/legal-hold-banner.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { NewPackButton } from "./new-pack-dialog.tsx";
import { PackList } from "./pack-list.tsx";

export function ReviewPacksPage() {
  const tenant = useTenant();
  return (
    <Page
      title="Review packs"
      documentTitle={`${tenant.name} review packs`}
      description={
        <p className="max-w-2xl">
          A pack is one archive for auditors, made of one evidence snapshot: a page to read, the tables, and every file
          with its checksum.
        </p>
      }
      actions={<NewPackButton />}
    >
      <LegalHoldBanner />
      <Section title="Packs" id="review-packs" flush>
        <PackList />
      </Section>
    </Page>
  );
}

/** Exports of everything: made at a press, downloaded while they are kept. */
import { ArchiveIcon } from "@phosphor-icons/react/Archive";
import { PAGES } from "../../contract/console-addresses.ts";
import { EXPORT_DAYS } from "../../contract/tenant-exports.ts";
import { Page, Section } from "../components/page.tsx";
import { EmptyState } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { StartButton } from "../runs/start-button.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { ExportList } from "./export-list.tsx";

export function ExportsPage() {
  const tenant = useTenant();
  const allowed = useCan("tenant.export");
  return (
    <Page
      title="Exports"
      documentTitle={`${tenant.name} exports`}
      description={
        <>
          <p>
            <TextLink to={PAGES.settings} params={{ slug: tenant.slug }}>
              Settings
            </TextLink>
            <span aria-hidden> / </span>Export everything
          </p>
          <p className="mt-1 max-w-2xl">
            An export is one archive of everything that is kept of this tenant, with a page that explains it and a
            checksum for each file. It holds no secret. It is kept for {EXPORT_DAYS} days.
          </p>
        </>
      }
      actions={<ExportButton />}
    >
      <Section title="Exports" id="exports" flush>
        {allowed ? (
          <ExportList />
        ) : (
          <EmptyState title="Owners see exports">
            An export holds everything of the tenant. Ask an owner for what you need.
          </EmptyState>
        )}
      </Section>
    </Page>
  );
}

function ExportButton() {
  return (
    <StartButton
      type="tenant.export"
      input={{}}
      capability="tenant.export"
      refusal="Owners alone export everything"
      icon={ArchiveIcon}
    >
      Export everything
    </StartButton>
  );
}

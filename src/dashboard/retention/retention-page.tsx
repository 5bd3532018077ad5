/** How long this tenant's records are kept. */
import { useQuery } from "@tanstack/react-query";
import { PAGES } from "../../contract/console-addresses.ts";
import { Page, Panel } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { LegalHoldBanner } from "./legal-hold-banner.tsx";
import { retentionQuery } from "./queries.ts";
import { RetentionForm } from "./retention-form.tsx";

export function RetentionPage() {
  const tenant = useTenant();
  const { data, error, refetch } = useQuery(retentionQuery(tenant));
  return (
    <Page
      title="Retention"
      documentTitle={`${tenant.name} retention`}
      description={
        <>
          <TextLink to={PAGES.settings} params={{ slug: tenant.slug }}>
            Settings
          </TextLink>
          <p className="mt-1 max-w-prose">
            Records are removed when their time is over, unless something that is kept needs them. Backup sets,
            baselines and policies stay until people remove them.
          </p>
        </>
      }
    >
      <LegalHoldBanner />
      {data === undefined ? (
        <Panel>
          <NotLoaded lines={8} lineHeight="h-12" error={error} onRetry={() => void refetch()} />
        </Panel>
      ) : (
        <RetentionForm key={JSON.stringify(data.rules)} rules={data.rules} />
      )}
    </Page>
  );
}

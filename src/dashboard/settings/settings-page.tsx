/** Choices that hold for the whole tenant. */
import { PAGES } from "../../contract/console-addresses.ts";
import { ApprovalSettings } from "../approvals/approval-settings.tsx";
import { CloseTenantSection } from "../closing/close-tenant.tsx";
import { Page, Section } from "../components/page.tsx";
import { TextLink } from "../components/text-link.tsx";
import { LegalHoldBanner } from "../retention/legal-hold-banner.tsx";
import { useTenant } from "../shell/tenant-context.ts";

export function SettingsPage() {
  const tenant = useTenant();
  return (
    <Page title="Settings" documentTitle={`${tenant.name} settings`}>
      <LegalHoldBanner />
      <Section title="Connection to Microsoft Graph" id="settings-connection">
        <p>
          <TextLink to={PAGES.connection} params={{ slug: tenant.slug }}>
            See how this tenant is connected, and until when
          </TextLink>
        </p>
      </Section>
      <Section title="Permissions in Microsoft Graph" id="settings-permissions">
        <p>
          <TextLink to={PAGES.permissions} params={{ slug: tenant.slug }}>
            See which permissions are granted and which are missing
          </TextLink>
        </p>
      </Section>
      <Section title="Members and roles" id="settings-people">
        <p>
          <TextLink to={PAGES.members} params={{ slug: tenant.slug }}>
            See who belongs to this tenant
          </TextLink>{" "}
          and{" "}
          <TextLink to={PAGES.roles} params={{ slug: tenant.slug }}>
            what each role may do
          </TextLink>
        </p>
      </Section>
      <Section title="Approvals" id="settings-approvals">
        <ApprovalSettings />
      </Section>
      <Section title="API tokens" id="settings-api-tokens">
        <p>
          <TextLink to={PAGES.apiTokens} params={{ slug: tenant.slug }}>
            Let programs in, and see which are
          </TextLink>
        </p>
      </Section>
      <Section title="Export" id="settings-export">
        <p>
          <TextLink to={PAGES.exports} params={{ slug: tenant.slug }}>
            Take out everything that is kept of this tenant
          </TextLink>
        </p>
      </Section>
      <Section title="Retention and legal hold" id="settings-retention">
        <p>
          <TextLink to={PAGES.retention} params={{ slug: tenant.slug }}>
            Choose how long records are kept
          </TextLink>{" "}
          and{" "}
          <TextLink to={PAGES.legalHolds} params={{ slug: tenant.slug }}>
            see what is on legal hold
          </TextLink>
        </p>
      </Section>
      <CloseTenantSection />
    </Page>
  );
}

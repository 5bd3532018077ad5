/** Choices that hold for the whole tenant. */
import { PAGES } from "../../contract/console-addresses.ts";
import { ApprovalSettings } from "../approvals/approval-settings.tsx";
import { CloseTenantSection } from "../closing/close-tenant.tsx";
import { Page, Section } from "../components/page.tsx";
import { TextLink } from "../components/text-link.tsx";
import { LegalHoldBanner } from "../retention/legal-hold-banner.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { BackupAge } from "./backup-age.tsx";
import { Tags } from "./tags.tsx";

type PartPage = (typeof PAGES)[
  | "connection"
  | "permissions"
  | "members"
  | "roles"
  | "apiTokens"
  | "news"
  | "exports"
  | "retention"
  | "legalHolds"];

/** A link to a page of the tenant's settings. */
function Part({ to, children }: { to: PartPage; children: string }) {
  const { slug } = useTenant();
  return (
    <TextLink to={to} params={{ slug }}>
      {children}
    </TextLink>
  );
}

export function SettingsPage() {
  const tenant = useTenant();
  return (
    <Page title="Settings" documentTitle={`${tenant.name} settings`}>
      <LegalHoldBanner />
      <Section title="Connection to Microsoft Graph" id="settings-connection">
        <p>
          <Part to={PAGES.connection}>See how this tenant is connected, and until when</Part>
        </p>
      </Section>
      <Section title="Permissions in Microsoft Graph" id="settings-permissions">
        <p>
          <Part to={PAGES.permissions}>See which permissions are granted and which are missing</Part>
        </p>
      </Section>
      <Section title="Members and roles" id="settings-people">
        <p>
          <Part to={PAGES.members}>See who belongs to this tenant</Part> and{" "}
          <Part to={PAGES.roles}>what each role may do</Part>
        </p>
      </Section>
      <Section title="Tags" id="settings-tags">
        <Tags />
      </Section>
      <Section title="Approvals" id="settings-approvals">
        <ApprovalSettings />
      </Section>
      <Section title="Age of backups" id="settings-backup-age">
        <BackupAge />
      </Section>
      <Section title="API tokens" id="settings-api-tokens">
        <p>
          <Part to={PAGES.apiTokens}>Let programs in, and see which are</Part>
        </p>
      </Section>
      <Section title="News" id="settings-news">
        <p>
          <Part to={PAGES.news}>Choose what is told to people who do not look, and where</Part>
        </p>
      </Section>
      <Section title="Export" id="settings-export">
        <p>
          <Part to={PAGES.exports}>Take out everything that is kept of this tenant</Part>
        </p>
      </Section>
      <Section title="Retention and legal hold" id="settings-retention">
        <p>
          <Part to={PAGES.retention}>Choose how long records are kept</Part> and{" "}
          <Part to={PAGES.legalHolds}>see what is on legal hold</Part>
        </p>
      </Section>
      <CloseTenantSection />
    </Page>
  );
}

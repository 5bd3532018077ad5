/** Choices that hold for the whole tenant. */
import { Button } from "@cloudflare/kumo/components/button";
import { Input } from "@cloudflare/kumo/components/input";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { MAX_RETENTION_DAYS, type TenantSettings, tenantSettingsSchema } from "../../contract/settings.ts";
import { settingsRoutes } from "../../contract/routes/settings.ts";
import { call } from "../api/client.ts";
import { ApprovalSettings } from "../approvals/approval-settings.tsx";
import { CloseTenantSection } from "../closing/close-tenant.tsx";
import { Page, Section } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { toastManager, toastProblem } from "../shell/toasts.tsx";
import { settingsQuery } from "./queries.ts";

export function SettingsPage() {
  const tenant = useTenant();
  const { data, error, refetch } = useQuery(settingsQuery(tenant));
  return (
    <Page title="Settings" documentTitle={`${tenant.name} settings`}>
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
      <Section title="Review packs" id="settings-review-packs">
        {data !== undefined ? (
          <RetentionForm settings={data} />
        ) : (
          <NotLoaded lines={2} error={error} onRetry={() => void refetch()} />
        )}
      </Section>
      <CloseTenantSection />
    </Page>
  );
}

function RetentionForm({ settings }: { settings: TenantSettings }) {
  const tenant = useTenant();
  const allowed = useCan("settings.manage");
  const queryClient = useQueryClient();
  const [days, setDays] = useState(String(settings.reviewPackRetentionDays));
  const parsed = tenantSettingsSchema.safeParse({ reviewPackRetentionDays: Number(days) });
  const save = useMutation({
    mutationFn: (change: TenantSettings) =>
      call(settingsRoutes.change, { params: { tenantId: tenant.slug }, body: change }),
    onSuccess: (saved) => {
      queryClient.setQueryData(settingsQuery(tenant).queryKey, saved);
      toastManager.add({ title: "Settings saved", variant: "success", timeout: 4_000 });
    },
    onError: toastProblem,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (parsed.success) save.mutate(parsed.data);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4" noValidate>
      <div className="max-w-sm">
        <Input
          label="Keep review packs for (days)"
          type="number"
          inputMode="numeric"
          min={1}
          max={MAX_RETENTION_DAYS}
          value={days}
          disabled={!allowed}
          onChange={(event) => setDays(event.target.value)}
          description="Holds for packs that are completed from now on. When its time is over the file is deleted; the entry stays."
          {...(parsed.success ? {} : { error: `Enter a whole number from 1 to ${MAX_RETENTION_DAYS}.` })}
        />
      </div>
      {allowed ? (
        <div>
          <Button type="submit" variant="primary" loading={save.isPending} disabled={!parsed.success}>
            Save
          </Button>
        </div>
      ) : (
        <p className="text-kumo-subtle">An owner or a manager of this tenant can change this.</p>
      )}
    </form>
  );
}

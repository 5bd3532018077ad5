/** Legal holds of this tenant: those that are open, and those that were. */
import { Button } from "@cloudflare/kumo/components/button";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import type { LegalHold } from "../../contract/legal-holds.ts";
import { Page, Panel, Section } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { AbsoluteTime } from "../components/time.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { Rows } from "../keys/rows.tsx";
import { LiftHoldDialog, PlaceHoldDialog } from "./legal-hold-dialogs.tsx";
import { legalHoldsQuery } from "./queries.ts";

export function LegalHoldsPage() {
  const tenant = useTenant();
  const mayManage = useCan("legal-hold.manage");
  const { data, error, refetch } = useQuery(legalHoldsQuery(tenant));
  const lifted = data?.items.filter(({ liftedAt }) => liftedAt !== null);
  return (
    <Page
      title="Legal hold"
      documentTitle={`${tenant.name} legal hold`}
      description={
        <>
          <TextLink to={PAGES.settings} params={{ slug: tenant.slug }}>
            Settings
          </TextLink>
          <p className="mt-1 max-w-prose">
            While a hold is open, nothing of this tenant is deleted: not by retention, not by people. Secrets are still
            wiped when the tenant is disconnected.
          </p>
        </>
      }
      actions={mayManage ? <PlaceHoldDialog /> : null}
    >
      {data === undefined ? (
        <Panel>
          <NotLoaded lines={4} error={error} onRetry={() => void refetch()} />
        </Panel>
      ) : (
        <>
          <Section title="Open holds" id="open-holds" flush>
            <Holds holds={data.items.filter(({ liftedAt }) => liftedAt === null)} mayManage={mayManage} />
          </Section>
          {lifted === undefined || lifted.length === 0 ? null : (
            <Section title="Lifted holds" id="lifted-holds" flush>
              <Holds holds={lifted} mayManage={false} />
            </Section>
          )}
        </>
      )}
    </Page>
  );
}

function Holds({ holds, mayManage }: { holds: readonly LegalHold[]; mayManage: boolean }) {
  if (holds.length === 0) {
    return (
      <EmptyState title="No legal hold is open">
        Records are removed when their time is over. Owners of this tenant can place a hold.
      </EmptyState>
    );
  }
  return (
    <Rows className="divide-y divide-kumo-line">
      {holds.map((hold) => (
        <HoldRow key={hold.id} hold={hold} mayManage={mayManage} />
      ))}
    </Rows>
  );
}

function HoldRow({ hold, mayManage }: { hold: LegalHold; mayManage: boolean }) {
  const [asked, setAsked] = useState(false);
  const { name, reason, placedAt, placedBy, liftedAt, liftedBy, liftReason } = hold;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p className="font-medium">
          <bdi>{name}</bdi>
        </p>
        <p>
          <bdi>{reason}</bdi>
        </p>
        <p className="text-xs text-kumo-subtle">
          Placed by {placedBy?.name ?? "TenantAtlas"}, <AbsoluteTime at={placedAt} />
        </p>
        {liftedAt === null ? null : (
          <p className="text-xs text-kumo-subtle">
            Lifted by {liftedBy?.name ?? "TenantAtlas"}, <AbsoluteTime at={liftedAt} />: <bdi>{liftReason}</bdi>
          </p>
        )}
      </div>
      {mayManage ? (
        <>
          <Button size="sm" onClick={() => setAsked(true)} aria-label={`Lift ${name}`}>
            Lift
          </Button>
          <LiftHoldDialog hold={hold} open={asked} onOpenChange={setAsked} />
        </>
      ) : null}
    </li>
  );
}

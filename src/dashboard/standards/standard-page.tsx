/** A gold standard that the tenant keeps: its versions, its policies, and the person's tenants that follow it. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import type { StandardDetail } from "../../contract/standards.ts";
import { Badge } from "../components/badge.tsx";
import { Button } from "../components/button.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { counted } from "../components/digits.ts";
import { KeyFact } from "../components/fact.tsx";
import { Page, Panel, Trail } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { Time } from "../components/time.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { toastProblem } from "../shell/toasts.tsx";
import { Followers } from "./followers.tsx";
import { NewVersionButton } from "./new-version-dialog.tsx";
import { standardQuery, useChangeStandard } from "./queries.ts";
import { StandardFormDialog } from "./standard-form-dialog.tsx";
import { StandardPolicies } from "./standard-policies.tsx";
import { partsText } from "./standard-words.ts";
import { VersionList } from "./version-list.tsx";

export function StandardPage() {
  const tenant = useTenant();
  const { standardId } = useParams({ from: PAGES.standard });
  const { data: standard, error, refetch } = useQuery(standardQuery(tenant, standardId));
  const mayKeep = useCan("baseline.capture");
  return (
    <Page
      title={standard?.name ?? "Gold standard"}
      documentTitle={standard === undefined ? "Gold standard" : `${standard.name}, gold standard of ${tenant.name}`}
      description={
        <>
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <Trail>
              <TextLink to={PAGES.standards} params={{ slug: tenant.slug }}>
                Gold standards
              </TextLink>
            </Trail>
            {standard === undefined ? null : (
              <span>
                Made by {standard.createdBy === null ? "a former member" : <bdi>{standard.createdBy.name}</bdi>}{" "}
                <Time at={standard.createdAt} />
              </span>
            )}
            {standard?.retired === true ? <Badge variant="secondary">Out of use</Badge> : null}
          </p>
          {standard === undefined || standard.description === "" ? null : (
            <p className="mt-1 max-w-3xl break-words whitespace-pre-line">{standard.description}</p>
          )}
        </>
      }
      actions={standard !== undefined && mayKeep ? <Actions standard={standard} /> : null}
    >
      {standard === undefined ? (
        <Panel>
          <NotLoaded lines={8} error={error} onRetry={() => void refetch()} />
        </Panel>
      ) : (
        <Content standard={standard} />
      )}
    </Page>
  );
}

function Content({ standard }: { standard: StandardDetail }) {
  const [newest] = standard.versions;
  if (newest === undefined) {
    return (
      <Panel>
        <EmptyState title="It has no version yet">
          A version is made of a sealed baseline or a backup set of this tenant, and never changes. Press “New version”
          to make the first; tenants can follow the standard then.
        </EmptyState>
      </Panel>
    );
  }
  return (
    <>
      <section aria-label="Facts" className="rounded-lg bg-kumo-base p-4 ring ring-kumo-line">
        <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
          <KeyFact term="Newest version">{newest.number}</KeyFact>
          <KeyFact term="Policies">{counted(newest.policyCount, "policy", "policies")}</KeyFact>
          <KeyFact term="Values of each tenant">{newest.parameters.length}</KeyFact>
          <KeyFact term="Made">
            <Time at={newest.createdAt} />
          </KeyFact>
        </dl>
        <p className="mt-3 text-xs text-kumo-subtle">{partsText(newest)}</p>
      </section>
      <Followers standard={standard} />
      <VersionList versions={standard.versions} />
      <StandardPolicies standardId={standard.id} number={newest.number} />
    </>
  );
}

function Actions({ standard }: { standard: StandardDetail }) {
  const change = useChangeStandard(standard);
  const [asked, setAsked] = useState(false);
  const retire = (retired: boolean) => change.mutate({ retired }, { onError: toastProblem });
  return (
    <>
      <NewVersionButton standard={standard} />
      <StandardFormDialog key={`${standard.name} ${standard.description}`} standard={standard} />
      {standard.retired ? (
        <Button loading={change.isPending} onClick={() => retire(false)}>
          Put back into use
        </Button>
      ) : (
        <Button loading={change.isPending} aria-haspopup="dialog" onClick={() => setAsked(true)}>
          Take out of use
        </Button>
      )}
      <ConfirmDialog
        open={asked}
        onOpenChange={setAsked}
        title={`Take ${standard.name} out of use?`}
        confirmLabel="Take out of use"
        destructive
        onConfirm={() => retire(true)}
      >
        <p>No tenant begins to follow it any more. Those that follow it go on. It can be put back into use.</p>
      </ConfirmDialog>
    </>
  );
}

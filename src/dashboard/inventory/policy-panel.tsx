/** One policy: what it is, its versions, its JSON. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import type { Policy, PolicyVersion } from "../../contract/inventory.ts";
import { PolicyBackups } from "../backups/policy-backups.tsx";
import { ChangeLine } from "../components/change-line.tsx";
import { DetailPanel, PanelClose } from "../components/detail-panel.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { NotLoaded } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { RunLink } from "../runs/run-link.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { JsonView } from "./json-view.tsx";
import { UnreadNotice } from "./unread-notice.tsx";
import { policiesQuery, policyContentQuery, policyQuery, policyVersionsQuery } from "./queries.ts";

export function PolicyPanel() {
  const tenant = useTenant();
  const { policyId } = useParams({ from: PAGES.policy });
  const queryClient = useQueryClient();
  const {
    data: policy,
    error,
    refetch,
  } = useQuery({
    ...policyQuery(tenant, policyId),
    // The list knows it already, also in an outage.
    placeholderData: () =>
      queryClient
        .getQueryData(policiesQuery(tenant).queryKey)
        ?.pages.flatMap((page) => page.items)
        .find(({ id }) => id === policyId),
  });
  return (
    <DetailPanel
      label="Policy"
      title={policy?.name}
      summary={policy === undefined ? null : <Origin policy={policy} />}
      close={
        <PanelClose
          to={PAGES.inventory}
          params={{ slug: tenant.slug }}
          search={(before) => ({ ...before, version: undefined })}
          resetScroll={false}
        />
      }
    >
      {policy !== undefined ? (
        <PolicyDetail key={policy.id} policy={policy} />
      ) : (
        <NotLoaded lines={8} error={error} onRetry={() => void refetch()} />
      )}
    </DetailPanel>
  );
}

function Origin({ policy }: { policy: Policy }) {
  return (
    <p className="text-xs text-kumo-subtle">
      {policy.familyLabel}
      {policy.platform === null ? "" : ` · ${policy.platform}`}
      {policy.removedAt === null ? null : (
        <span className="text-kumo-danger">
          {" · Removed "}
          <Time at={policy.removedAt} />
        </span>
      )}
    </p>
  );
}

function PolicyDetail({ policy }: { policy: Policy }) {
  const tenant = useTenant();
  const navigate = useNavigate();
  const { version: asked } = useSearch({ from: PAGES.policy });
  const version = asked ?? policy.versionNumber;
  const versions = useQuery(policyVersionsQuery(tenant, policy.id));
  const content = useQuery(policyContentQuery(tenant, policy.id, version));
  return (
    <>
      {policy.unread === null ? null : (
        <div className="shrink-0 border-b border-kumo-line px-4 py-3 text-xs">
          <UnreadNotice policy={policy} unread={policy.unread} />
        </div>
      )}
      <div className="max-h-48 shrink-0 overflow-y-auto border-b border-kumo-line px-4 py-3">
        {policy.description ? <p className="mb-3 break-words">{policy.description}</p> : null}
        <dl className="grid grid-cols-2 gap-x-6 gap-y-2 text-xs sm:grid-cols-4">
          <Fact term="Assignments">{policy.assignmentCount ?? "Not read"}</Fact>
          <Fact term="Last changed">
            {policy.lastModifiedAt === null ? "Not told" : <Time at={policy.lastModifiedAt} />}
          </Fact>
          <Fact term="First seen">
            <Time at={policy.firstSeenAt} />
          </Fact>
          <Fact term="Last seen">
            <Time at={policy.lastSeenAt} />
          </Fact>
        </dl>
        <details className="mt-3 text-xs">
          <summary className="w-fit cursor-pointer rounded-sm text-kumo-subtle">Identifiers</summary>
          <dl className="mt-1.5 flex flex-col gap-1 break-all">
            <Fact term="Id in Microsoft Graph">
              <code className="font-mono">{policy.graphId}</code>
            </Fact>
            {policy.odataType === null ? null : (
              <Fact term="Type">
                <code className="font-mono">{policy.odataType}</code>
              </Fact>
            )}
            <Fact term="SHA-256 of the latest version">
              <code className="font-mono">{policy.contentHash}</code>
            </Fact>
          </dl>
        </details>
        <PolicyBackups policyId={policy.id} />
      </div>
      <div className="flex flex-wrap items-center gap-2 border-b border-kumo-line px-4 py-2 text-xs">
        <SelectFilter
          label="Version"
          value={String(version)}
          options={(versions.data?.items ?? [{ versionNumber: version, seenAt: policy.lastSeenAt }]).map((each) => ({
            value: String(each.versionNumber),
            label: `Version ${each.versionNumber}${each.versionNumber === policy.versionNumber ? " (latest)" : ""}`,
          }))}
          onChange={(value) =>
            void navigate({
              to: ".",
              search: (before) => ({
                ...before,
                version: Number(value) === policy.versionNumber ? undefined : Number(value),
              }),
              replace: true,
            })
          }
        />
        <VersionOrigin version={versions.data?.items.find((each) => each.versionNumber === version)} />
      </div>
      {content.data !== undefined ? (
        <JsonView json={content.data} label={`JSON of ${policy.name}, version ${version}`} />
      ) : (
        <NotLoaded lines={10} error={content.error} onRetry={() => void content.refetch()} />
      )}
    </>
  );
}

function VersionOrigin({ version }: { version: PolicyVersion | undefined }) {
  if (version === undefined) return null;
  return (
    <>
      <p className="text-kumo-subtle">
        First seen <Time at={version.seenAt} /> by <RunLink runId={version.runId}>this sync</RunLink>
      </p>
      <ChangeLine change={version.change} className="max-h-40 basis-full overflow-y-auto" />
    </>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-kumo-subtle">{term}</dt>
      <dd className="tabular">{children}</dd>
    </div>
  );
}

/** One policy: what it is, its versions, its JSON. */
import { ArrowLeftIcon } from "@phosphor-icons/react/ArrowLeft";
import { XIcon } from "@phosphor-icons/react/X";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import type { Policy } from "../../contract/inventory.ts";
import { policyContentQuery, policyQuery, policyVersionsQuery } from "../api/queries.ts";
import { PolicyBackups } from "../backups/policy-backups.tsx";
import { useDocumentTitle } from "../components/page.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { ErrorState, Skeleton } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { JsonView } from "./json-view.tsx";

export function PolicyPanel() {
  const { policyId } = useParams({ from: PAGES.policy });
  const { data: policy, error, refetch } = useQuery(policyQuery(useTenant(), policyId));
  useDocumentTitle(policy?.name ?? "Policy");
  return (
    <section aria-label="Policy" className="flex h-full min-h-0 flex-col rounded-lg bg-kumo-base ring ring-kumo-line">
      {/* One header for all states: it has the focus after navigation, and must not be replaced when the policy arrives. */}
      <PanelHeader title={policy?.name ?? "Policy"}>
        {policy === undefined ? null : <Origin policy={policy} />}
      </PanelHeader>
      {policy !== undefined ? (
        <PolicyDetail key={policy.id} policy={policy} />
      ) : error === null ? (
        <Skeleton lines={8} />
      ) : (
        <ErrorState error={error} onRetry={() => void refetch()} />
      )}
    </section>
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

function PanelHeader({ title, children }: { title: string; children?: ReactNode }) {
  const tenant = useTenant();
  return (
    <header className="flex items-start justify-between gap-3 border-b border-kumo-line px-4 py-3">
      <div className="min-w-0">
        <h2 tabIndex={-1} data-page-title className="text-base font-semibold break-words outline-none">
          {title}
        </h2>
        {children}
      </div>
      <Link
        to={PAGES.inventory}
        params={{ slug: tenant.slug }}
        search={(before) => ({ ...before, version: undefined })}
        resetScroll={false}
        className="flex shrink-0 items-center gap-1 rounded-md p-1 text-xs text-kumo-subtle hover:bg-kumo-tint"
      >
        <ArrowLeftIcon size={14} aria-hidden className="lg:hidden" />
        <span className="lg:sr-only">Back to the list</span>
        <XIcon size={16} aria-hidden className="hidden lg:block" />
      </Link>
    </header>
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
        <VersionOrigin
          slug={tenant.slug}
          version={versions.data?.items.find((each) => each.versionNumber === version)}
        />
      </div>
      {content.data !== undefined ? (
        <JsonView json={content.data} label={`JSON of ${policy.name}, version ${version}`} />
      ) : content.error === null ? (
        <Skeleton lines={10} />
      ) : (
        <ErrorState error={content.error} onRetry={() => void content.refetch()} />
      )}
    </>
  );
}

function VersionOrigin({ slug, version }: { slug: string; version: { seenAt: string; runId: string } | undefined }) {
  if (version === undefined) return null;
  return (
    <p className="text-kumo-subtle">
      First seen <Time at={version.seenAt} /> by{" "}
      <Link
        to={PAGES.run}
        params={{ slug, runId: version.runId }}
        className="text-kumo-link underline underline-offset-2"
      >
        this sync
      </Link>
    </p>
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

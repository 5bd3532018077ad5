/** One policy: its settings first, to whom it is given, what changed, what is known of it; its JSON last. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import type { Policy, PolicyVersion } from "../../contract/inventory.ts";
import { choosableOf } from "../api/listed-items.ts";
import { ChangeLine } from "../components/change-line.tsx";
import { DetailPanel, PanelClose } from "../components/detail-panel.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { NotLoaded } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { ViewLink } from "../components/view-link.tsx";
import { RunLink } from "../runs/run-link.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { JsonView } from "./json-view.tsx";
import { PolicyAbout } from "./policy-about.tsx";
import { PolicyAssignments } from "./policy-assignments.tsx";
import { PolicySettings } from "./policy-settings.tsx";
import { policiesQuery, policyContentQuery, policyQuery, policyVersionsQuery, readablePolicyQuery } from "./queries.ts";
import { UnreadNotice } from "./unread-notice.tsx";
import { VersionComparisonView } from "./version-comparison.tsx";

const TABS = [
  { tab: undefined, label: "Settings" },
  { tab: "assignments", label: "Assignments" },
  { tab: "changes", label: "Changes" },
  { tab: "about", label: "About" },
  { tab: "json", label: "JSON" },
] as const;

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
      borderless
      close={
        <PanelClose
          to={PAGES.inventory}
          params={{ slug: tenant.slug }}
          search={(search) => ({ ...search, tab: undefined, version: undefined, before: undefined })}
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
  const { tab, version: asked, before } = useSearch({ from: PAGES.policy });
  const version = asked ?? policy.versionNumber;
  return (
    <>
      {policy.unread === null ? null : (
        <div className="shrink-0 border-y border-kumo-line px-4 py-3 text-xs">
          <UnreadNotice policy={policy} unread={policy.unread} />
        </div>
      )}
      <nav
        aria-label="Policy views"
        className="flex shrink-0 flex-wrap gap-x-4 border-b border-kumo-line px-4 text-sm whitespace-nowrap"
      >
        {TABS.map((each) => (
          <ViewLink
            key={each.label}
            to={PAGES.policy}
            params={{ slug: tenant.slug, policyId: policy.id }}
            search={(search) => ({ ...search, tab: each.tab })}
            resetScroll={false}
            current={tab === each.tab}
          >
            {each.label}
          </ViewLink>
        ))}
      </nav>
      {tab === "about" ? (
        <PolicyAbout policy={policy} />
      ) : tab === "changes" ? (
        <VersionComparisonView policy={policy} before={before} after={version} />
      ) : (
        <>
          <VersionBar policy={policy} version={version} />
          {tab === "json" ? (
            <Document policy={policy} version={version} />
          ) : (
            <Readable policy={policy} version={version} of={tab ?? "settings"} />
          )}
        </>
      )}
    </>
  );
}

function Readable({ policy, version, of }: { policy: Policy; version: number; of: "settings" | "assignments" }) {
  const readable = useQuery(readablePolicyQuery(useTenant(), policy.id, version));
  if (readable.data === undefined) {
    return <NotLoaded lines={10} error={readable.error} onRetry={() => void readable.refetch()} />;
  }
  return of === "settings" ? (
    <PolicySettings readable={readable.data} name={policy.name} />
  ) : (
    <PolicyAssignments assignments={readable.data.assignments} />
  );
}

function Document({ policy, version }: { policy: Policy; version: number }) {
  const content = useQuery(policyContentQuery(useTenant(), policy.id, version));
  if (content.data === undefined) {
    return <NotLoaded lines={10} error={content.error} onRetry={() => void content.refetch()} />;
  }
  return <JsonView json={content.data} label={`JSON of ${policy.name}, version ${version}`} />;
}

function VersionBar({ policy, version }: { policy: Policy; version: number }) {
  const versions = useQuery(policyVersionsQuery(useTenant(), policy.id));
  const navigate = useNavigate();
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-kumo-line px-4 py-2 text-xs">
      <SelectFilter
        label="Version"
        value={String(version)}
        options={versionOptions(policy, choosableOf(versions.data), version)}
        onChange={(value) =>
          void navigate({
            to: ".",
            search: (search) => ({
              ...search,
              version: Number(value) === policy.versionNumber ? undefined : Number(value),
            }),
            replace: true,
          })
        }
      />
      <VersionOrigin version={versions.data?.items.find((each) => each.versionNumber === version)} />
    </div>
  );
}

/** The versions that are known, with the one that is shown among them. */
function versionOptions(
  policy: Policy,
  known: readonly Pick<PolicyVersion, "versionNumber">[],
  shown: number,
): { value: string; label: string }[] {
  const all = known.some(({ versionNumber }) => versionNumber === shown) ? known : [...known, { versionNumber: shown }];
  return all.map(({ versionNumber }) => ({
    value: String(versionNumber),
    label: `Version ${versionNumber}${versionNumber === policy.versionNumber ? " (latest)" : ""}`,
  }));
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

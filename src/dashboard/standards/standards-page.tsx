/** Gold standards: those that the tenant follows, and those that it keeps for others. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import type { Following, Standard } from "../../contract/standards.ts";
import { listedItems } from "../api/listed-items.ts";
import { useComparisonsUnderWay } from "../baselines/runs-under-way.ts";
import { Badge } from "../components/badge.tsx";
import { counted } from "../components/digits.ts";
import { LoadMore } from "../components/load-more.tsx";
import { Page, Section } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { Rows } from "../keys/rows.tsx";
import { RunProgress } from "../runs/run-progress.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { CompareFollowed } from "./compare-followed.tsx";
import { DeployButton } from "./deploy-dialog.tsx";
import { FollowButton } from "./follow-dialog.tsx";
import { FoundFacts } from "./found-facts.tsx";
import { followedQuery, standardsQuery } from "./queries.ts";
import { StandardFormDialog } from "./standard-form-dialog.tsx";
import { updateOf, versionText } from "./standard-words.ts";

export function StandardsPage() {
  const tenant = useTenant();
  return (
    <Page
      title="Gold standards"
      documentTitle={`${tenant.name} gold standards`}
      description={
        <p className="max-w-2xl">
          A gold standard is a versioned list of policies that many tenants are held to. One tenant keeps it; others
          follow it, are compared with it, and have it deployed.
        </p>
      }
      actions={<FollowButton />}
    >
      <Followed />
      <Kept />
    </Page>
  );
}

function Followed() {
  const { data, error, refetch } = useQuery(followedQuery(useTenant()));
  return (
    <Section title="Followed by this tenant" id="followed-standards" flush>
      {data === undefined ? (
        <NotLoaded lines={3} lineHeight="h-10" error={error} onRetry={() => void refetch()} />
      ) : data.items.length === 0 ? (
        <EmptyState title="This tenant follows no standard">
          Press “Follow a standard” to hold it to one. Nothing is written to the tenant by that.
        </EmptyState>
      ) : (
        <Rows className="divide-y divide-kumo-line">
          {data.items.map((following) => (
            <FollowedRow key={following.id} following={following} />
          ))}
        </Rows>
      )}
    </Section>
  );
}

function FollowedRow({ following }: { following: Following }) {
  const tenant = useTenant();
  const comparing = useComparisonsUnderWay().find(({ baseline }) => baseline?.id === following.id);
  const { standard, version } = following;
  return (
    <li className="grid gap-x-6 gap-y-3 px-4 py-3 md:grid-cols-[minmax(0,1fr)_minmax(0,14rem)_auto] md:items-center">
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <Link
          to={PAGES.followedStandard}
          params={{ slug: tenant.slug, followingId: following.id }}
          className="font-medium hover:underline"
        >
          <bdi>{standard.name}</bdi>
        </Link>
        <p className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-kumo-subtle">
          <span>{versionText(following)}</span>
          {updateOf(following) === null ? null : <Badge variant="warning">Update</Badge>}
          {version === null ? null : <span>{counted(version.policyCount, "policy", "policies")}</span>}
          {standard.home === null ? null : (
            <span>
              Kept in <bdi>{standard.home.name}</bdi>
            </span>
          )}
        </p>
      </div>
      <div className="min-w-0">
        {comparing === undefined ? (
          <FoundFacts following={following} slug={tenant.slug} />
        ) : (
          <div className="text-xs">
            <RunProgress run={comparing.run} bars="any" />
          </div>
        )}
      </div>
      <div className="flex flex-wrap gap-2">
        <CompareFollowed following={following} />
        <DeployButton following={following} />
      </div>
    </li>
  );
}

function Kept() {
  const query = useInfiniteQuery(standardsQuery(useTenant()));
  const mayKeep = useCan("baseline.capture");
  const items = listedItems(query);
  return (
    <Section title="Kept in this tenant" id="kept-standards" flush actions={mayKeep ? <StandardFormDialog /> : null}>
      {items === undefined ? (
        <NotLoaded lines={3} lineHeight="h-10" error={query.error} onRetry={() => void query.refetch()} />
      ) : items.length === 0 ? (
        <EmptyState title="This tenant keeps no standard">
          {mayKeep
            ? "To hold other tenants to what this one has: press “New standard”, then make its first version of a baseline or a backup set."
            : "Owners, managers and operators make them, of a baseline or a backup set of this tenant."}
        </EmptyState>
      ) : (
        <Rows className="divide-y divide-kumo-line">
          {items.map((standard) => (
            <KeptRow key={standard.id} standard={standard} />
          ))}
        </Rows>
      )}
      <LoadMore query={query} label="Load more standards" />
    </Section>
  );
}

function KeptRow({ standard: { id, name, description, retired, version } }: { standard: Standard }) {
  const tenant = useTenant();
  return (
    <li className="grid gap-x-6 gap-y-1 px-4 py-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,14rem)] sm:items-center">
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Link
            to={PAGES.standard}
            params={{ slug: tenant.slug, standardId: id }}
            className="font-medium hover:underline"
          >
            <bdi>{name}</bdi>
          </Link>
          {retired ? <Badge variant="secondary">Out of use</Badge> : null}
        </p>
        {description === "" ? null : <p className="line-clamp-2 text-xs text-kumo-subtle">{description}</p>}
      </div>
      <p className="text-xs text-kumo-subtle tabular">
        {version === null ? (
          "No version yet"
        ) : (
          <>
            Version {version.number}, {counted(version.policyCount, "policy", "policies")}, made{" "}
            <Time at={version.createdAt} />
          </>
        )}
      </p>
    </li>
  );
}

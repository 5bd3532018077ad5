/** A standard that the tenant follows: what was found, what differs here, what is done about it. */
import { WarningIcon } from "@phosphor-icons/react/Warning";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import type { Following } from "../../contract/standards.ts";
import { ApiProblem } from "../../client/problem.ts";
import { useComparisonsUnderWay } from "../baselines/runs-under-way.ts";
import { Button } from "../components/button.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { counted } from "../components/digits.ts";
import { KeyFact } from "../components/fact.tsx";
import { Page, Panel, Trail } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { Time } from "../components/time.tsx";
import { FollowedPreview } from "../restore/followed-preview.tsx";
import { RunProgress } from "../runs/run-progress.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { toastProblem } from "../shell/toasts.tsx";
import { CompareFollowed } from "./compare-followed.tsx";
import { DeployButton } from "./deploy-dialog.tsx";
import { FollowedPolicies } from "./followed-policies.tsx";
import { FoundFacts } from "./found-facts.tsx";
import { MappingSection } from "./mapping-section.tsx";
import { OverlaySection } from "./overlay-section.tsx";
import { followingQuery, useChangeFollowing, useStopFollowing } from "./queries.ts";
import { missingValues, partsText, updateOf } from "./standard-words.ts";
import { ValuesSection } from "./values-section.tsx";

export function FollowedStandardPage() {
  const tenant = useTenant();
  const { followingId } = useParams({ from: PAGES.followedStandard });
  const { data: following, error, refetch } = useQuery(followingQuery(tenant, followingId));
  return (
    <Page
      title={following === undefined ? "Followed standard" : titleOf(following)}
      documentTitle={
        following === undefined ? "Followed standard" : `${following.standard.name}, followed by ${tenant.name}`
      }
      description={
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Trail>
            <TextLink to={PAGES.standards} params={{ slug: tenant.slug }}>
              Gold standards
            </TextLink>
          </Trail>
          {following === undefined ? null : <Origin following={following} />}
        </p>
      }
      actions={following === undefined ? null : <Actions following={following} />}
    >
      {following !== undefined ? (
        <Content following={following} />
      ) : (
        <Panel>
          {error instanceof ApiProblem && error.status === 404 ? (
            <EmptyState title="This tenant does not follow it">
              It may have stopped to. What was found before stays in{" "}
              <TextLink to={PAGES.findings} params={{ slug: tenant.slug }} search={{ baseline: followingId }}>
                its findings
              </TextLink>
              .
            </EmptyState>
          ) : (
            <NotLoaded lines={8} error={error} onRetry={() => void refetch()} />
          )}
        </Panel>
      )}
    </Page>
  );
}

/** By the version that the tenant holds to; that there is a newer one, the button for it says. */
function titleOf({ standard, version }: Following): string {
  return version === null ? standard.name : `${standard.name}, version ${version.number}`;
}

function Origin({ following: { standard, followedAt, followedBy } }: { following: Following }) {
  const { home } = standard;
  return (
    <span>
      {home === null ? (
        "Kept in a tenant that is not yours"
      ) : (
        <>
          Kept in{" "}
          <TextLink to={PAGES.standard} params={{ slug: home.slug, standardId: standard.id }} preload={false}>
            {home.name}
          </TextLink>
        </>
      )}
      . Followed <Time at={followedAt} /> by {followedBy === null ? "a former member" : <bdi>{followedBy.name}</bdi>}
    </span>
  );
}

function Actions({ following }: { following: Following }) {
  const mayChange = useCan("baseline.capture");
  const update = updateOf(following);
  return (
    <>
      <DeployButton following={following} variant="primary" />
      <CompareFollowed following={following} />
      {mayChange && update !== null ? <UpdateButton following={following} to={update} /> : null}
      {mayChange ? <StopButton following={following} /> : null}
    </>
  );
}

function UpdateButton({ following, to }: { following: Following; to: number }) {
  const [asked, setAsked] = useState(false);
  const change = useChangeFollowing(following.id);
  return (
    <>
      <Button aria-haspopup="dialog" loading={change.isPending} onClick={() => setAsked(true)}>
        Update to version {to}
      </Button>
      <ConfirmDialog
        open={asked}
        onOpenChange={setAsked}
        title={`Hold this tenant to version ${to}?`}
        confirmLabel={`Update to version ${to}`}
        onConfirm={() => change.mutate({ version: to }, { onError: toastProblem })}
      >
        <p>
          The next comparison and the next deployment go by it. Nothing is written to the tenant by this, and findings
          stay as they are until then.
        </p>
        <p>Values and changes of this tenant for policies that the version does not have are left out.</p>
      </ConfirmDialog>
    </>
  );
}

function StopButton({ following }: { following: Following }) {
  const tenant = useTenant();
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  const stop = useStopFollowing(following.id);
  return (
    <>
      <Button aria-haspopup="dialog" loading={stop.isPending} onClick={() => setAsked(true)}>
        Stop following
      </Button>
      <ConfirmDialog
        open={asked}
        onOpenChange={setAsked}
        title={`Stop following ${following.standard.name}?`}
        confirmLabel="Stop following"
        destructive
        onConfirm={() =>
          stop.mutate(undefined, {
            onSuccess: () => void navigate({ to: PAGES.standards, params: { slug: tenant.slug } }),
            onError: toastProblem,
          })
        }
      >
        <p>
          The tenant is not compared with it any more. What was found stays as history, and its policies stay in the
          tenant as they are. The values, changes and references that were entered for this tenant are not used any
          more.
        </p>
      </ConfirmDialog>
    </>
  );
}

function Content({ following }: { following: Following }) {
  const { run: runId } = useSearch({ from: PAGES.followedStandard });
  const navigate = useNavigate({ from: PAGES.followedStandard });
  return (
    <>
      {runId === undefined ? null : (
        <FollowedPreview
          runId={runId}
          onDismiss={() => void navigate({ search: { run: undefined }, replace: true, resetScroll: false })}
        />
      )}
      <Standing following={following} />
      <FollowedPolicies following={following} />
      <ValuesSection following={following} />
      <OverlaySection following={following} />
      <MappingSection following={following} />
    </>
  );
}

function Standing({ following }: { following: Following }) {
  const tenant = useTenant();
  const comparing = useComparisonsUnderWay().find(({ baseline }) => baseline?.id === following.id);
  const missing = missingValues(following);
  const { id, version, standard } = following;
  return (
    <section aria-label="Facts" className="flex flex-col gap-4 rounded-lg bg-kumo-base p-4 ring ring-kumo-line">
      {version === null || standard.newestVersion === null ? (
        <Warning>
          The standard cannot be read: its home tenant is not there any more, or does not answer. Nothing can be
          compared or deployed until it can.
        </Warning>
      ) : null}
      {missing.length === 0 ? null : (
        <Warning>
          Nothing can be compared or deployed before this tenant has a value for{" "}
          {missing.map(({ label }) => label).join(", ")}. Press “Change” at{" "}
          <a href="#standard-values" className="underline underline-offset-2">
            Values of this tenant
          </a>
          .
        </Warning>
      )}
      <dl className="grid gap-x-6 gap-y-4 sm:grid-cols-[minmax(0,1.6fr)_repeat(2,minmax(0,1fr))]">
        <div className="min-w-0">
          <dt className="text-xs text-kumo-subtle">Findings now</dt>
          <dd>
            {comparing === undefined ? (
              <FoundFacts following={following} slug={tenant.slug} large />
            ) : (
              <RunProgress run={comparing.run} bars="any" />
            )}
          </dd>
        </div>
        <KeyFact term="Policies">
          {version === null ? <span data-unknown>Not known</span> : counted(version.policyCount, "policy", "policies")}
        </KeyFact>
        <KeyFact term="Do not hold here">{counted(following.skipped.length, "policy", "policies")}</KeyFact>
      </dl>
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-kumo-subtle">
        {version === null ? null : <span>{partsText(version)}</span>}
        <TextLink to={PAGES.baseline} params={{ slug: tenant.slug, baselineId: id }}>
          Comparisons and drift over time
        </TextLink>
      </p>
      {version === null || version.note === "" ? null : (
        <p className="text-xs [overflow-wrap:anywhere] whitespace-pre-line text-kumo-subtle">
          Note of version {version.number}: {version.note}
        </p>
      )}
    </section>
  );
}

function Warning({ children }: { children: ReactNode }) {
  return (
    <p className="flex items-start gap-2 rounded-md bg-kumo-warning-tint px-3 py-2">
      <WarningIcon size={16} aria-hidden className="mt-0.5 shrink-0 text-kumo-warning" />
      <span className="min-w-0">{children}</span>
    </p>
  );
}

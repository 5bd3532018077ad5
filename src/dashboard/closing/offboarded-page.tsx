/** Deletions of tenants: those that wait, those under way, and the proofs of those that are done. */
import { Badge } from "@cloudflare/kumo/components/badge";
import { Button } from "@cloudflare/kumo/components/button";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Offboarding } from "../../contract/offboarding.ts";
import { groupDigits } from "../../contract/progress.ts";
import { offboardingRoutes } from "../../contract/routes/offboarding.ts";
import { call } from "../api/client.ts";
import { listedItems } from "../api/listed-items.ts";
import { FileLink } from "../components/file-link.tsx";
import { LoadMore } from "../components/load-more.tsx";
import { Panel } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { absoluteText } from "../components/clock.ts";
import { Time } from "../components/time.tsx";
import { PlatformFrame } from "../platform/platform-frame.tsx";
import { bytesText } from "../review-packs/pack-words.ts";
import { toastDone, toastProblem } from "../shell/toasts.tsx";
import { foundText, removedText, STATUS_WORDS } from "./closing-words.ts";
import { offboardingsQuery } from "./queries.ts";

export function OffboardedPage() {
  return (
    <PlatformFrame
      title="Off-boarded tenants"
      description={<p>Each deletion of a tenant, with the proof of what is gone.</p>}
    >
      <Offboardings />
    </PlatformFrame>
  );
}

function Offboardings() {
  const query = useInfiniteQuery({ ...offboardingsQuery, refetchInterval: 60_000 });
  const found = listedItems(query);
  if (found === undefined) {
    return (
      <Panel>
        <NotLoaded lines={6} lineHeight="h-8" error={query.error} onRetry={() => void query.refetch()} />
      </Panel>
    );
  }
  if (found.length === 0) {
    return (
      <Panel>
        <EmptyState title="No tenant has been closed">
          An owner closes a tenant in its settings; you can on the page of tenants.
        </EmptyState>
      </Panel>
    );
  }
  return (
    <Panel>
      <ul className="divide-y divide-kumo-line">
        {found.map((offboarding) => (
          <OffboardingRow key={offboarding.id} offboarding={offboarding} />
        ))}
      </ul>
      <LoadMore query={query} label="Load older deletions" />
    </Panel>
  );
}

function OffboardingRow({ offboarding }: { offboarding: Offboarding }) {
  const { id, status, tenant, reason, requestedAt, requestedAs, requestedBy } = offboarding;
  const { word, variant } = STATUS_WORDS[status];
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3 px-4 py-3">
      <div className="flex min-w-0 flex-1 basis-80 flex-col gap-1">
        <h2 className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium [overflow-wrap:anywhere]">
          <bdi>{tenant.name}</bdi>
          <Badge variant={variant}>{word}</Badge>
        </h2>
        <p className="[overflow-wrap:anywhere]">
          <State offboarding={offboarding} />
        </p>
        <p className="text-xs text-kumo-subtle [overflow-wrap:anywhere]">
          Asked for by <bdi>{requestedBy.name}</bdi>
          {requestedAs === "platform" ? " for the platform" : ", an owner,"} <Time at={requestedAt} />: “
          <bdi>{reason}</bdi>”
        </p>
        {status === "deleted" || status === "incomplete" ? <Proof offboarding={offboarding} /> : null}
      </div>
      {status === "waiting" ? <Withdraw offboarding={offboarding} /> : null}
      {status === "deleted" || status === "incomplete" ? (
        <FileLink
          href={`/api/platform/offboardings/${encodeURIComponent(id)}`}
          name={`${tenant.slug}-deletion-proof.json`}
          label={`Download the proof of ${tenant.name}`}
        >
          Download proof
        </FileLink>
      ) : null}
    </li>
  );
}

function State({
  offboarding: { status, dueAt, phase, completedAt, withdrawnAt, withdrawnBy },
}: {
  offboarding: Offboarding;
}) {
  switch (status) {
    case "waiting":
      return (
        <>
          The deletion begins after <time dateTime={dueAt}>{absoluteText(dueAt)}</time>.
        </>
      );
    case "withdrawn":
      return withdrawnAt === null ? null : (
        <>
          Withdrawn by <bdi>{withdrawnBy?.name}</bdi> <Time at={withdrawnAt} />.
        </>
      );
    case "deleting":
      return <>{phase}. The tenant can no longer be opened.</>;
    case "deleted":
      return completedAt === null ? null : (
        <>
          Deleted <Time at={completedAt} />. All was read again, and nothing was found.
        </>
      );
    case "incomplete":
      return <>Something could not be removed. The product tries again each hour.</>;
  }
}

function Proof({ offboarding }: { offboarding: Offboarding }) {
  const { removed, auditHead, export: exported, verification, refused, tenant } = offboarding;
  const facts: [term: string, value: string][] = [
    ["Removed", `${groupDigits(removedText(removed))} (${bytesText(removed.bytes)})`],
    ["Found when read again", verification === null ? "–" : groupDigits(foundText(verification))],
    ["End of the audit log", auditHead === null ? "–" : `${auditHead.seq}:${auditHead.hash}`],
    ["SHA-256 of the newest export", exported === null ? "There was no export" : exported.sha256],
    ["Tenant", tenant.id],
    ["Microsoft tenant", tenant.microsoftTenants.map(({ directoryId }) => directoryId).join(", ") || "Not connected"],
  ];
  if (refused.length > 0) facts.push(["Not removed", refused.join(", ")]);
  return (
    <dl className="mt-1 grid gap-x-4 gap-y-1 text-xs sm:grid-cols-[max-content_minmax(0,1fr)]">
      {facts.map(([term, value]) => (
        <div key={term} className="contents">
          <dt className="text-kumo-subtle">{term}</dt>
          <dd className="tabular [overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Withdraw({ offboarding: { id, tenant } }: { offboarding: Offboarding }) {
  const queryClient = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () => call(offboardingRoutes.withdrawByPlatform, { params: { offboardingId: id } }),
    onSuccess: () => toastDone(`The deletion of ${tenant.name} is withdrawn`),
    onError: toastProblem,
    onSettled: () => void queryClient.invalidateQueries({ queryKey: ["platform"] }),
  });
  return (
    <Button
      loading={withdraw.isPending}
      onClick={() => withdraw.mutate()}
      aria-label={`Withdraw the deletion of ${tenant.name}`}
    >
      Withdraw
    </Button>
  );
}

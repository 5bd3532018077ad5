/**
 * What of a restore waits for another administrator's approval. The run goes on with each by itself; a canceled run has left its requests in
 * Intune.
 */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { RestoreApproval } from "../../contract/restore.ts";
import type { Run } from "../../contract/runs.ts";
import { listedItems } from "../api/listed-items.ts";
import { LoadMore } from "../components/load-more.tsx";
import { Section } from "../components/page.tsx";
import { RequestId } from "../components/request-id.tsx";
import { AbsoluteTime, Time } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { restoreApprovalsQuery } from "./queries.ts";

const WAITING = {
  title: "Waiting for approval",
  text: "Another administrator has to approve these changes in Intune. The operation goes on with each by itself, up to 15 minutes after it is approved.",
};
const LEFT = {
  title: "Left open in Intune",
  text: "The operation was canceled and writes nothing when one of these requests is approved. Withdraw them in Intune, or start the restore again, which goes on with them.",
};

/** Renders nothing while nothing waits. */
export function RestoreApprovals({ run }: { run: Run }) {
  const isCanceled = run.outcome === "canceled";
  return run.status === "completed" && !isCanceled ? null : <Requests run={run} words={isCanceled ? LEFT : WAITING} />;
}

function Requests({ run, words }: { run: Run; words: typeof WAITING }) {
  const query = useInfiniteQuery(restoreApprovalsQuery(useTenant(), run.id));
  const { refetch } = query;
  const approvals = listedItems(query);
  const waiting = approvals !== undefined && approvals.length > 0;
  // A policy that has ended waits no more.
  useEffect(() => {
    if (waiting) void refetch();
  }, [refetch, waiting, run.version]);
  if (!waiting) return null;
  return (
    <Section title={words.title} id="restore-approvals" flush>
      <p className="px-4 py-2.5 text-kumo-subtle">{words.text}</p>
      <ul className="divide-y divide-kumo-line border-t border-kumo-line">
        {approvals.map((approval) => (
          <ApprovalRow key={approval.ordinal} approval={approval} />
        ))}
      </ul>
      <LoadMore query={query} label="Load more requests" />
    </Section>
  );
}

function ApprovalRow({ approval }: { approval: RestoreApproval }) {
  const { name, familyLabel, approvalCode, askedAt, expiresAt } = approval;
  return (
    <li className="min-w-0 px-4 py-2.5">
      <p className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="min-w-0 font-medium break-words">{name}</span>
        <span className="text-xs text-kumo-subtle">{familyLabel}</span>
      </p>
      <dl className="mt-1 grid gap-x-6 gap-y-1 text-xs sm:grid-cols-[9rem_minmax(0,1fr)]">
        <dt className="text-kumo-subtle">Approval request</dt>
        <dd>
          <RequestId id={approvalCode} what="approval request" />
        </dd>
        <dt className="text-kumo-subtle">Asked</dt>
        <dd>
          <Time at={askedAt} />, void after <AbsoluteTime at={expiresAt} />
        </dd>
      </dl>
    </li>
  );
}

import type { RestoreOutcome, RestoreResult } from "../../contract/restore.ts";
import { PolicyDiffView } from "../components/policy-diff-view.tsx";
import { RequestId } from "../components/request-id.tsx";
import { AbsoluteTime } from "../components/time.tsx";
import { OUTCOME_WORDS } from "./plan-words.ts";

const COLORS: Record<RestoreOutcome, string> = {
  created: "text-kumo-success",
  updated: "text-kumo-success",
  unchanged: "text-kumo-subtle",
  skipped: "text-kumo-subtle",
  failed: "text-kumo-danger",
};

/** One policy's result. Ids, and the differences of a read-back that did not agree, on demand. */
export function ResultRow({ result }: { result: RestoreResult }) {
  const { reason, approvalCode, differences } = result;
  return (
    <li className="grid gap-x-6 gap-y-1 px-4 py-3 sm:grid-cols-[7rem_minmax(0,1fr)]">
      <p className={`text-xs font-medium sm:pt-0.5 ${COLORS[result.outcome]}`}>{OUTCOME_WORDS[result.outcome]}</p>
      <div className="min-w-0">
        <p className="font-medium break-words">{result.name}</p>
        <p className="text-xs text-kumo-subtle">{result.familyLabel}</p>
        {reason === null ? null : (
          <p className="mt-1 break-words">
            {reason.message} <code className="font-mono text-xs text-kumo-subtle">{reason.code}</code>
          </p>
        )}
        {approvalCode === null ? null : (
          <p className="mt-1">
            Another administrator has to approve request <RequestId id={approvalCode} what="approval request" /> in
            Intune. Then retry what failed.
          </p>
        )}
        {differences.length === 0 ? null : (
          <details className="mt-1.5">
            <summary className="w-fit cursor-pointer rounded-sm font-medium">What was read back differs</summary>
            <div className="mt-2">
              <PolicyDiffView changes={differences} labels={{ before: "Written", after: "Read back" }} />
            </div>
          </details>
        )}
        <details className="mt-1 text-xs">
          <summary className="w-fit cursor-pointer rounded-sm text-kumo-subtle">Diagnostics</summary>
          <dl className="mt-1.5 grid gap-x-6 gap-y-1 sm:grid-cols-[9rem_minmax(0,1fr)]">
            <dt className="text-kumo-subtle">Policy in the tenant</dt>
            <dd>{result.targetId === null ? "None" : <RequestId id={result.targetId} what="policy id" />}</dd>
            <dt className="text-kumo-subtle">Graph request ids</dt>
            <dd className="flex flex-col">
              {result.requestIds.length === 0
                ? "None: nothing was written"
                : result.requestIds.map((id) => <RequestId key={id} id={id} />)}
            </dd>
            <dt className="text-kumo-subtle">At</dt>
            <dd>
              <AbsoluteTime at={result.at} />
            </dd>
          </dl>
        </details>
      </div>
    </li>
  );
}

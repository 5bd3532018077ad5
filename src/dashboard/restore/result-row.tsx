import type { RestoreResult } from "../../contract/restore.ts";
import { PolicyDiffView } from "../policy-diff/policy-diff-view.tsx";
import { RequestId } from "../components/request-id.tsx";
import { AbsoluteTime } from "../components/time.tsx";
import { CheckPermissionsLink } from "../permissions/check-permissions-link.tsx";

/** One policy's result. Ids, and the differences of a read-back that did not agree, on demand. */
export function ResultRow({ result }: { result: RestoreResult }) {
  const { reason, approvalCode, differences } = result;
  return (
    <li className="min-w-0 px-4 py-2.5 pl-10">
      <p className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="min-w-0 font-medium break-words">{result.name}</span>
        <span className="text-xs text-kumo-subtle">{result.familyLabel}</span>
      </p>
      {reason === null ? null : (
        <p className="mt-0.5 break-words">
          {reason.message} <code className="font-mono text-xs text-kumo-subtle">{reason.code}</code>{" "}
          <CheckPermissionsLink reasonCode={reason.code} />
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
      <details className="mt-0.5 text-xs">
        <summary className="w-fit cursor-pointer rounded-sm py-1 text-kumo-subtle">Diagnostics</summary>
        <dl className="mt-1 grid gap-x-6 gap-y-1 sm:grid-cols-[9rem_minmax(0,1fr)]">
          {approvalCode === null ? null : (
            <>
              <dt className="text-kumo-subtle">Approval request</dt>
              <dd>
                <RequestId id={approvalCode} what="approval request" />
              </dd>
            </>
          )}
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
    </li>
  );
}

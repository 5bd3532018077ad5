/** The proof of a count, on request: the ledger recounted on the server, beside what readers are shown. */
import { Button } from "../components/button.tsx";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { WarningCircleIcon } from "@phosphor-icons/react/WarningCircle";
import { useMutation } from "@tanstack/react-query";
import { isOperationType, OPERATION_TYPES } from "../../contract/operation-types.ts";
import type { Proof, Run } from "../../contract/runs.ts";
import { ErrorState } from "../components/states.tsx";
import { AbsoluteTime } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { readProof } from "./queries.ts";
import { digits } from "../components/digits.ts";

/** Beside the counts that it proves. Renders nothing for a run that shows none. */
export function RunProof({ run }: { run: Run }) {
  return showsCount(run.type) ? <ProofOnRequest run={run} /> : null;
}

function showsCount(type: string): boolean {
  return isOperationType(type) && OPERATION_TYPES[type].progressMode === "counted";
}

function ProofOnRequest({ run }: { run: Run }) {
  const tenant = useTenant();
  const proof = useMutation({ mutationFn: () => readProof(tenant, run.id) });
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <Button size="sm" loading={proof.isPending} onClick={() => proof.mutate()}>
          Verify this count
        </Button>
        <p className="text-xs text-kumo-subtle">Recounts every unit from the run's ledger.</p>
      </div>
      <div aria-live="polite">
        {proof.isError ? <ErrorState error={proof.error} /> : null}
        {proof.data === undefined ? null : <ProofAnswer proof={proof.data} />}
      </div>
    </div>
  );
}

const ROWS = ["total", "processed", "succeeded", "failed", "skipped"] as const;

function ProofAnswer({ proof }: { proof: Proof }) {
  return (
    <div className="rounded-md bg-kumo-recessed p-3">
      <Conclusion proof={proof} />
      <div className="mt-3 grid gap-x-10 gap-y-4 sm:grid-cols-2">
        <table className="w-full text-left tabular">
          <caption className="sr-only">Counts in the ledger and as shown</caption>
          <thead className="text-xs text-kumo-subtle">
            <tr>
              <th scope="col" className="py-1 font-normal">
                Units
              </th>
              <th scope="col" className="py-1 text-right font-normal">
                Ledger
              </th>
              <th scope="col" className="py-1 text-right font-normal">
                Shown
              </th>
            </tr>
          </thead>
          <tbody>
            {ROWS.map((row) => (
              <tr key={row} className="border-t border-kumo-line">
                <th scope="row" className="py-1 font-normal capitalize">
                  {row}
                </th>
                <td className="py-1 text-right">{digits(proof.ledger[row])}</td>
                <td className="py-1 text-right">{digits(proof.projection[row])}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <dl className="grid content-start gap-y-1 tabular">
          <Figure term="Answered deliveries" value={proof.deliveries} />
          <Figure term="Duplicates suppressed" value={proof.duplicatesSuppressed} />
          <Figure term="Sent again by healing" value={proof.redispatched} />
          <div className="flex justify-between gap-4 border-t border-kumo-line py-1">
            <dt className="text-kumo-subtle">Recounted</dt>
            <dd>
              <AbsoluteTime at={proof.recountedAt} />
            </dd>
          </div>
        </dl>
      </div>
    </div>
  );
}

function Conclusion({ proof }: { proof: Proof }) {
  if (proof.drift) {
    return (
      <p className="flex items-center gap-2 font-medium text-kumo-danger">
        <WarningCircleIcon size={18} aria-hidden />
        Drift found: the counts do not agree. Give support the run's id.
      </p>
    );
  }
  return (
    <p className="flex items-center gap-2 font-medium">
      <CheckCircleIcon size={18} aria-hidden className="text-kumo-success" />
      {proof.projectionPending
        ? "No drift. What is shown is still catching up with the ledger."
        : "No drift: the count is exact."}
    </p>
  );
}

function Figure({ term, value }: { term: string; value: number }) {
  return (
    <div className="flex justify-between gap-4 border-t border-kumo-line py-1 first:border-t-0">
      <dt className="text-kumo-subtle">{term}</dt>
      <dd>{digits(value)}</dd>
    </div>
  );
}

import type { Run } from "../../contract/runs.ts";

/** What support asks for, out of the way until it does. */
export function RunDiagnostics({ run }: { run: Run }) {
  const rows: readonly (readonly [string, string])[] = [
    ["Run id", run.id],
    ["Type", run.type],
    ["Change number", String(run.version)],
    ["Status and outcome", `${run.status}, ${run.outcome}`],
    ...(run.workerVersion === null ? [] : [["Begun by version", run.workerVersion] as const]),
    ...(run.retryOf === null ? [] : [["Retry of", run.retryOf] as const]),
    ...(run.failure === null ? [] : [["Failure code", run.failure.code] as const]),
    ...(run.result === null ? [] : [["Result", `${run.result.kind} ${run.result.id}`] as const]),
  ];
  return (
    <details className="mt-5">
      <summary className="w-fit cursor-pointer rounded-sm text-xs text-kumo-subtle">Diagnostics</summary>
      <dl className="mt-2 grid gap-x-6 gap-y-1 rounded-md bg-kumo-recessed p-3 text-xs sm:grid-cols-[10rem_minmax(0,1fr)]">
        {rows.map(([term, value]) => (
          <div key={term} className="contents">
            <dt className="text-kumo-subtle">{term}</dt>
            <dd className="font-mono break-all">{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** A complete snapshot's root: to keep elsewhere, and to compute again on request. */
import { Button } from "../components/button.tsx";
import { CheckCircleIcon } from "@phosphor-icons/react/CheckCircle";
import { WarningCircleIcon } from "@phosphor-icons/react/WarningCircle";
import { useMutation } from "@tanstack/react-query";
import type { EvidenceSnapshot, EvidenceVerification } from "../../contract/evidence.ts";
import { groupDigits } from "../../contract/progress.ts";
import { CopyButton } from "../components/copy-button.tsx";
import { KeyFact } from "../components/fact.tsx";
import { ErrorState } from "../components/states.tsx";
import { AbsoluteTime } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { readVerification } from "./queries.ts";
import { recorded } from "../api/told.ts";
import { ToldNumber } from "../components/told.tsx";

export function SnapshotProof({ snapshot }: { snapshot: EvidenceSnapshot }) {
  const tenant = useTenant();
  const verification = useMutation({ mutationFn: () => readVerification(tenant, snapshot.id) });
  return (
    <section aria-label="Proof" className="rounded-lg bg-kumo-base p-4 ring ring-kumo-line">
      <dl className="grid grid-cols-2 gap-x-8 gap-y-3 sm:grid-cols-4">
        <KeyFact term="Items">
          <ToldNumber told={recorded(snapshot.itemCount, Date.now())} />
        </KeyFact>
        <KeyFact term="Exceptions">
          <ToldNumber told={recorded(snapshot.exceptionCount, Date.now())} />
        </KeyFact>
        <div className="col-span-2">
          <dt className="text-xs text-kumo-subtle">Complete since</dt>
          <dd className="tabular">
            {snapshot.completedAt === null ? "–" : <AbsoluteTime at={snapshot.completedAt} />}
          </dd>
        </div>
      </dl>
      <div className="mt-4">
        <h2 className="text-xs text-kumo-subtle">Merkle root over all items</h2>
        <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-2">
          <code className="font-mono break-all">{snapshot.merkleRoot}</code>
          <div className="flex gap-2">
            <CopyButton text={snapshot.merkleRoot ?? ""}>Copy root</CopyButton>
            <Button size="sm" loading={verification.isPending} onClick={() => verification.mutate()}>
              Verify
            </Button>
          </div>
        </div>
        <p className="mt-2 max-w-3xl text-xs text-kumo-subtle">
          Keep it outside of TenantAtlas, in a ticket or on paper. A person who could change this record cannot change
          that copy. “Verify” computes every hash again from the stored items.
        </p>
      </div>
      <div aria-live="polite">
        {verification.isError ? <ErrorState error={verification.error} /> : null}
        {verification.data === undefined ? null : <Verified verification={verification.data} />}
      </div>
    </section>
  );
}

function Verified({ verification }: { verification: EvidenceVerification }) {
  const { matches, items, mismatches, recomputedRoot, verifiedAt } = verification;
  if (matches) {
    return (
      <div className="mt-4 rounded-md bg-kumo-recessed p-3">
        <p className="flex items-center gap-2 font-medium">
          <CheckCircleIcon size={18} aria-hidden className="shrink-0 text-kumo-success" />
          The stored items give exactly this root.
        </p>
        <p className="mt-1 pl-6.5 text-xs text-kumo-subtle tabular">
          {groupDigits(items === 1 ? "1 item" : `${items} items`)} computed again, <AbsoluteTime at={verifiedAt} />
        </p>
      </div>
    );
  }
  return (
    <div className="mt-4 rounded-md bg-kumo-danger-tint p-3">
      <p className="flex items-center gap-2 font-medium text-kumo-danger">
        <WarningCircleIcon size={18} aria-hidden className="shrink-0" />
        The stored items do not give this root. Do not rely on this snapshot, and tell support.
      </p>
      <dl className="mt-2 pl-6.5 text-xs">
        <dt className="text-kumo-subtle">Computed now from {groupDigits(items === 1 ? "1 item" : `${items} items`)}</dt>
        <dd>
          <code className="font-mono break-all">{recomputedRoot ?? "none"}</code>
        </dd>
        {mismatches.length === 0 ? null : (
          <>
            <dt className="mt-2 text-kumo-subtle">Not what was recorded</dt>
            {mismatches.map((key) => (
              <dd key={key}>
                <code className="font-mono break-all">{key}</code>
              </dd>
            ))}
          </>
        )}
      </dl>
    </div>
  );
}

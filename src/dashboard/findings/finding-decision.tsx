/** Accepting a finding, and taking that back; or who may. */
import { Button } from "../components/button.tsx";
import { useId, useRef } from "react";
import type { FindingDetail } from "../../contract/baselines.ts";
import { useCan } from "../shell/tenant-context.ts";
import { AcceptButton } from "./accept-dialog.tsx";
import { useReopenFinding } from "./use-finding-decision.ts";

/** Nothing for a finding that is resolved: there is nothing to decide. */
export function FindingDecision({ finding }: { finding: FindingDetail }) {
  const allowed = useCan("finding.accept");
  const id = useId();
  const acceptButton = useRef<HTMLButtonElement>(null);
  const reopen = useReopenFinding(finding.id);
  if (finding.status === "resolved") return null;
  if (!allowed) {
    return (
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span id={id} className="text-xs text-kumo-subtle">
          Owners and managers may accept findings.
        </span>
        <Button aria-disabled aria-describedby={id} className="opacity-60">
          {finding.status === "open" ? "Accept" : "Change acceptance"}
        </Button>
      </div>
    );
  }
  return (
    <>
      {finding.status === "accepted" ? (
        <Button
          loading={reopen.isPending}
          // The button goes with the acceptance; the focus must not go with it.
          onClick={() => reopen.mutate(undefined, { onSuccess: () => acceptButton.current?.focus() })}
        >
          Reopen
        </Button>
      ) : null}
      <AcceptButton finding={finding} ref={acceptButton} />
    </>
  );
}

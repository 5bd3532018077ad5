/** Canceling and retrying all runs that the list's filter matches: asks with their number, then starts a run that does it. */
import { Button } from "../components/button.tsx";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { isOperationType, isOverRuns, OPERATION_TYPES, TYPES_OVER_RUNS } from "../../contract/operation-types.ts";
import { groupDigits } from "../../contract/progress.ts";
import type { MatchingAct } from "../../contract/run-filter.ts";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { AbsoluteTime } from "../components/time.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import {
  matchingConsequence,
  matchingFilter,
  matchingLabel,
  matchingRefusal,
  matchingTitle,
} from "./matching-words.ts";
import { matchingQuery, type OperationFilter } from "./queries.ts";
import { useStartOperation } from "./run-commands.ts";

/** Nothing is offered for a filter that can match none. */
export function MatchingActions({ filter }: { filter: OperationFilter }) {
  const mayCancel = useCan("operations.cancel");
  const mayRetry = useCan("operations.retry");
  const { state, type } = filter;
  if (isOverRuns(type)) return null;
  return (
    <div role="group" aria-label="With all that match" className="flex flex-wrap gap-1.5 sm:ml-auto">
      {mayRetry && state !== "active" ? <MatchingAction act="retry" type={type} /> : null}
      {mayCancel && state !== "finished" ? <MatchingAction act="cancel" type={type} /> : null}
    </div>
  );
}

interface MatchingActionProps {
  act: MatchingAct;
  type: string | undefined;
}

function MatchingAction({ act, type }: MatchingActionProps) {
  const tenant = useTenant();
  const [asking, setAsking] = useState(false);
  const matching = useQuery({ ...matchingQuery(tenant, act, type), enabled: asking });
  // What is shown is what was counted since the dialog opened, and no older number.
  const counted = matching.isFetching ? undefined : matching.data;
  const start = useStartOperation(tenant);
  const refusal = counted === undefined ? null : matchingRefusal(counted.runs);
  const label = type !== undefined && isOperationType(type) ? OPERATION_TYPES[type].label : (type ?? null);
  const confirm = () => {
    if (counted === undefined) return;
    setAsking(false);
    const filter = { ...(type === undefined ? {} : { type }), until: counted.asOf };
    start.mutate({ type: TYPES_OVER_RUNS[act], input: { filter }, key: crypto.randomUUID() });
  };
  return (
    <FormDialog
      role="alertdialog"
      open={asking}
      onOpenChange={setAsking}
      trigger={
        <Button size="sm" variant={act === "cancel" ? "secondary-destructive" : "secondary"} loading={start.isPending}>
          {matchingLabel(act)}
        </Button>
      }
      title={groupDigits(matchingTitle(act, counted?.runs ?? null))}
      description={
        <>
          <p>{matchingFilter(act, label)}</p>
          <p role="status">
            {counted === undefined ? (
              "Counting…"
            ) : (
              <>
                Counted <AbsoluteTime at={counted.asOf} />.{" "}
                {refusal === null ? matchingConsequence(act) : groupDigits(refusal)}
              </>
            )}
          </p>
        </>
      }
    >
      <DialogForm
        action={matchingLabel(act)}
        cancel="Leave them"
        destructive={act === "cancel"}
        disabled={counted === undefined || refusal !== null}
        error={matching.error}
        onSubmit={confirm}
      />
    </FormDialog>
  );
}

/** All that a plan says of one item: remarks, candidates, references, differences, and the requests word for word. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import type { PlannedStep, RestorePlan, RestorePlanItem, RestorePlanItemDetail } from "../../contract/restore.ts";
import { RequestId } from "../components/request-id.tsx";
import { NotLoaded } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { JsonView } from "../inventory/json-view.tsx";
import { CheckPermissionsLink } from "../permissions/check-permissions-link.tsx";
import { comparedWords } from "./plan-words.ts";
import { PolicyDiffView } from "../policy-diff/policy-diff-view.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { ItemReferences } from "./item-references.tsx";
import { planItemQuery } from "./queries.ts";
import type { ReferenceChoices } from "./reference-choices.ts";

interface PlanItemDetailProps {
  plan: RestorePlan;
  item: RestorePlanItem;
  choices: ReferenceChoices;
  onChoose: (choices: ReferenceChoices) => void;
}

export function PlanItemDetail({ plan, item, choices, onChoose }: PlanItemDetailProps) {
  const { data: detail, error, refetch } = useQuery(planItemQuery(useTenant(), plan.id, item.ordinal));
  if (detail === undefined) {
    return <NotLoaded lines={3} error={error} onRetry={() => void refetch()} />;
  }
  return (
    <div className="flex flex-col gap-5">
      {detail.notes.length === 0 ? null : (
        <ul className="list-disc pl-5">
          {detail.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      {detail.candidates.length === 0 ? null : <Candidates detail={detail} />}
      <ItemReferences references={detail.references} choices={choices} onChoose={onChoose} />
      {detail.changes.length === 0 ? null : (
        <Part title="Differences">
          <PolicyDiffView changes={detail.changes} labels={comparedWords(plan)} />
        </Part>
      )}
      {detail.steps.length === 0 ? null : (
        <Part title="Requests">
          <ol className="flex flex-col gap-2">
            {detail.steps.map((step, at) => (
              <li key={at}>
                <Step step={step} />
              </li>
            ))}
          </ol>
        </Part>
      )}
      <Identifiers item={detail} />
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="mb-2 text-sm font-semibold">
        {title}
      </h3>
      {children}
    </section>
  );
}

function Candidates({ detail }: { detail: RestorePlanItemDetail }) {
  return (
    <Part title="Policies of the tenant that it may be">
      <ul className="divide-y divide-kumo-line rounded-lg bg-kumo-base ring ring-kumo-line">
        {detail.candidates.map((candidate) => (
          <li key={candidate.graphId} className="px-3 py-2 text-xs sm:px-4">
            <p className="text-sm font-medium break-words">{candidate.name}</p>
            <p className="text-kumo-subtle">
              <RequestId id={candidate.graphId} what="policy id" />
              {candidate.lastModifiedAt === null ? null : (
                <>
                  {" · Changed "}
                  <Time at={candidate.lastModifiedAt} />
                </>
              )}
            </p>
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** A request as it would be sent. Its body on demand. */
function Step({ step }: { step: PlannedStep }) {
  const [open, setOpen] = useState(false);
  return (
    <details
      className="rounded-lg bg-kumo-base ring ring-kumo-line"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="cursor-pointer rounded-lg px-3 py-2">
        <span className="inline-block font-medium first-letter:uppercase">{step.label}</span>{" "}
        <code className="font-mono text-xs break-all text-kumo-subtle">
          {step.method} {step.path}
        </code>
      </summary>
      {open ? (
        <div className="flex h-96 flex-col border-t border-kumo-line">
          <JsonView json={JSON.stringify(step.body)} label={`Body of: ${step.label}`} />
        </div>
      ) : null}
    </details>
  );
}

function Identifiers({ item }: { item: RestorePlanItem }) {
  return (
    <details className="text-xs">
      <summary className="w-fit cursor-pointer rounded-sm text-kumo-subtle">Identifiers</summary>
      <dl className="mt-1.5 grid gap-x-6 gap-y-1 sm:grid-cols-[11rem_minmax(0,1fr)]">
        <dt className="text-kumo-subtle">Id when it was backed up</dt>
        <dd>
          <RequestId id={item.graphId} what="backed up id" />
        </dd>
        {item.target === null ? null : (
          <>
            <dt className="text-kumo-subtle">Policy in the tenant</dt>
            <dd>
              <RequestId id={item.target.graphId} what="policy id" />
            </dd>
          </>
        )}
        {item.reason === null ? null : (
          <>
            <dt className="text-kumo-subtle">Reason code</dt>
            <dd>
              <code className="font-mono">{item.reason.code}</code>{" "}
              <CheckPermissionsLink reasonCode={item.reason.code} />
            </dd>
          </>
        )}
      </dl>
    </details>
  );
}

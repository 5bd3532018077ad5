/** What a request would change: a restore's plan with its counts, the sets that are deleted, or before and after line by line. */
import type { ApprovalChange } from "../../contract/approvals.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { TextLink } from "../components/text-link.tsx";
import { ACTION_WORDS, ACTIONS_IN_ORDER } from "../restore/plan-words.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { linesOf } from "./approval-words.ts";
import { digits } from "../components/digits.ts";

export function RequestChange({ change }: { change: ApprovalChange }) {
  const { slug } = useTenant();
  switch (change.kind) {
    case "restore":
      return <RestoreChange change={change} />;
    case "force-delete":
      return (
        <ul className="max-h-60 list-disc overflow-y-auto pl-5">
          {change.backupSets.map(({ id, name }) => (
            <li key={id} className="[overflow-wrap:anywhere]">
              <TextLink to={PAGES.backupSet} params={{ slug, setId: id }}>
                <bdi>{name}</bdi>
              </TextLink>
            </li>
          ))}
        </ul>
      );
    case "restore.retry":
    case "force-delete.retry":
      return (
        <p>
          <TextLink to={PAGES.run} params={{ slug, runId: change.run.id }}>
            The operation
          </TextLink>{" "}
          has units that failed: {digits(change.run.failed)}. The retry does them again.
        </p>
      );
    default:
      return <Lines change={change} />;
  }
}

function RestoreChange({ change }: { change: Extract<ApprovalChange, { kind: "restore" }> }) {
  const { slug } = useTenant();
  const { plan, justification } = change;
  return (
    <div className="flex flex-col gap-2">
      <dl className="flex flex-wrap gap-x-6 gap-y-1">
        {ACTIONS_IN_ORDER.map((action) => (
          <div key={action} className="flex gap-1.5">
            <dt className="text-kumo-subtle">{ACTION_WORDS[action].title}</dt>
            <dd className="font-medium tabular">{digits(plan.actionCounts[action])}</dd>
          </div>
        ))}
      </dl>
      <p>
        {plan.options.mode === "create" ? "Copies are made beside what is there" : "What is there is put back"},{" "}
        {plan.options.assignments ? "with" : "without"} assignments.{" "}
        <TextLink to={PAGES.restorePlan} params={{ slug, planId: plan.id }}>
          Review the plan
        </TextLink>
      </p>
      {justification === null ? null : (
        <p className="text-kumo-subtle [overflow-wrap:anywhere]">
          For Multi Admin Approval: <bdi>{justification}</bdi>
        </p>
      )}
      <p className="text-xs break-all text-kumo-subtle">
        Hash of the plan: <code className="font-mono">{plan.planHash}</code>
      </p>
    </div>
  );
}

function Lines({ change }: { change: ApprovalChange }) {
  return (
    <dl className="grid gap-x-4 gap-y-2 sm:grid-cols-[10rem_1fr]">
      {linesOf(change).map(({ term, before, after }, at) => (
        <div key={`${term} ${at}`} className="contents">
          <dt className="text-kumo-subtle">{term}</dt>
          <dd className="min-w-0 [overflow-wrap:anywhere]">
            {before === null ? null : (
              <del className="block text-kumo-subtle">
                <span className="sr-only">Before: </span>
                <bdi>{before}</bdi>
              </del>
            )}
            {after === null ? null : (
              <ins className="block no-underline">
                <span className="sr-only">After: </span>
                <bdi>{after}</bdi>
              </ins>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

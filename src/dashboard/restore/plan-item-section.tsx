/** The items of one action. What is unchanged is folded away until somebody asks for it, most of what is blocked, too. */
import { Button } from "../components/button.tsx";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { groupDigits } from "../../contract/progress.ts";
import type { RestoreAction, RestorePlan } from "../../contract/restore.ts";
import { listedItems } from "../api/listed-items.ts";
import { LoadMore } from "../components/load-more.tsx";
import { Section } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { TOGGLE } from "../policy-diff/expandable.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { PlanItemRow } from "./plan-item-row.tsx";
import { ACTION_WORDS, actionCount } from "./plan-words.ts";
import { explanationOf } from "./undo-words.ts";
import { type PlanItemFilter, planItemsQuery } from "./queries.ts";
import type { ReferenceChoices } from "./reference-choices.ts";

/** Built-in things are blocked in every plan: a few tell enough, and what is to be decided is not pushed out of sight. */
const BLOCKED_SHOWN_AT_FIRST = 5;

export function sectionId(action: RestoreAction): string {
  return `plan-${action}`;
}

export interface PlanItemSectionProps {
  plan: RestorePlan;
  action: RestoreAction;
  filter: PlanItemFilter;
  choices: ReferenceChoices;
  onChoose: (choices: ReferenceChoices) => void;
}

export function PlanItemSection(props: PlanItemSectionProps) {
  const { plan, action } = props;
  const [open, setOpen] = useState(action !== "unchanged");
  const { title } = ACTION_WORDS[action];
  return (
    <Section
      title={groupDigits(`${title} (${actionCount(plan, action)})`)}
      id={sectionId(action)}
      flush
      actions={
        action === "unchanged" ? (
          <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className={TOGGLE}>
            {open ? "Hide" : "Show"}
            <span className="sr-only"> what is unchanged</span>
          </button>
        ) : null
      }
    >
      <p className={`px-4 py-2 text-xs text-kumo-subtle ${open ? "border-b border-kumo-line" : ""}`}>
        {explanationOf(plan, action)}
      </p>
      {open ? <Items {...props} /> : null}
    </Section>
  );
}

function Items({ plan, action, filter, choices, onChoose }: PlanItemSectionProps) {
  const query = useInfiniteQuery(planItemsQuery(useTenant(), plan.id, action, filter));
  const [whole, setWhole] = useState(action !== "blocked");
  const items = listedItems(query);
  if (items === undefined) {
    return <NotLoaded lines={2} lineHeight="h-9" error={query.error} onRetry={() => void query.refetch()} />;
  }
  const shown = whole ? items : items.slice(0, BLOCKED_SHOWN_AT_FIRST);
  if (items.length === 0) return <p className="px-4 py-3 text-kumo-subtle">None of them matches the filter.</p>;
  return (
    <>
      <ul className="divide-y divide-kumo-line">
        {shown.map((item) => (
          <PlanItemRow key={item.ordinal} plan={plan} item={item} choices={choices} onChoose={onChoose} />
        ))}
      </ul>
      {shown.length < items.length ? (
        <div className="flex justify-center p-3">
          <Button size="sm" onClick={() => setWhole(true)}>
            Show the others
          </Button>
        </div>
      ) : (
        <LoadMore query={query} label="Load more" />
      )}
    </>
  );
}

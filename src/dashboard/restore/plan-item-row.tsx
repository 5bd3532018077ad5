/** One item of a plan: what and why in a line; all of it when it is opened. */
import { useId, useState } from "react";
import type { RestorePlan, RestorePlanItem } from "../../contract/restore.ts";
import { AbsoluteTime } from "../components/time.tsx";
import { DisclosureButton } from "../components/disclosure-button.tsx";
import { PlanItemDetail } from "./plan-item-detail.tsx";
import { changesText, missingText, targetText } from "./plan-words.ts";
import type { ReferenceChoices } from "./reference-choices.ts";

interface PlanItemRowProps {
  plan: RestorePlan;
  item: RestorePlanItem;
  choices: ReferenceChoices;
  onChoose: (choices: ReferenceChoices) => void;
}

/** In words as well as red: it is the one thing of a plan that takes away. */
function Deleted({ plan: { undoes } }: Pick<PlanItemRowProps, "plan">) {
  const startedAt = undoes?.startedAt ?? null;
  return (
    <span className="mt-0.5 block font-medium text-kumo-danger">
      Will be deleted: made by the restore
      {startedAt === null ? " that is undone" : " started "}
      {startedAt === null ? null : <AbsoluteTime at={startedAt} />}
    </span>
  );
}

export function PlanItemRow({ plan, item, choices, onChoose }: PlanItemRowProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const target = targetText(item);
  const changes = changesText(item);
  return (
    <li>
      <DisclosureButton open={open} controls={id} onToggle={() => setOpen(!open)} align="first line">
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-baseline justify-between gap-x-4">
            <span className="min-w-0 font-medium break-words">{item.name}</span>
            <span className="flex shrink-0 gap-3 text-xs tabular">
              {item.missingCount === 0 ? null : (
                <span className="font-medium text-kumo-warning">{missingText(item.missingCount)}</span>
              )}
              {changes === null ? null : <span className="text-kumo-subtle">{changes}</span>}
            </span>
          </span>
          <span className="block text-xs text-kumo-subtle">
            {item.familyLabel}
            {target === null ? "" : ` · ${target}`}
          </span>
          {item.action === "delete" ? <Deleted plan={plan} /> : null}
          {item.reason === null ? null : <span className="mt-0.5 block break-words">{item.reason.message}</span>}
        </span>
      </DisclosureButton>
      <div id={id} className={open ? "border-t border-kumo-line bg-kumo-recessed/40 px-4 py-4 sm:pl-10" : ""}>
        {open ? <PlanItemDetail plan={plan} item={item} choices={choices} onChoose={onChoose} /> : null}
      </div>
    </li>
  );
}

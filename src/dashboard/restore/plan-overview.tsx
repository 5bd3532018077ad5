/** What a plan comes to, in numbers, and how it was asked for. The numbers are results of the preview. */
import { WarningIcon } from "@phosphor-icons/react/Warning";
import { groupDigits } from "../../contract/progress.ts";
import type { RestorePlan } from "../../contract/restore.ts";
import { recorded } from "../api/told.ts";
import { ToldNumber } from "../components/told.tsx";
import { sectionId } from "./plan-item-section.tsx";
import { actionCount, ACTION_WORDS, ACTIONS_IN_ORDER, writesText } from "./plan-words.ts";
import { askedTexts } from "./undo-words.ts";
import { digits } from "../components/digits.ts";

export function PlanOverview({ plan }: { plan: RestorePlan }) {
  const missing = plan.itemsMissingReferences;
  return (
    <section aria-label="Overview" className="rounded-lg bg-kumo-base ring ring-kumo-line">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 p-4 sm:grid-cols-5">
        {ACTIONS_IN_ORDER.map((action) => {
          const count = actionCount(plan, action);
          const isThere = count !== null && count > 0;
          const urgent = isThere && (action === "blocked" || action === "ambiguous");
          // Only an undo deletes, and it looks for no names: the other has no place for what cannot be.
          if (!isThere && action === (plan.undoes === null ? "delete" : "ambiguous")) return null;
          return (
            <div key={action}>
              <dt className="text-xs text-kumo-subtle">{ACTION_WORDS[action].title}</dt>
              <dd
                className={`text-lg font-semibold tabular ${urgent ? "text-kumo-warning" : isThere && action === "delete" ? "text-kumo-danger" : ""}`}
              >
                {count === null || count === 0 ? (
                  <ToldNumber told={recorded(count, Date.parse(plan.createdAt))} />
                ) : (
                  <a href={`#${sectionId(action)}`} className="underline decoration-kumo-line underline-offset-4">
                    {digits(count)}
                  </a>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
      {missing === null || missing === 0 ? null : (
        <p className="flex items-start gap-2 border-t border-kumo-line px-4 py-2.5">
          <WarningIcon size={16} aria-hidden className="mt-0.5 shrink-0 text-kumo-warning" />
          <span>
            {groupDigits(missing === 1 ? "1 policy refers" : `${missing} policies refer`)} to things that the tenant
            does not have. They are written as the {plan.options.standard === undefined ? "backup" : "standard"} holds
            them, and Microsoft Graph may refuse them: open the policy to choose something else, or to leave them out.
          </span>
        </p>
      )}
      {plan.actionCounts !== null && writesText(plan) === null ? (
        <p className="border-t border-kumo-line px-4 py-2.5">
          There is nothing to write, so there is nothing to approve.
        </p>
      ) : null}
      <p className="border-t border-kumo-line px-4 py-2.5 text-xs text-kumo-subtle">{askedTexts(plan).join(" · ")}</p>
    </section>
  );
}

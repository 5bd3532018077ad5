/** What undoes a restore, in words. Pure. Apart from `plan-words.ts`, which pages need that show no undo. */
import type { RestoreAction, RestorePlan, RestoreUndo } from "../../contract/restore.ts";
import { consequenceTexts, optionTexts } from "./plan-options.ts";
import { ACTION_WORDS, actionCount } from "./plan-words.ts";

const UNDO_EXPLANATIONS: Partial<Record<RestoreAction, string>> = {
  blocked: "Not undone, each for the reason given.",
  update: "The tenant's policy is changed back to what was there before the restore.",
  create: "A policy that was deleted is made again.",
  unchanged: "The tenant has it as it was before the restore. Nothing is written.",
};

/** What an action of the plan means. */
export function explanationOf({ undoes }: Pick<RestorePlan, "undoes">, action: RestoreAction): string {
  const { explanation } = ACTION_WORDS[action];
  return undoes === null ? explanation : (UNDO_EXPLANATIONS[action] ?? explanation);
}

/** How a plan was asked for. */
export function askedTexts(plan: RestorePlan): string[] {
  const { options, undoes } = plan;
  if (undoes === null) return optionTexts(plan);
  return [
    "Takes back what a restore wrote, where nobody has changed it since",
    options.assignments ? "With assignments" : "Without assignments, which the restore did not write",
    "Conditional access as it was before",
    options.itemIds === null ? "All that the restore wrote" : "Selected items",
  ];
}

/** What somebody who approves a plan has to know beside the counts. */
export function warningTexts(plan: RestorePlan): string[] {
  if (plan.undoes === null) return consequenceTexts(plan);
  const deleted = actionCount(plan, "delete");
  return [
    ...(deleted === null || deleted === 0
      ? []
      : ["What the restore made is deleted from the tenant. Devices and people that it applies to lose it at once."]),
    plan.options.assignments
      ? "Assignments come back as they were before the restore."
      : "Assignments are left alone, as the restore left them.",
    "Conditional access policies come back in the state before the restore: they may lock people out, or stop protecting, at once.",
    "A policy that was changed in the tenant since this preview is not touched; it is reported as failed.",
  ];
}

/** What undoing a restore does. The numbers are of the policies that it wrote, or may have written. */
export function undoText({ updated, created, deleted }: NonNullable<RestoreUndo["undo"]>): string {
  const policies = (count: number) => (count === 1 ? "1 policy" : `${count} policies`);
  const parts = [
    ...(updated === 0 ? [] : [`puts back ${policies(updated)} as before`]),
    ...(created === 0 ? [] : [`deletes ${policies(created)} that it made`]),
    ...(deleted === 0 ? [] : [`makes ${policies(deleted)} again that it deleted`]),
  ];
  return `Undoing this restore ${parts.join(", and ")}.`;
}

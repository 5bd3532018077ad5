/** How a plan was asked for, and what follows from it, in words. Pure. */
import type { RestorePlan } from "../../contract/restore.ts";

/** "Deployment of House standard, version 2". */
export function deploymentText({
  name,
  version,
}: Pick<NonNullable<RestorePlan["options"]["standard"]>, "name" | "version">): string {
  return `Deployment of ${name}, version ${version}`;
}

/** How the plan was asked for. */
export function optionTexts({ options }: RestorePlan): string[] {
  const { standard } = options;
  if (standard !== undefined) {
    return [
      deploymentText(standard),
      standard.names ? "With names and descriptions" : "Policies keep their names and descriptions",
      options.assignments ? "With assignments and scope tags" : "Assignments stay as they are",
      options.conditionalAccess === "report-only"
        ? "Conditional access as report-only"
        : "Conditional access in the state of the standard",
    ];
  }
  return [
    options.mode === "update"
      ? "Puts back what is there, and makes what is gone"
      : `Makes copies, named “${options.namePrefix ?? ""}…”`,
    options.assignments ? "With assignments" : "Without assignments",
    options.conditionalAccess === "report-only"
      ? "Conditional access as report-only"
      : "Conditional access in the state of the backup",
    options.itemIds === null ? "The newest item of all policies" : "Selected items",
  ];
}

/** What somebody who approves has to know beside the counts. */
export function consequenceTexts(plan: RestorePlan): string[] {
  const { options, itemsMissingReferences } = plan;
  const from = options.standard === undefined ? "backup" : "standard";
  return [
    options.assignments
      ? `Assignments are put back: restored policies apply to the groups of the ${from} at once.`
      : "Assignments are left alone.",
    options.conditionalAccess === "report-only"
      ? "Conditional access policies come back as report-only."
      : `Conditional access policies come back in the state of the ${from}: they may lock people out at once.`,
    "A policy that was changed in the tenant since this preview is not overwritten; it is reported as failed.",
    ...(itemsMissingReferences === null || itemsMissingReferences === 0
      ? []
      : [
          `${itemsMissingReferences} ${itemsMissingReferences === 1 ? "policy refers" : "policies refer"} to things that the tenant does not have. Microsoft Graph may refuse them.`,
        ]),
  ];
}

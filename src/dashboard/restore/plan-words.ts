/** A restore plan in words. Pure. All counts are what the server says of a sealed plan: results, not progress. */
import type {
  PlannedReference,
  ReferenceKind,
  RestoreAction,
  RestoreOutcome,
  RestorePlan,
  RestorePlanItem,
} from "../../contract/restore.ts";

/** What needs a look comes first. */
export const ACTIONS_IN_ORDER: readonly RestoreAction[] = [
  "blocked",
  "ambiguous",
  "delete",
  "update",
  "create",
  "unchanged",
];

export const ACTION_WORDS: Record<RestoreAction, { title: string; explanation: string }> = {
  blocked: { title: "Blocked", explanation: "Not restored, each for the reason given." },
  ambiguous: {
    title: "Ambiguous",
    explanation: "Not restored: more than one policy of the tenant could be meant, and none is picked by guess.",
  },
  update: { title: "Update", explanation: "The tenant's policy is changed to what the backup holds." },
  create: { title: "Create", explanation: "A new policy is made." },
  delete: {
    title: "Delete",
    explanation: "The policy is deleted from the tenant: the restore that is undone made it.",
  },
  unchanged: { title: "Unchanged", explanation: "The tenant has it as the backup holds it. Nothing is written." },
};

export const OUTCOME_WORDS: Record<RestoreOutcome, string> = {
  created: "Created",
  updated: "Updated",
  deleted: "Deleted",
  unchanged: "Unchanged",
  skipped: "Skipped",
  failed: "Failed",
};
/** What went wrong comes first. */
export const OUTCOMES_IN_ORDER: readonly RestoreOutcome[] = [
  "failed",
  "skipped",
  "deleted",
  "created",
  "updated",
  "unchanged",
];

export const REFERENCE_WORDS: Record<ReferenceKind, string> = {
  group: "Group",
  user: "User",
  filter: "Assignment filter",
  scopeTag: "Scope tag",
  notificationTemplate: "Notification template",
  namedLocation: "Named location",
  authStrength: "Authentication strength",
  termsOfUse: "Terms of use",
  complianceScript: "Compliance script",
  reusableSetting: "Reusable setting",
  app: "App",
  application: "Enterprise application",
  servicePrincipal: "Service principal",
  directoryRole: "Directory role",
  authContext: "Authentication context",
  settingsTemplate: "Template",
  deviceConfiguration: "Device configuration",
};

/** What becomes of a reference. */
export function referenceText({ state, targetName, targetId, chosenBy }: PlannedReference): string {
  const target = targetName ?? targetId;
  switch (state) {
    case "found":
      return "The tenant has it.";
    case "mapped":
      return `${target ?? "Another"} stands for it, ${chosenBy === "request" ? "as you chose" : "by its exact name"}.`;
    case "planned":
      return "This plan makes it before.";
    case "left_out":
      return chosenBy === "request" ? "Left out, as you chose." : "Left out.";
    case "missing":
      return targetId === null
        ? "The tenant does not have it."
        : `The tenant does not have what you chose for it: ${targetId}.`;
    case "unchecked":
      return "Written as it is, without having been looked up.";
  }
}

/** Null for what a plan that is not ready cannot tell. */
export function actionCount(plan: RestorePlan, action: RestoreAction): number | null {
  return plan.actionCounts === null ? null : plan.actionCounts[action];
}

function isWritten(action: RestoreAction): boolean {
  return action === "update" || action === "create" || action === "delete";
}

/** "2 blocked, 5 to update, 590 unchanged" */
export function planSummary(plan: RestorePlan): string {
  if (plan.state === "preparing") return "Being prepared";
  if (plan.state === "failed") return "Came to nothing";
  const parts = ACTIONS_IN_ORDER.flatMap((action) => {
    const count = actionCount(plan, action);
    if (count === null || count === 0) return [];
    return [`${count} ${isWritten(action) ? `to ${action}` : action}`];
  });
  return parts.length === 0 ? "Nothing in it" : parts.join(", ");
}

/** What a run of a plan that is ready would write, exactly: for the question before it. Null when it would write nothing. */
export function writesText(plan: RestorePlan): string | null {
  const created = actionCount(plan, "create");
  const updated = actionCount(plan, "update");
  const deleted = actionCount(plan, "delete");
  const parts = [
    ...(deleted === null || deleted === 0
      ? []
      : [`${deleted} ${deleted === 1 ? "policy is" : "policies are"} deleted`]),
    ...(created === null || created === 0
      ? []
      : [`${created} ${created === 1 ? "policy is" : "policies are"} created`]),
    ...(updated === null || updated === 0
      ? []
      : [`${updated} ${updated === 1 ? "policy is" : "policies are"} updated`]),
  ];
  return parts.length === 0 ? null : `${parts.join(" and ")} in the tenant.`;
}

/** What the same run leaves alone. Null when it leaves nothing alone. */
export function untouchedText(plan: RestorePlan): string | null {
  const parts = (["unchanged", "ambiguous", "blocked"] as const).flatMap((action) => {
    const count = actionCount(plan, action);
    return count === null || count === 0 ? [] : [`${count} ${action}`];
  });
  return parts.length === 0 ? null : `Not touched: ${parts.join(", ")}.`;
}

/** Null where nothing is compared, or nothing differs. */
export function changesText({ changeCount }: Pick<RestorePlanItem, "changeCount">): string | null {
  if (changeCount === 0) return null;
  return changeCount === 1 ? "1 change" : `${changeCount} changes`;
}

export function missingText(missingCount: number): string {
  return missingCount === 1 ? "1 missing reference" : `${missingCount} missing references`;
}

/** Which policy of the tenant it is for, where that is not obvious from the name. */
export function targetText({ action, name, target }: RestorePlanItem): string | null {
  if (target === null || target.name === name) return null;
  return action === "update" ? `updates “${target.name}”` : `is “${target.name}” there`;
}

/** The two sides of a planned change. A plan tells the tenant as its preview read it, which a run of the plan has made past. */
export function comparedWords(plan: Pick<RestorePlan, "runs">): { before: string; after: string } {
  return plan.runs.length === 0
    ? { before: "The tenant at the preview", after: "After the restore" }
    : { before: "The tenant before the restore", after: "As planned" };
}

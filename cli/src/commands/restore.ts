/** Restores: a plan is prepared, reviewed, and approved by its hash. Nothing is written to the tenant before that. */
import { restorePlanAddress } from "../../../src/contract/console-addresses.ts";
import type { ChangeValue, ServedChange } from "../../../src/contract/policy-diff.ts";
import {
  conditionalAccessStateSchema,
  RESTORE_ACTIONS,
  type RestoreAction,
  type RestoreMode,
  type RestorePlan,
  type RestorePlanItem,
} from "../../../src/contract/restore.ts";
import { operationRoutes } from "../../../src/contract/routes/operations.ts";
import { restorePlanRoutes } from "../../../src/contract/routes/restore-plans.ts";
import { shownTable } from "../output/list-result.ts";
import type { Context, Result } from "../context.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { clean } from "../output/clean.ts";
import { facts } from "../output/table.ts";
import { endedResult, startedResult, startRun, waitForRun, type WaitOptions } from "../runs/run-result.ts";
import { reasonHeader } from "./runs.ts";

/** Characters of a value that a line of a difference shows. */
const VALUE_LENGTH = 60;

export interface PreviewOptions {
  mode: RestoreMode;
  item?: string[];
  namePrefix?: string;
  assignments: boolean;
  conditionalAccess: string;
}

/** Prepares a plan. It reads the tenant and writes nothing. */
export async function previewRestore(
  context: Context,
  tenantId: string,
  backupSetId: string,
  options: PreviewOptions,
): Promise<Result> {
  const run = await startRun(context, tenantId, "policy.restore-preview", {
    backupSetId,
    mode: options.mode,
    assignments: options.assignments,
    conditionalAccess: conditionalAccessStateSchema.parse(options.conditionalAccess),
    ...(options.item === undefined ? {} : { itemIds: options.item }),
    ...(options.namePrefix === undefined ? {} : { namePrefix: options.namePrefix }),
  });
  const ended = await waitForRun(context, run);
  const planId = ended.result?.id;
  if (ended.outcome !== "succeeded" || planId === undefined) return endedResult(context, tenantId, ended);
  return reviewPlan(context, tenantId, planId, {});
}

export interface ReviewOptions {
  changes?: true;
}

/** Shows a plan with all of its items; with `changes` also what would be written otherwise than it is. */
export async function reviewPlan(
  context: Context,
  tenantId: string,
  planId: string,
  { changes }: ReviewOptions,
): Promise<Result> {
  const { api } = context;
  const plan = await api.call(restorePlanRoutes.show, { params: { tenantId, planId } });
  const items = await itemsOf(context, tenantId, plan);
  const details = changes === true ? await detailsOf(context, tenantId, planId, items) : null;
  return {
    code: plan.state === "failed" ? EXIT.failed : EXIT.succeeded,
    json: { plan, items: details ?? items },
    lines: [
      ...planFacts(context, tenantId, plan),
      "",
      ...itemLines(context, items),
      ...(details ?? []).flatMap((item) => [
        "",
        clean(`${item.name} (${item.familyLabel}): ${item.action}`),
        ...item.notes.map((note) => `  ! ${clean(note)}`),
        ...item.changes.map((change) => `  ${changeLine(change)}`),
      ]),
      ...(plan.planHash === null
        ? []
        : ["", `Approve it: tenantatlas restore approve ${planId} --hash ${plan.planHash} --tenant ${tenantId}`]),
    ],
  };
}

export interface ApproveOptions extends WaitOptions {
  hash?: string;
  reason?: string;
  justification?: string;
}

/**
 * Restores what the plan says. The approval names the plan's hash, in a terminal after a look at the plan and a question; so what runs is what
 * was reviewed.
 */
export async function approvePlan(
  context: Context,
  tenantId: string,
  planId: string,
  options: ApproveOptions,
): Promise<Result> {
  const { api, terminal } = context;
  const plan = await api.call(restorePlanRoutes.show, { params: { tenantId, planId } });
  if (plan.planHash === null) {
    throw new CommandError(
      plan.state === "failed" ? "The plan failed: it holds nothing to run." : "The plan is not ready yet.",
      {
        code: EXIT.conflict,
      },
    );
  }
  if (options.hash === undefined) await askForApproval(context, tenantId, plan);
  else if (options.hash !== plan.planHash) {
    throw new CommandError("The plan has another hash than the one that you approve.", {
      code: EXIT.conflict,
      hint: `Review it again: tenantatlas restore review ${planId} --tenant ${tenantId}`,
    });
  }
  const { run, deduplicated } = await api.call(operationRoutes.start, {
    params: { tenantId },
    headers: reasonHeader(options.reason),
    body: {
      type: "policy.restore",
      input: {
        backupSetId: plan.backupSetId,
        mode: plan.options.mode,
        assignments: plan.options.assignments,
        approvedPlan: plan.planHash,
        ...(plan.options.itemIds === null ? {} : { itemIds: plan.options.itemIds }),
        ...(options.justification === undefined ? {} : { justification: options.justification }),
      },
    },
  });
  if (deduplicated) terminal.tell("The same restore is under way already: this is that one.");
  if (!options.wait) return startedResult(context, tenantId, run);
  return endedResult(context, tenantId, await waitForRun(context, run));
}

async function askForApproval(context: Context, tenantId: string, plan: RestorePlan): Promise<void> {
  const { terminal } = context;
  for (const line of planFacts(context, tenantId, plan)) terminal.tell(line);
  terminal.tell("");
  for (const line of itemLines(context, await itemsOf(context, tenantId, plan))) terminal.tell(line);
  const typed = await terminal.ask(
    `\nThis writes to ${clean(tenantId)}. Type its name to approve: `,
    `Approve it by its hash: --hash ${plan.planHash}`,
  );
  if (typed.trim() !== tenantId) throw new CommandError("Not approved. Nothing was written.", { code: EXIT.canceled });
}

async function itemsOf({ api }: Context, tenantId: string, plan: RestorePlan): Promise<RestorePlanItem[]> {
  if (plan.state !== "ready") return [];
  const items: RestorePlanItem[] = [];
  const pages = api.all((cursor) =>
    api.call(restorePlanRoutes.items, { params: { tenantId, planId: plan.id }, query: { cursor, limit: 200 } }),
  );
  for await (const item of pages) items.push(item);
  return items;
}

async function detailsOf({ api }: Context, tenantId: string, planId: string, items: readonly RestorePlanItem[]) {
  const details = [];
  for (const { ordinal } of items) {
    details.push(await api.call(restorePlanRoutes.item, { params: { tenantId, planId, ordinal } }));
  }
  return details;
}

/** In words: "2 to create, 1 to update, 9 unchanged". */
const ACTION_WORDS: Readonly<Record<RestoreAction, string>> = {
  create: "to create",
  update: "to update",
  delete: "to delete",
  unchanged: "unchanged",
  ambiguous: "ambiguous",
  blocked: "blocked",
};

function planFacts(context: Context, tenantId: string, plan: RestorePlan): string[] {
  const { actionCounts, options } = plan;
  const counted =
    actionCounts === null
      ? null
      : RESTORE_ACTIONS.filter((action) => actionCounts[action] > 0)
          .map((action) => `${actionCounts[action]} ${ACTION_WORDS[action]}`)
          .join(", ");
  return facts([
    ["Plan", plan.id],
    ["State", plan.state],
    ["Items", counted === "" ? "none" : counted],
    ["Mode", options.mode],
    ["Assignments", options.assignments ? "put back" : "left as they are"],
    ["Conditional access", options.conditionalAccess],
    ["References missing", plan.itemsMissingReferences === null ? null : plan.itemsMissingReferences],
    ["Hash", plan.planHash],
    ["Page", context.api.page(restorePlanAddress(tenantId, plan.id))],
  ]);
}

function itemLines(context: Context, items: readonly RestorePlanItem[]): string[] {
  return shownTable(
    context,
    [
      { title: "Action", cell: ({ action }) => action },
      { title: "Policy", cell: ({ name }) => name },
      { title: "Family", cell: ({ familyLabel }) => familyLabel },
      { title: "Changes", cell: ({ changeCount }) => changeCount, right: true },
      { title: "Missing", cell: ({ missingCount }) => missingCount, right: true },
      { title: "Why", cell: ({ reason }) => (reason === null ? "" : reason.message) },
    ],
    items,
  );
}

function changeLine(change: ServedChange): string {
  const before = "before" in change ? shown(change.before) : "";
  const after = "after" in change ? shown(change.after) : "";
  switch (change.kind) {
    case "added":
      return clean(`+ ${change.pathText}: ${after}`);
    case "removed":
      return clean(`- ${change.pathText}: ${before}`);
    case "changed":
    case "moved":
      return clean(`~ ${change.pathText}: ${before} -> ${after}`);
  }
}

function shown(value: ChangeValue): string {
  const text =
    value.form === "json" ? JSON.stringify(value.json) : value.form === "text" ? JSON.stringify(value.text) : "…";
  return text.length > VALUE_LENGTH ? `${text.slice(0, VALUE_LENGTH)}…` : text;
}

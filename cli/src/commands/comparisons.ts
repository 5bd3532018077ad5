/** Baselines: capturing one, comparing the tenant with it, and the findings. */
import { z } from "zod";
import { findingStatusSchema, SEVERITIES, severitySchema } from "../../../src/contract/baselines.ts";
import { baselineRoutes, comparisonRoutes } from "../../../src/contract/routes/baselines.ts";
import { findingRoutes } from "../../../src/contract/routes/findings.ts";
import type { Context, Result } from "../context.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { listResult, shownTable } from "../output/list-result.ts";
import { when } from "../output/times.ts";
import { endedResult, runToEnd, startedResult, startRun, waitForRun, type WaitOptions } from "../runs/run-result.ts";

export interface CaptureOptions extends WaitOptions {
  family?: string[];
}

export async function captureBaseline(
  context: Context,
  tenantId: string,
  name: string,
  { family, wait }: CaptureOptions,
): Promise<Result> {
  const input = { name, ...(family === undefined ? {} : { families: family }) };
  return runToEnd(context, tenantId, "baseline.capture", input, { wait });
}

export async function listBaselines(context: Context, tenantId: string, { limit }: { limit: number }): Promise<Result> {
  const page = await context.api.call(baselineRoutes.list, { params: { tenantId }, query: { limit } });
  return listResult(
    context,
    [
      { title: "Id", cell: ({ id }) => id },
      { title: "Name", cell: ({ name }) => name },
      { title: "State", cell: ({ status }) => status },
      { title: "Policies", cell: ({ policyCount }) => policyCount, right: true },
      { title: "Made", cell: ({ createdAt }) => when(createdAt) },
    ],
    page,
  );
}

/** Compares with a baseline, the newest sealed one where none is named. Ends with a code of its own where findings are open. */
export async function compare(
  context: Context,
  tenantId: string,
  named: string | undefined,
  { wait }: WaitOptions,
): Promise<Result> {
  const baselineId = named ?? (await newestBaseline(context, tenantId));
  const run = await startRun(context, tenantId, "baseline.compare", { baselineId });
  if (!wait) return startedResult(context, tenantId, run);
  const ended = await waitForRun(context, run);
  const comparisonId = ended.result?.id;
  const result = await endedResult(context, tenantId, ended);
  if (ended.outcome !== "succeeded" || comparisonId === undefined) return result;
  const comparison = await context.api.call(comparisonRoutes.show, { params: { tenantId, comparisonId } });
  const { counts } = comparison;
  if (counts === null) return result;
  const { open, accepted } = counts.total;
  return {
    code: open > 0 ? EXIT.differences : EXIT.succeeded,
    json: { run: ended, comparison },
    lines: [
      ...(result.lines ?? []),
      "",
      `${open} open and ${accepted} accepted findings; ${counts.policies.matching} policies as the baseline has them.`,
      ...(counts.notChecked > 0
        ? [`${counts.notChecked} findings could not be checked: they are as they were before.`]
        : []),
      ...(open > 0 ? [`List them: tenantatlas findings --tenant ${tenantId}`] : []),
    ],
  };
}

async function newestBaseline({ api }: Context, tenantId: string): Promise<string> {
  const pages = api.all((cursor) =>
    api.call(baselineRoutes.list, { params: { tenantId }, query: { cursor, limit: 50 } }),
  );
  for await (const { id, status, isStandard } of pages) if (status === "sealed" && !isStandard) return id;
  throw new CommandError("The tenant has no sealed baseline.", {
    code: EXIT.notFound,
    hint: `Capture one: tenantatlas baseline capture "Known good" --tenant ${tenantId}`,
  });
}

const findingOptionsSchema = z.object({ status: findingStatusSchema, severity: severitySchema.optional() });
export interface FindingOptions {
  status: string;
  severity?: string;
  limit: number;
}

export async function findings(context: Context, tenantId: string, options: FindingOptions): Promise<Result> {
  const { status, severity } = findingOptionsSchema.parse(options);
  const { items, nextCursor } = await context.api.call(findingRoutes.list, {
    params: { tenantId },
    query: { status, severity: severity ?? null, limit: options.limit },
  });
  return {
    code: EXIT.succeeded,
    json: { items, nextCursor },
    lines: [
      ...shownTable(
        context,
        [
          { title: "Severity", cell: (finding) => finding.severity },
          { title: "Finding", cell: ({ message }) => message },
          { title: "Policy", cell: ({ name }) => name },
          { title: "Baseline", cell: ({ baseline }) => baseline.name },
          { title: "Since", cell: ({ firstSeenAt }) => when(firstSeenAt) },
        ],
        items,
      ),
      ...(nextCursor === null
        ? []
        : [`There are more: raise --limit (at most 200), or choose by --severity ${SEVERITIES[0]}.`]),
    ],
  };
}

/** Backup sets: making one of the tenant's policies, and looking at what is there. */
import { backupSetAddress } from "../../../src/contract/console-addresses.ts";
import { backupSetRoutes } from "../../../src/contract/routes/backup-sets.ts";
import type { Context, Result } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { listResult } from "../output/list-result.ts";
import { facts, table } from "../output/table.ts";
import { when } from "../output/times.ts";
import { runToEnd, type WaitOptions } from "../runs/run-result.ts";

export interface BackupOptions extends WaitOptions {
  name?: string;
  set?: string;
  family?: string;
  query?: string;
}

/** Backs up the policies that match, all without a filter, into a set that exists or is made for it. */
export async function makeBackup(context: Context, tenantId: string, options: BackupOptions): Promise<Result> {
  const { api, terminal } = context;
  const name = options.name ?? `Command line, ${when(new Date(terminal.now()).toISOString())}`;
  const backupSetId =
    options.set ?? (await api.call(backupSetRoutes.create, { params: { tenantId }, body: { name } })).id;
  const filter = { query: options.query ?? null, family: options.family ?? null };
  return runToEnd(context, tenantId, "backup-set.add-policies", { backupSetId, filter }, options);
}

export async function listBackups(context: Context, tenantId: string, { limit }: { limit: number }): Promise<Result> {
  const page = await context.api.call(backupSetRoutes.list, {
    params: { tenantId },
    query: { limit },
  });
  return listResult(
    context,
    [
      { title: "Id", cell: ({ id }) => id },
      { title: "Name", cell: ({ name }) => name },
      { title: "State", cell: ({ state }) => state },
      { title: "Policies", cell: ({ policyCount }) => policyCount, right: true },
      { title: "Last taken", cell: ({ lastCapturedAt }) => when(lastCapturedAt) },
    ],
    page,
  );
}

export async function showBackup(context: Context, tenantId: string, backupSetId: string): Promise<Result> {
  const { api } = context;
  const set = await api.call(backupSetRoutes.show, { params: { tenantId, backupSetId } });
  return {
    code: EXIT.succeeded,
    json: { backupSet: set },
    lines: [
      ...facts([
        ["Name", set.name],
        ["State", set.state],
        ["Comes from", set.origin],
        ["Policies", set.policyCount],
        ["Made", when(set.createdAt)],
        ["Id", set.id],
        ["Page", api.page(backupSetAddress(tenantId, set.id))],
      ]),
      "",
      ...table(
        [
          { title: "Family", cell: ({ label }) => label },
          { title: "Policies", cell: ({ policyCount }) => policyCount, right: true },
        ],
        set.families,
      ),
    ],
  };
}

/** What reaches from a run over tenants to the operations that were started for it. */
import { envOfTenant, NoSuchTenantError, type TenantEnv } from "../../database/databases.ts";
import { readStarterIn } from "../../database/portfolio/in-tenant.ts";
import { listBegun, type PortfolioTenantRow } from "../../database/portfolio/portfolio-reading.ts";
import { noteChild } from "../../database/portfolio/portfolio-writing.ts";
import { readKeyedAnswer } from "../../database/runs/idempotency-keys.ts";
import { withOrigin } from "../../observability/origin.ts";
import type { RunVerbs } from "../../runs/operation.ts";
import { eachOf } from "../../storage/each-of.ts";
import { childKey } from "./child-key.ts";

const PAGE = 200;

/** An operation of a tenant that was started for a run over tenants, and that had not been seen to end. */
export interface Child {
  ordinal: number;
  tenantId: string;
  tenantSlug: string;
  childId: string;
  pausedWith: PortfolioTenantRow["pausedWith"];
  env: TenantEnv;
}

/** Does something to each of them, six at a time. What one of them throws is thrown when all were tried. */
export async function eachChild(
  env: TenantEnv,
  { runId, starterId }: { runId: string; starterId: string },
  act: (child: Child) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  for (let from = 0; ;) {
    const begun = await listBegun(env.CONTROL, runId, from, PAGE);
    await eachOf(begun, async (row) => {
      try {
        const child = await childOf(env, row, starterId);
        if (child !== null) await withOrigin({ way: "run", portfolioRunId: runId }, () => act(child));
      } catch (error) {
        failures.push(error);
      }
    });
    const last = begun.at(-1);
    if (last === undefined || begun.length < PAGE) break;
    from = last.ordinal + 1;
  }
  if (failures.length > 0) throw failures[0];
}

/** A unit may have died between the start of its operation and its note: the start's key knows. */
async function childOf(env: TenantEnv, row: PortfolioTenantRow, starterId: string): Promise<Child | null> {
  const { tenantId, ordinal, pausedWith } = row;
  if (tenantId === null) return null;
  try {
    const there = await envOfTenant(env, tenantId);
    const found = await readStarterIn(there.DATABASE, { tenantId, userId: starterId, capability: "operations.read" });
    if (found === null) return null;
    const childId = row.childId ?? (await startedBy(env, there, row, { tenantId, userId: starterId }));
    return childId === null ? null : { ordinal, tenantId, tenantSlug: found.slug, childId, pausedWith, env: there };
  } catch (error) {
    if (error instanceof NoSuchTenantError) return null;
    throw error;
  }
}

async function startedBy(
  env: TenantEnv,
  there: TenantEnv,
  row: PortfolioTenantRow,
  owner: { tenantId: string; userId: string },
): Promise<string | null> {
  const key = childKey(row);
  for (const each of [key, `${key}/retry`]) {
    const answer = await readKeyedAnswer(there.DATABASE, { ...owner, key: each });
    if (answer === null || answer.body.deduplicated) continue;
    await noteChild(env.CONTROL, row, { id: answer.body.run.id, own: true });
    return answer.body.run.id;
  }
  return null;
}

/** Cancels them; what has ended stays. May be called any number of times. */
export function cancelChildren(
  env: TenantEnv,
  runs: Pick<RunVerbs, "cancel">,
  { runId, starterId, actor }: { runId: string; starterId: string; actor?: { id: string; name: string } },
): Promise<void> {
  return eachChild(env, { runId, starterId }, async ({ ordinal, tenantId, tenantSlug, childId, env: there }) => {
    const request = { tenantId, tenantSlug, runId: childId, actor: actor ?? { id: starterId, name: "" } };
    await runs.cancel(there, request, `${childKey({ runId, ordinal })}/cancel`);
  });
}

/**
 * Finds out what a tenant has granted: what a token names, confirmed by one small reading for each family and for what is read besides.
 * Nothing of the token leaves this file.
 */
import type { PermissionReason, PermissionVerdict } from "../contract/permissions.ts";
import {
  beginPermissionCheck,
  type CheckedConnection,
  type CheckResult,
  endPermissionCheck,
} from "../database/tenancy/permission-checks.ts";
import type { BudgetLimits } from "../graph/calls/budget.ts";
import { permissionToGrant } from "../graph/calls/classify.ts";
import type { GraphClient } from "../graph/calls/client.ts";
import { probeEach } from "../graph/calls/probe.ts";
import type { GraphFailure, GraphResult } from "../graph/calls/result.ts";
import { FAMILIES } from "../graph/families.ts";
import { type Need, needsOf, relatedPlaces } from "../graph/permissions/needs.ts";
import { type Claims, type ProbeOutcome, readingVerdict, writingVerdict } from "../graph/permissions/verdicts.ts";
import type { UnitContext } from "../runs/operation.ts";
import { connectTenant } from "./connect.ts";
import { connectionResult, unansweredResult } from "./failure-results.ts";
import type { TenantEnv } from "../database/databases.ts";

/**
 * A token, a batch for every 20 places, and what throttling asks for again. A person waits for it: what takes longer is said to be
 * unknown.
 */
const BUDGET: BudgetLimits = {
  maxRequests: 40,
  maxRetries: 12,
  maxFruitlessRetries: 3,
  maxWaitMs: 5_000,
  maxTotalWaitMs: 12_000,
  maxDurationMs: 20_000,
};

const AGAIN = "Check again later.";

/** The longest that requests may keep a check waiting: below the lease of a check (`database/tenancy/permission-checks.ts`). */
const LONGEST_CHECK_MS = 30_000;

/**
 * Checks one of a tenant's connections and stores the result, durable when it returns. A new token is fetched, since a grant is only in tokens issued after
 * it; when Microsoft gives one, all later work uses it. Does nothing while another check is under way, or has ended a moment ago. Costs
 * a token and a request for every 20 readings.
 */
export async function checkPermissions(connection: CheckedConnection, actorId: string, env: TenantEnv): Promise<void> {
  const startedAt = Date.now();
  if (!(await beginPermissionCheck(env.DATABASE, connection, { at: startedAt, actorId }))) return;
  const context = { env, now: Date.now, signal: AbortSignal.timeout(LONGEST_CHECK_MS) };
  const result = await askGraph(connection, context, startedAt);
  await endPermissionCheck(env.DATABASE, { ...connection, startedAt, endedAt: Date.now() }, result);
}

async function askGraph(
  { tenantId, purpose }: CheckedConnection,
  context: UnitContext,
  startedAt: number,
): Promise<CheckResult> {
  const options = { purpose, budget: BUDGET, tokensFrom: startedAt, interactive: true };
  const connecting = await connectTenant(tenantId, context, options);
  if (connecting.kind !== "connected") {
    const { reasonCode, message } = connectionResult(connecting);
    return { kind: "failed", reason: { code: reasonCode, message } };
  }
  return findGrants(connecting.client, connecting.clientId, context.now);
}

/** What Graph answers to a client. `application`: the client id that permissions are granted to. */
export async function findGrants(client: GraphClient, application: string, now: () => number): Promise<CheckResult> {
  const roles = await client.tokenRoles();
  if (roles.kind !== "ok") return { kind: "failed", reason: whyNotTold(roles) };
  const claims: Claims = roles.value === null ? null : new Set(roles.value);

  const related = relatedPlaces();
  const answers = await probeEach(client, now, [
    ...FAMILIES.map(({ version, path, single }) => ({ version, path, isList: single === null })),
    ...related.map(({ version, path }) => ({ version, path, isList: true })),
  ]);
  const outcomes = answers.values();
  const next = (need: Need): ProbeOutcome => outcomeOf(outcomes.next().value, need);
  const families = FAMILIES.map((family) => {
    const needs = needsOf(family);
    const reading = readingVerdict(needs.reading, next(needs.reading), claims, family.reading.isForPeopleAlone);
    return [family.key, { reading, writing: writingVerdict(needs, reading, claims) }] as const;
  });
  const beside = related.map(({ key, need }): [string, PermissionVerdict] => [
    key,
    readingVerdict(need, next(need), claims),
  ]);
  return {
    kind: "checked",
    findings: {
      application,
      tokenNamesPermissions: claims !== null,
      families: Object.fromEntries(families),
      related: Object.fromEntries(beside),
    },
  };
}

function outcomeOf(answer: GraphResult<unknown> | undefined, need: Need): ProbeOutcome {
  if (answer === undefined) throw new Error("fewer answers than places");
  switch (answer.kind) {
    case "ok":
      return { kind: "read" };
    case "permission_missing":
      return { kind: "refused", permission: permissionToGrant(answer.named, need.permission), says: answer.message };
    default:
      return { kind: "not_told", reason: whyNotTold(answer) };
  }
}

function whyNotTold(failure: Exclude<GraphFailure, { kind: "permission_missing" }>): PermissionReason {
  if (failure.kind === "not_found") {
    return { code: "not_found", message: "Microsoft Graph does not know the address in this tenant (404)." };
  }
  const { reasonCode, message } = unansweredResult(failure, AGAIN);
  return { code: reasonCode, message };
}

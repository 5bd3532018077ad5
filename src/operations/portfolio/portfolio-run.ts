/**
 * `portfolio.run`: one operation in many tenants. A unit is a tenant. It starts the operation in its tenant, in the name of the person who
 * started this run, and settles when that operation has ended, whatever its outcome: specs/274-portfolio-runs.
 */
import { z } from "zod";
import {
  PORTFOLIO_OPERATION,
  PORTFOLIO_REASONS,
  type PortfolioReason,
  type PortfolioType,
  portfolioLabel,
  portfolioTypeSchema,
  TENANTS_AT_A_TIME,
} from "../../contract/portfolio.ts";
import { FULL_RETRY_AFTER_SECONDS } from "../../contract/limits.ts";
import { OPERATION_TYPES } from "../../contract/operation-types.ts";
import { mayHaveAnotherSet } from "../../database/backups/backup-set-changes.ts";
import { envOfTenant, NoSuchTenantError, type TenantEnv } from "../../database/databases.ts";
import { followingOf } from "../../database/standards/followings.ts";
import { newestBaseline, readStarterIn } from "../../database/portfolio/in-tenant.ts";
import {
  listOrdinals,
  type PortfolioTenantRow,
  readPortfolioStarter,
  readPortfolioTenant,
} from "../../database/portfolio/portfolio-reading.ts";
import { noteChild, noteEnd, noteStarting, type TenantEnd } from "../../database/portfolio/portfolio-writing.ts";
import { readRunRow } from "../../database/runs/operation-runs.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import { ObjectUnavailableError } from "../../durable-objects/repeat-call.ts";
import { withOrigin } from "../../observability/origin.ts";
import { implement } from "../../runs/implement.ts";
import type { RunUnitTask, RunVerbs, UnitContext, UnitResult, Verdict } from "../../runs/operation.ts";
import type { Actor, StartOutcome, StartRequest } from "../../runs/run-requests.ts";
import type { ProjectionRow } from "../../runs/facts/projection-row.ts";
import type { NewSet } from "../../runs/facts/new-set.ts";
import { survivingStorageOutage } from "../../runs/storage-outage.ts";
import { childKey } from "./child-key.ts";
import { cancelChildren } from "./children.ts";

const PLAN_PAGE = 500;
/** Waits for room in a tenant, and for its move: an hour and more. */
const MAX_DEFERRALS = 150;
/** How often a unit looks by itself whether its operation has ended. As a rule it is told. */
const LOOK_AGAIN_SECONDS = 30;
/** Of an operation that another had started, which tells nobody here. */
const LOOK_AGAIN_JOINED_SECONDS = 5;
const MOVING_SECONDS = 60;

export const portfolioRun = implement(PORTFOLIO_OPERATION, {
  inputSchema: z.strictObject({ type: portfolioTypeSchema }),
  unitsPerMessage: 1,
  callsGraph: false,
  concurrency: 6,
  maxDeferrals: MAX_DEFERRALS,
  atATime: TENANTS_AT_A_TIME,
  needs: { queries: 40, subrequests: 44, memoryMiB: 1 },

  // The list was sealed with the run's row. A unit names its place in the list, and nothing of the tenant: what is deleted leaves no trace here.
  async plan({ runId }, _, cursor, { env }) {
    const ordinals = await listOrdinals(env.CONTROL, runId, cursor === null ? 0 : Number(cursor), PLAN_PAGE);
    const last = ordinals.at(-1);
    return {
      kind: "listed",
      units: ordinals.map((ordinal) => ({
        key: String(ordinal).padStart(6, "0"),
        label: `Tenant ${ordinal + 1}`,
        input: null,
      })),
      nextCursor: last !== undefined && ordinals.length === PLAN_PAGE ? String(last + 1) : null,
    };
  },

  execute: (task, context) =>
    survivingStorageOutage(task, "It is tried again.", async () => {
      try {
        return await doTenant(task, context);
      } catch (error) {
        if (!(error instanceof ObjectUnavailableError)) throw error;
        return later(error.retryAfterSeconds, "unavailable", "The operation could not be reached. It is tried again.");
      }
    }),

  // Canceled, or failed as a whole: what was started for it is canceled too. After the last lease, so that nothing is started any more.
  async abandon({ runId, initiatorId }, _, { env, runs }) {
    if (runs === undefined || initiatorId === null)
      throw new Error("a run over tenants was given no way to its operations");
    await cancelChildren(env, runs, { runId, starterId: initiatorId });
  },
});

async function doTenant(task: RunUnitTask, context: UnitContext): Promise<UnitResult> {
  const { env, runs, now } = context;
  if (runs === undefined) throw new Error("a unit that starts operations was given no way to them");
  const { CONTROL } = env;
  const row = await readPortfolioTenant(CONTROL, task.runId, task.ordinal);
  if (row === null) throw new Error("a unit has no tenant");
  if (row.outcome !== null) return verdictOf({ ...row, outcome: row.outcome });
  const end = async (ended: TenantEnd): Promise<Verdict> => {
    await noteEnd(CONTROL, task, ended, now());
    // Another execution of the unit may have been first.
    const noted = await readPortfolioTenant(CONTROL, task.runId, task.ordinal);
    return verdictOf(noted?.outcome === null || noted === null ? ended : { ...noted, outcome: noted.outcome });
  };
  const place = await placeOf(env, row.tenantId);
  if (place === null) return end(ending("skipped", "tenant_gone"));
  if (row.childId !== null) return ofChild(place, row.childId, row.own === true, end);
  const starter = await readPortfolioStarter(CONTROL, task.runId);
  if (starter === null) throw new Error("a run over tenants has no row");
  const started = await startChild(task, row, { place, starter, runs, control: CONTROL, now });
  switch (started.kind) {
    case "ended":
      return end(started.end);
    case "later":
      return started.result;
    case "child":
      await noteChild(CONTROL, task, started);
      return ofChild(place, started.id, started.own, end);
  }
}

/** Where the tenant is; null for one that is not there any more. */
async function placeOf(env: TenantEnv, tenantId: string | null): Promise<{ env: TenantEnv; tenantId: string } | null> {
  if (tenantId === null) return null;
  try {
    return { env: await envOfTenant(env, tenantId), tenantId };
  } catch (error) {
    if (error instanceof NoSuchTenantError) return null;
    throw error;
  }
}

type Place = NonNullable<Awaited<ReturnType<typeof placeOf>>>;

/** What the tenant's operation has come to, or that it goes on. */
async function ofChild(
  { env, tenantId }: Place,
  childId: string,
  own: boolean,
  end: (ended: TenantEnd) => Promise<Verdict>,
): Promise<UnitResult> {
  const child = await readRunRow(env.DATABASE, tenantId, childId);
  if (child === null) return end(ending("failed", "run_gone"));
  const outcome = endOf(child);
  if (outcome !== null) return end(outcome);
  const seconds = own ? LOOK_AGAIN_SECONDS : LOOK_AGAIN_JOINED_SECONDS;
  return { ...later(seconds, "operation_under_way", "The operation is under way in the tenant."), uncounted: true };
}

/** What a tenant's operation that has ended means for the tenant; null while it goes on. */
function endOf({ status, outcome }: ProjectionRow): TenantEnd | null {
  if (status !== "completed") return null;
  switch (outcome) {
    case "succeeded":
      return { outcome: "succeeded", reasonCode: null, message: null };
    case "partially_succeeded":
      return ending("failed", "run_partly_failed");
    case "canceled":
      return ending("failed", "run_canceled");
    default:
      return ending("failed", "run_failed");
  }
}

interface Starting {
  place: Place;
  starter: { id: string; type: PortfolioType; standardId: string | null };
  runs: RunVerbs;
  control: TenantEnv["CONTROL"];
  now: () => number;
}

type Started =
  | { kind: "child"; id: string; own: boolean }
  | { kind: "ended"; end: TenantEnd }
  | { kind: "later"; result: UnitResult };

async function startChild(task: RunUnitTask, row: PortfolioTenantRow, starting: Starting): Promise<Started> {
  const { place, starter, runs, control, now } = starting;
  const { type, standardId } = starter;
  const { DATABASE } = place.env;
  const { tenantId } = place;
  const { capability } = OPERATION_TYPES[type];
  const found = await readStarterIn(DATABASE, { tenantId, userId: starter.id, capability });
  if (found === null) return { kind: "ended", end: ending("skipped", "tenant_gone") };
  if (!found.may) return { kind: "ended", end: ending("failed", "forbidden") };
  await noteStarting(control, task, now());
  const actor: Actor = found.person;
  const parent = { runId: task.runId, ordinal: task.ordinal };
  const request = { tenantId, tenantSlug: found.slug, actor, parent };
  // What is done in the tenant is told there as the work of a run over tenants.
  return withOrigin({ way: "run", portfolioRunId: task.runId }, async (): Promise<Started> => {
    const key = childKey(task);
    if (row.priorId !== null) {
      const retried = await runs.retry(place.env, { ...request, runId: row.priorId }, `${key}/retry`);
      switch (retried.kind) {
        case "started":
          return { kind: "child", id: retried.body.run.id, own: true };
        case "too_many_runs":
        case "tenant_closing":
        case "tenant_moving":
          return refusal(retried.kind);
        default:
        // It was done again in the meantime, or has nothing that can be: then the whole operation.
      }
    }
    const given =
      standardId === null ? await inputOf(task, type, place, now()) : await inputOfStandard(type, standardId, place);
    if ("end" in given) return { kind: "ended", end: given.end };
    const outcome = await runs.start(place.env, { ...request, type, idempotencyKey: key, ...given.start });
    return toStarted(outcome);
  });
}

function toStarted(outcome: StartOutcome): Started {
  switch (outcome.kind) {
    case "started":
    case "deduplicated":
    case "replayed":
      return { kind: "child", id: outcome.body.run.id, own: !outcome.body.deduplicated };
    case "too_many_runs":
    case "tenant_closing":
    case "tenant_moving":
      return refusal(outcome.kind);
    case "invalid_input": {
      const said = outcome.fields.map(({ message }) => message).join(". ");
      return {
        kind: "ended",
        end: { ...ending("failed", "refused"), message: `${PORTFOLIO_REASONS.refused} It ${said}.` },
      };
    }
    case "legal_hold":
    case "unknown_type":
    case "idempotency_key_reused":
    case "occasion_over":
      return { kind: "ended", end: ending("failed", "refused") };
  }
}

function refusal(kind: "too_many_runs" | "tenant_closing" | "tenant_moving"): Started {
  if (kind === "tenant_closing") return { kind: "ended", end: ending("skipped", kind) };
  const seconds = kind === "tenant_moving" ? MOVING_SECONDS : FULL_RETRY_AFTER_SECONDS;
  return { kind: "later", result: later(seconds, kind, PORTFOLIO_REASONS[kind]) };
}

/** What an operation about a gold standard is given: what the tenant follows of it. */
async function inputOfStandard(
  type: PortfolioType,
  standardId: string,
  { env: { DATABASE }, tenantId }: Place,
): Promise<{ start: Pick<StartRequest, "input" | "newSet"> } | { end: TenantEnd }> {
  const following = await followingOf(DATABASE, tenantId, standardId);
  if (following === null) return { end: ending("skipped", "not_following") };
  if (type === "baseline.compare") return { start: { input: { baselineId: following.id } } };
  return {
    start: {
      input: { followingId: following.id, mode: "update", assignments: false, conditionalAccess: "report-only" },
    },
  };
}

/** What the operation is given: the whole of the tenant. */
async function inputOf(
  { runId, ordinal }: RunUnitTask,
  type: PortfolioType,
  { env: { DATABASE }, tenantId }: Place,
  at: number,
): Promise<{ start: Pick<StartRequest, "input" | "newSet"> } | { end: TenantEnd }> {
  switch (type) {
    case "inventory.sync":
    case "evidence.snapshot":
    case "review-pack.generate":
      return { start: { input: {} } };
    case "baseline.compare": {
      const baselineId = await newestBaseline(DATABASE, tenantId);
      return baselineId === null ? { end: ending("failed", "no_baseline") } : { start: { input: { baselineId } } };
    }
    case "policy.restore-preview":
      throw new Error("a deployment is of a standard");
    case "backup-set.add-policies": {
      if (!(await mayHaveAnotherSet(DATABASE, tenantId))) return { end: ending("failed", "too_many_backup_sets") };
      // By an id that follows from the unit, and made with the run: one set, however often the unit is executed, and none without a backup.
      const newSet: NewSet = {
        id: `set_${(await sha256Hex(childKey({ runId, ordinal }))).slice(0, 32)}`,
        name: `${portfolioLabel(type)}, ${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`,
        description: "Made by an operation over many tenants.",
        schedule: null,
      };
      return { start: { input: { backupSetId: newSet.id, filter: {} }, newSet } };
    }
  }
}

function ending(outcome: "failed" | "skipped", reason: PortfolioReason): TenantEnd {
  return { outcome, reasonCode: reason, message: PORTFOLIO_REASONS[reason] };
}

function verdictOf({ outcome, reasonCode, message }: TenantEnd): Verdict {
  if (outcome === "succeeded") return { kind: "succeeded" };
  return { kind: outcome, reasonCode: reasonCode ?? "run_failed", message: message ?? PORTFOLIO_REASONS.run_failed };
}

function later(delaySeconds: number, reasonCode: string, message: string): Extract<UnitResult, { kind: "deferred" }> {
  return { kind: "deferred", delaySeconds, reasonCode, message };
}

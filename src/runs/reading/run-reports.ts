/** What runs tell beside their counts, for people: from D1 alone, each answer with the time at which it was so. */
import { z } from "zod";
import { RUN_AGAIN } from "../../contract/operation-types.ts";
import { declarationOf } from "../facts/declarations.ts";
import type { StoredEvent } from "../facts/run-report.ts";
import type { ProjectionRow } from "../facts/projection-row.ts";
import type { RunWaits, Timeline, TimelineEvent, UnitState } from "../../contract/run-report.ts";
import type { RunDetail } from "../../contract/runs.ts";
import type { TenantDatabase } from "../../database/databases.ts";
import { readRunInput, readRunRow } from "../../database/runs/operation-runs.ts";
import {
  listUnitStates,
  readReport,
  type StoredReport,
  type UnitStateRequest,
} from "../../database/runs/run-reports.ts";
import { scheduleOfRun } from "../../database/schedules/occurrences.ts";
import type { Page } from "../../database/sql/cursor.ts";
import { isoTime, isoTimeOrNull } from "../../database/sql/time.ts";
import { cureOfRun } from "./failures.ts";
import { present, type TenantReference } from "./run-reader.ts";

/**
 * The run with what it waits for, what cured it where it failed, and its input where it may be started again; null when the tenant has no such run.
 * Three queries, and one for each of cure and input.
 */
export async function readRunDetail(
  database: TenantDatabase,
  tenant: TenantReference,
  runId: string,
): Promise<RunDetail | null> {
  const [row, report] = await readTold(database, tenant.id, runId);
  if (row === null) return null;
  // What was told before the end says nothing of a run that is over.
  const waiting = report === null || row.status === "completed" ? null : waitsOf(report);
  const [curedBy, againInput, schedule] = await Promise.all([
    cureOfRun(database, tenant, row),
    againInputOf(database, row),
    scheduleOfRun(database, tenant.id, row.id),
  ]);
  return { ...present(row, tenant.slug), waiting, curedBy, againInput, schedule };
}

const inputSchema = z.record(z.string(), z.unknown());

async function againInputOf(database: TenantDatabase, { id, type, status }: ProjectionRow) {
  if (status !== "completed" || !RUN_AGAIN.some((again) => again === type)) return null;
  return inputSchema.parse(await readRunInput(database, id));
}

/** A run's row and what it told last, side by side. */
function readTold(database: TenantDatabase, tenantId: string, runId: string) {
  return Promise.all([readRunRow(database, tenantId, runId), readReport(database, tenantId, runId)]);
}

function waitsOf({ at, version, facts }: StoredReport): RunWaits {
  const { waits, otherReasons, waitingUnits, heldUnits } = facts;
  return {
    asOf: isoTime(at),
    version,
    waits: waits.map((wait) => ({
      ...wait,
      nextTryAt: isoTime(wait.nextTryAt),
      since: isoTimeOrNull(firstWait(facts.timeline, wait.message)),
    })),
    otherReasons,
    waitingUnits,
    heldUnits,
  };
}

/** When the run waited for a reason for the first time: its timeline has one event for each. */
function firstWait(timeline: readonly StoredEvent[], message: string): number | null {
  return timeline.find(({ kind, words }) => kind === "waited" && words === message)?.at ?? null;
}

/** How the run went so far, oldest first; null when the tenant has no such run. A run that has told nothing yet was queued. Two queries. */
export async function readTimeline(
  database: TenantDatabase,
  tenant: TenantReference,
  runId: string,
): Promise<Timeline | null> {
  const [row, report] = await readTold(database, tenant.id, runId);
  if (row === null) return null;
  const declaration = declarationOf(row.type);
  const unit = (declaration !== null && "unit" in declaration ? declaration.unit : null) ?? {
    one: "unit",
    other: "units",
  };
  const stored: StoredEvent[] = report?.facts.timeline ?? [{ kind: "queued", at: row.createdAt }];
  return {
    asOf: isoTime(report?.at ?? row.createdAt),
    version: report?.version ?? 1,
    items: stored.map((event): TimelineEvent => ({
      kind: event.kind,
      at: isoTime(event.at),
      until: event.until === undefined || event.until === event.at ? null : isoTime(event.until),
      text: textOf(event, unit),
    })),
    omitted: report?.facts.omitted ?? 0,
  };
}

interface Noun {
  one: string;
  other: string;
}

function textOf({ kind, count = 0, words = null }: StoredEvent, unit: Noun): string {
  const units = `${count} ${count === 1 ? unit.one : unit.other}`;
  switch (kind) {
    case "queued":
      return "Queued";
    case "started":
      return "Started";
    case "sealed":
      return `Planned: ${units}`;
    case "first_settled":
      return `First of the ${unit.other} ended`;
    case "phase":
      return words ?? "Next phase";
    case "waited":
      return `${count === 1 ? "Waited once" : `Waited ${count} times`}: ${words ?? ""}`;
    case "healed":
      return `Sent ${units} again that got lost`;
    case "paused":
      return words === null ? `Stopped by itself: ${units} failed` : `Paused by ${words}`;
    case "resumed":
      return words === null ? "Resumed" : `Resumed by ${words}`;
    case "canceled":
      return "Canceled";
    case "last_settled":
      return `Last of the ${unit.other} ended`;
    case "finalizing":
      return "Finalizing";
    case "completed":
      return OUTCOME_WORDS[words ?? ""] ?? "Ended";
  }
}

const OUTCOME_WORDS: Readonly<Record<string, string>> = {
  succeeded: "Succeeded",
  partially_succeeded: "Partially succeeded",
  failed: "Failed",
  canceled: "Ended as canceled",
};

/** The run's units in order, or those in one state; null when the tenant has no such run. */
export async function readUnitStates(
  database: TenantDatabase,
  request: UnitStateRequest,
): Promise<(Page<UnitState> & { planned: number | null; told: number }) | null> {
  const page = await listUnitStates(database, request);
  if (page === null) return null;
  return {
    ...page,
    items: page.items.map(({ ordinal, at, name, state, attempts, tookMs, nextTryAt }) => {
      const [key, label] = name ?? [String(ordinal), `Unit ${ordinal + 1}`];
      return {
        ordinal,
        key,
        label,
        state,
        attempts,
        durationMs: tookMs,
        nextTryAt: isoTimeOrNull(nextTryAt),
        asOf: isoTime(at),
      };
    }),
  };
}

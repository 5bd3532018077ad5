/** What runs tell beside their counts, for people: from D1 alone, each answer with the time at which it was so. */
import { declarationOf } from "../facts/declarations.ts";
import type { StoredEvent } from "../facts/run-report.ts";
import type { RunWaits, Timeline, TimelineEvent, UnitState } from "../../contract/run-report.ts";
import type { RunDetail } from "../../contract/runs.ts";
import type { TenantDatabase } from "../../database/databases.ts";
import { readRunRow } from "../../database/runs/operation-runs.ts";
import {
  listUnitStates,
  readReport,
  type StoredReport,
  type UnitStateRequest,
} from "../../database/runs/run-reports.ts";
import type { Page } from "../../database/sql/cursor.ts";
import { isoTime, isoTimeOrNull } from "../../database/sql/time.ts";
import { cureOfRun } from "./failures.ts";
import { present, type TenantReference } from "./run-reader.ts";

/** The run with what it waits for, and what cured it where it failed; null when the tenant has no such run. Two queries, three of a failed run. */
export async function readRunDetail(
  database: TenantDatabase,
  tenant: TenantReference,
  runId: string,
): Promise<RunDetail | null> {
  const [row, report] = await readTold(database, tenant.id, runId);
  if (row === null) return null;
  // What was told before the end says nothing of a run that is over.
  const waiting = report === null || row.status === "completed" ? null : waitsOf(report);
  return { ...present(row, tenant.slug), waiting, curedBy: await cureOfRun(database, tenant, row) };
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
    waits: waits.map((wait) => ({ ...wait, nextTryAt: isoTime(wait.nextTryAt) })),
    otherReasons,
    waitingUnits,
    heldUnits,
  };
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

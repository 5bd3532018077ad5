/** Tells people that a schedule keeps failing, or that the product has paused it. */
import { OCCURRENCE_REASONS, type OccurrenceReason } from "../../contract/schedules.ts";
import { runOutcomeSchema } from "../../contract/runs.ts";
import type { TenantDatabase } from "../databases.ts";
import { type Notice, noticeStatement } from "../runs/notices.ts";
import { failuresInARow } from "./failures-in-a-row.ts";
import type { OpenOccurrence } from "./occurrences.ts";

function noticeOf({ scheduleId, dueAt, tenantId, lastRun }: OpenOccurrence, at: number): Notice {
  const about = { page: "schedule", id: scheduleId } as const;
  const ofSchedule = {
    tenantId,
    to: "schedules.manage",
    key: `${scheduleId}/${dueAt}`,
    about,
    outcome: "failed",
    at,
  } as const;
  const outcome = runOutcomeSchema.safeParse(lastRun?.outcome).data;
  // It leads to the run that failed, where there is one: that says why.
  return lastRun !== null && (outcome === "failed" || outcome === "canceled")
    ? { ...ofSchedule, key: lastRun.id, about: null, outcome }
    : ofSchedule;
}

/**
 * For the batch that ends an occurrence as failed: when the schedule has now failed as often in a row as it was told to bear, notifies all members who may
 * manage schedules, once.
 */
export function tellOfFailures(
  database: TenantDatabase,
  occurrence: OpenOccurrence,
  { reason, message, at }: { reason: OccurrenceReason | null; message: string | null; at: number },
): D1PreparedStatement {
  const told = [reason === null ? null : OCCURRENCE_REASONS[reason], message].filter((each) => each !== null).join(" ");
  return noticeStatement(database, noticeOf(occurrence, at), {
    title: "'Schedule “' || s.name || '” failed'",
    body: "case n.failures when 1 then ?7 else n.failures || ' times in a row. ' || ?7 end",
    from: `schedules s, (select ${failuresInARow("?6")} as failures) n`,
    condition: "s.id = ?6 and n.failures = s.tell_after",
    values: [occurrence.scheduleId, told],
  });
}

/** For the batch that pauses a schedule because its owner may not do its steps any more. */
export function tellOfPause(database: TenantDatabase, occurrence: OpenOccurrence, at: number): D1PreparedStatement {
  const about = { page: "schedule", id: occurrence.scheduleId } as const;
  const key = `${occurrence.scheduleId}/paused/${at}`;
  return noticeStatement(
    database,
    { ...noticeOf(occurrence, at), key, about, outcome: "failed" },
    {
      title: "'Schedule “' || s.name || '” is paused'",
      body: "coalesce(u.name, 'Its owner') || ' may not do its steps any more. Resume it to let it work in your name.'",
      from: "schedules s left join users u on u.id = s.owner_id",
      condition: "s.id = ?6 and s.status = 'paused' and s.updated_at = ?5",
      values: [occurrence.scheduleId],
    },
  );
}

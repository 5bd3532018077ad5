/** What a person is told of their runs and schedules over tenants: stored once each, in the batch of what it tells of. */
import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { failuresInARow } from "../schedules/failures-in-a-row.ts";
import { OVER_TENANTS } from "../schedules/schedule-names.ts";
import { begunBySchedule } from "../schedules/step-begin.ts";
import type { ControlDatabase } from "../databases.ts";
import { decodeCursor, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { portfolioNotices } from "./tables.ts";

const n = portfolioNotices;
export type PortfolioNoticeRow = typeof n.$inferSelect;

/**
 * For the batch that completes a run: its starter is told, unless a schedule began it at its time and it succeeded. What it came to is not stored: the starter
 * may have lost sight of some of its tenants until they read it.
 */
export function noticeOfEnd(control: ControlDatabase, runId: string, at: number): D1PreparedStatement {
  return control
    .prepare(
      `insert into portfolio_notices (id, user_id, run_id, title, body, created_at)
       select 'notice_' || r.id, r.starter_id, r.id, '', '', coalesce(r.completed_at, ?2) from portfolio_runs r
        where r.id = ?1 and r.status = 'completed' and not (r.outcome = 'succeeded' and ${begunBySchedule("?1", OVER_TENANTS)})
       on conflict (id) do nothing`,
    )
    .bind(runId, at);
}

/**
 * For the batch that ends an occurrence as failed: when the schedule has now failed as often in a row as it was told to bear, its owner is told, once. It takes
 * the place of what was told of the run that failed, where there is one.
 */
export function noticeOfFailures(
  control: ControlDatabase,
  { scheduleId, dueAt, lastRun }: { scheduleId: string; dueAt: number; lastRun: { id: string } | null },
  { said, at }: { said: string; at: number },
): D1PreparedStatement {
  return control
    .prepare(
      `insert into portfolio_notices (id, user_id, run_id, schedule_id, title, body, created_at)
       select 'notice_' || ?2, s.owner_id, ?3, s.id, 'Schedule “' || s.name || '” failed',
              case n.failures when 1 then ?4 else n.failures || ' times in a row. ' || ?4 end, ?5
         from portfolio_schedules s, (select ${failuresInARow("?1", OVER_TENANTS)} as failures) n
        where s.id = ?1 and n.failures = s.tell_after
       on conflict (id) do update set title = excluded.title, body = excluded.body, schedule_id = excluded.schedule_id, seen_at = null
                                where title <> excluded.title`,
    )
    .bind(scheduleId, lastRun?.id ?? `${scheduleId}/${dueAt}`, lastRun?.id ?? null, said, at);
}

/** For the batch that pauses a schedule because its owner may start it in no tenant any more. */
export function noticeOfPause(
  control: ControlDatabase,
  { scheduleId, at }: { scheduleId: string; at: number },
): D1PreparedStatement {
  return control
    .prepare(
      `insert into portfolio_notices (id, user_id, schedule_id, title, body, created_at)
       select 'notice_' || s.id || '/paused/' || ?2, s.owner_id, s.id, 'Schedule “' || s.name || '” is paused',
              'You may start it in none of the chosen tenants any more.', ?2
         from portfolio_schedules s where s.id = ?1 and s.status = 'paused' and s.updated_at = ?2
       on conflict (id) do nothing`,
    )
    .bind(scheduleId, at);
}

/** A person's own, newest first. One query, by an index. */
export async function listPortfolioNotices(
  control: ControlDatabase,
  request: { userId: string; unseenOnly: boolean; cursor: string | null; limit: number },
): Promise<Page<PortfolioNoticeRow>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const unseen = request.unseenOnly ? isNull(n.seenAt) : undefined;
  const rows = await rowsOf(
    query(control)
      .select()
      .from(n)
      .where(and(eq(n.userId, request.userId), unseen, beyond([n.createdAt, n.id], "<", after)))
      .orderBy(desc(n.createdAt), desc(n.id))
      .limit(oneMore(request.limit)),
  );
  return pageOf(rows, request.limit, ({ createdAt, id }) => [createdAt, id]);
}

/** Marks one of the person's own as seen; a second call keeps the first time. Null when it is not theirs. */
export function markPortfolioNoticeSeen(
  control: ControlDatabase,
  { userId, id, at }: { userId: string; id: string; at: number },
): Promise<PortfolioNoticeRow | null> {
  return firstOf(
    query(control)
      .update(n)
      .set({ seenAt: sql`coalesce(${n.seenAt}, ${at})` })
      .where(and(eq(n.id, id), eq(n.userId, userId)))
      .returning(),
  );
}

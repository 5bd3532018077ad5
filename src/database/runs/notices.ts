/** Notifications of what is no run's end, for all who may do something about it. */
import { z } from "zod";
import type { Capability } from "../../contract/access.ts";
import { mayDo } from "../approvals/may-do.ts";
import type { TenantDatabase } from "../databases.ts";

/** What a notification that is not of a run leads to. */
export const noticeSubjectSchema = z.discriminatedUnion("page", [
  z.object({ page: z.literal("schedule"), id: z.string() }),
  z.object({ page: z.literal("backup-sets") }),
]);
export type NoticeSubject = z.infer<typeof noticeSubjectSchema>;

export interface Notice {
  tenantId: string;
  /** Whoever may do it is told. */
  to: Capability;
  /** Names what happened: each person is told once of it. The id of a run, where there is one that leads on. */
  key: string;
  /** Null where the key is the id of a run. */
  about: NoticeSubject | null;
  outcome: "failed" | "canceled" | "partially_succeeded";
  /** Milliseconds since the epoch. */
  at: number;
}

/** SQL of what is told, and when. Parameters of it are `?6` and up, in the order of `values`. */
export interface NoticeWords {
  title: string;
  body: string;
  /** Tables that the words and the condition name, joined. */
  from: string;
  condition: string;
  values: readonly (string | number | null)[];
}

/** The insert, for a batch. Done again, it tells nobody twice; who was told less of the same is told anew. */
export function noticeStatement(
  database: TenantDatabase,
  { tenantId, to, key, about, outcome, at }: Notice,
  { title, body, from, condition, values }: NoticeWords,
): D1PreparedStatement {
  return database
    .prepare(
      `insert into notifications (id, run_id, user_id, tenant_id, about, outcome, title, body, created_at)
       select 'notification_' || ?2 || '_' || who.user_id, ?2, who.user_id, who.tenant_id, ?3, ?4, ${title}, ${body}, ?5
         from memberships who, ${from}
        where who.tenant_id = ?1 and ${mayDo("who.tenant_id", "who.user_id", to)} and ${condition}
       on conflict (run_id, user_id) do update
          set title = excluded.title, body = excluded.body, seen_at = null where title <> excluded.title`,
    )
    .bind(tenantId, key, about === null ? null : JSON.stringify(about), outcome, at, ...values);
}

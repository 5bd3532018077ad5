/** News over tenants that is over. It is a person's, so no tenant's rule and no tenant's legal hold is of it: each tenant has its own events. */
import { OWNING_PEOPLE } from "../../contract/portfolio.ts";
import type { TenantDatabase } from "../databases.ts";

/** Removes messages that have ended and were made before a moment, with their parts and tries, at most `limit` of them. One batch, by an index. */
export async function removePeoplesNews(home: TenantDatabase, before: number, limit: number): Promise<void> {
  const old = `select id from news_messages
                where tenant_id >= ?1 and tenant_id < ?2 and created_at < ?3 and state in ('delivered', 'failed')
                order by tenant_id, created_at, id limit ?4`;
  const remove = (table: string, column: string) =>
    home
      .prepare(`delete from ${table} where ${column} in (${old})`)
      .bind(OWNING_PEOPLE.from, OWNING_PEOPLE.to, before, limit);
  await home.batch([
    remove("news_parts", "message_id"),
    remove("news_tries", "message_id"),
    remove("news_carried", "message_id"),
    remove("news_messages", "id"),
  ]);
}

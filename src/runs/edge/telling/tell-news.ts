/**
 * The sweep's part in news: finds what is to be told, asks the rules, makes messages of what is due, and begins a run for each tenant that has
 * some. Each step stores what it did before the next, and may be done again (decisions/180-news-is-an-outbox.md).
 */
import type { TenantEnv } from "../../../database/databases.ts";
import { findNews } from "../../../database/news/events.ts";
import { ownersWithDue, releaseMessages, takeDue, takenWithoutRun } from "../../../database/news/messages.ts";
import { makeMessages, routeEvents } from "../../../database/news/telling.ts";
import { beginDelivery, deliveryRunId } from "./begin-delivery.ts";

/** What a sweep does at most in a shard. Tests make them small. */
export interface TellingLimits {
  events: number;
  tellings: number;
  tenants: number;
  /** Of a tenant: units of a run. */
  messages: number;
}

export const TELLING_LIMITS: TellingLimits = { events: 500, tellings: 2_000, tenants: 50, messages: 100 };

export async function tellNews(env: TenantEnv, now: number, limits: TellingLimits = TELLING_LIMITS): Promise<void> {
  const { DATABASE } = env;
  await findNews(DATABASE, now);
  await routeEvents(DATABASE, now, limits.events);
  await makeMessages(DATABASE, now, limits.tellings);
  await releaseMessages(DATABASE, now);
  await deliverDue(env, now, limits);
}

/** Begins the delivery of what is due, of tenants and of persons. */
export async function deliverDue(env: TenantEnv, now: number, limits: TellingLimits = TELLING_LIMITS): Promise<void> {
  for (const tenantId of await ownersWithDue(env.DATABASE, now, limits.tenants)) {
    await takeDue(env.DATABASE, {
      tenantId,
      runId: await deliveryRunId(tenantId, now),
      now,
      limit: limits.messages,
    });
  }
  for (const taken of await takenWithoutRun(env.DATABASE, limits.tenants)) await beginDelivery(env, taken);
}

/** Keeps the evidence snapshots of one tenant from ending: the storage refuses their items, so their units wait and try again. */
import { env } from "../support/environment.ts";

export async function hold({ tenantId }: { tenantId: string }): Promise<void> {
  await env.DATABASE.prepare(
    `create trigger hold_evidence before insert on evidence_items
       when (select tenant_id from evidence_snapshots where id = new.snapshot_id) = '${tenantId}'
       begin select raise(abort, 'held by the test'); end`,
  ).run();
}

export async function release(): Promise<void> {
  await env.DATABASE.prepare("drop trigger if exists hold_evidence").run();
}

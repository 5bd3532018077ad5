/** A tenant with rows in each of its tables and objects in each folder of R2, made from the tables themselves. For the Workers runtime. */
import { auditEventStatement } from "../../src/database/audit/audit-events.ts";
import { chainAuditEvents } from "../../src/database/audit/audit-chain.ts";
import { nameOf, TENANT_TABLES } from "../../src/database/exports/tenant-tables.ts";
import { rowsOfEverything } from "./rows-of-everything.ts";
import { seedTenant } from "../support/tenants.ts";
import { env } from "../support/environment.ts";

/** Seeds it. Returns how many rows each table has of it, and how many objects and bytes R2 has. */
export async function tenantOfEverything(slug: string) {
  const tenant = await seedTenant(slug);
  const { tenantId, actor } = tenant;
  const { statements, rows } = rowsOfEverything(env.DATABASE, { tenantId, makerId: actor.id });
  for (let start = 0; start < statements.length; start += 50) {
    await env.DATABASE.batch(statements.slice(start, start + 50));
  }
  for (const target of ["a", "b", "c"]) {
    const event = { tenantId, at: 1, action: "settings.change" as const, actorId: actor.id, targetKind: "settings" };
    await auditEventStatement(env.DATABASE, { ...event, targetId: target, detail: { slug } }).run();
  }
  await chainAuditEvents(env.DATABASE, tenantId);
  let bytes = 0;
  const keys = [
    "payloads/sha256/a",
    "payloads/sha256/b",
    "normal-forms/sha256/a",
    "review-packs/p/archive.zip",
    "restore-plans/r/d.json",
  ];
  for (const key of keys) {
    const text = `${key} of ${slug}`;
    bytes += text.length;
    await env.ARTIFACTS.put(`tenants/${tenantId}/${key}`, text);
  }
  // With the entry of the owner, whom `seedTenant` has made a member.
  const entries = { member_directory: (rows["member_directory"] ?? 0) + 1 };
  return { ...tenant, rows: { ...rows, ...entries, audit_events: 3, audit_chain: 3 }, objects: keys.length, bytes };
}

/** All that the database and R2 have of a tenant, as one text: equal before and after when nothing of it was touched. */
export async function fingerprint(tenantId: string): Promise<string> {
  const parts: string[] = [];
  for (const entry of TENANT_TABLES) {
    const { results } = await env.DATABASE.prepare(`select * from ${nameOf(entry)}`).all();
    parts.push(...results.map((row) => JSON.stringify(row)).filter((text) => text.includes(tenantId)));
  }
  const { objects } = await env.ARTIFACTS.list({ prefix: `tenants/${tenantId}/` });
  parts.push(...objects.map(({ key, etag, size }) => `${key} ${etag} ${size}`));
  return parts.toSorted().join("\n");
}

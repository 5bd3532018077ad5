/** Seeds tenants and people straight into D1, for tests in the Workers runtime. */
import { env } from "./environment.ts";
import { envOfTenant } from "../../src/database/databases.ts";
import { copyPeople } from "../../src/database/tenancy/copies.ts";
import { noteMember } from "../../src/database/tenancy/member-directory.ts";

export interface SeededTenant {
  tenantId: string;
  tenantSlug: string;
}

/** Makes a person a member of a tenant of the first shard, or gives the member the role. For a test's batch. */
export function memberStatements(tenantId: string, userId: string, role: string): D1PreparedStatement[] {
  return [
    env.DATABASE.prepare(
      "insert into member_directory (user_id, tenant_id, mark, noted_at) values (?2, ?1, '', 0) on conflict do nothing",
    ).bind(tenantId, userId),
    env.DATABASE.prepare(
      "insert into memberships (tenant_id, user_id, role) values (?1, ?2, ?3) on conflict do update set role = ?3",
    ).bind(tenantId, userId, role),
  ];
}

/** Makes a known person a member, whichever shard the tenant is in. */
export async function addMember(tenantId: string, userId: string, role: string): Promise<void> {
  const tenantEnv = await envOfTenant(env, tenantId);
  await copyPeople(tenantEnv, [userId]);
  await noteMember(env.CONTROL, { userId, tenantId, at: 0 });
  await tenantEnv.DATABASE.prepare(
    "insert into memberships (tenant_id, user_id, role) values (?1, ?2, ?3) on conflict do update set role = ?3",
  )
    .bind(tenantId, userId, role)
    .run();
}

/** Inserts a tenant whose owner is `owner@example.test`; ids are derived from the slug. */
export async function seedTenant(slug: string): Promise<SeededTenant & { actor: { id: string; name: string } }> {
  const tenantId = `tenant-${slug}`;
  const actor = { id: "user-owner", name: "Owner" };
  await env.DATABASE.batch([
    env.DATABASE.prepare("insert into tenants (id, slug, name, created_at) values (?1, ?2, ?2, 0)").bind(
      tenantId,
      slug,
    ),
    env.DATABASE.prepare(
      "insert into users (id, email, name, created_at) values (?1, 'owner@example.test', ?2, 0) on conflict do nothing",
    ).bind(actor.id, actor.name),
    ...memberStatements(tenantId, actor.id, "owner"),
  ]);
  return { tenantId, tenantSlug: slug, actor };
}

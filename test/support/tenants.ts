/** Seeds tenants and people straight into D1, for tests in the Workers runtime. */
import { env } from "./environment.ts";

export interface SeededTenant {
  tenantId: string;
  tenantSlug: string;
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
    env.DATABASE.prepare("insert into memberships (tenant_id, user_id, role) values (?1, ?2, 'owner')").bind(
      tenantId,
      actor.id,
    ),
  ]);
  return { tenantId, tenantSlug: slug, actor };
}

/** What a run over tenants asks of one tenant's database. */
import { desc, and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Capability } from "../../contract/access.ts";
import { mayDo } from "../approvals/may-do.ts";
import { baselines } from "../baselines/tables.ts";
import { standardFollowings } from "../standards/tables.ts";
import type { TenantDatabase } from "../databases.ts";
import { firstOf, query } from "../sql/read.ts";
import { personOf } from "../tenancy/person.ts";

const starterSchema = z.object({ slug: z.string(), name: z.string().nullable(), may: z.int() });

/** A tenant, with a person as its operations name them, and whether that person may do something there now. */
export interface StarterInTenant {
  slug: string;
  person: { id: string; name: string };
  may: boolean;
}

/** Null where the shard has no such tenant. One query. */
export async function readStarterIn(
  database: TenantDatabase,
  { tenantId, userId, capability }: { tenantId: string; userId: string; capability: Capability },
): Promise<StarterInTenant | null> {
  const row = await database
    .prepare(
      `select t.slug, u.name, ${mayDo("t.id", "?2", capability)} as may
         from tenants t left join users u on u.id = ?2 where t.id = ?1`,
    )
    .bind(tenantId, userId)
    .first();
  if (row === null) return null;
  const { slug, name, may } = starterSchema.parse(row);
  return { slug, person: personOf(userId, name) ?? { id: userId, name: "" }, may: may === 1 };
}

/** A standard is compared with by its name, and is no state of the tenant. */
const OF_NO_STANDARD = sql`not exists (select 1 from ${standardFollowings} where ${standardFollowings.id} = ${baselines.id})`;

/** The newest baseline of a tenant that can be compared with; null without one. One query. */
export async function newestBaseline(database: TenantDatabase, tenantId: string): Promise<string | null> {
  const found = await firstOf(
    query(database)
      .select({ id: baselines.id })
      .from(baselines)
      .where(and(eq(baselines.tenantId, tenantId), eq(baselines.status, "sealed"), OF_NO_STANDARD))
      .orderBy(desc(baselines.createdAt), desc(baselines.id))
      .limit(1),
  );
  return found?.id ?? null;
}

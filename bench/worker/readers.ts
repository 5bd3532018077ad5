/** Members of a demo tenant, as many as a measurement needs: a person may have some sockets of a tenant open, and no more. */

/**
 * Makes people who may read the tenant, and are there already when asked for again. Answers their e-mail addresses, by which local mode
 * takes their word. The tenant has to be in the first database, as contoso is.
 */
export async function makeReaders(database: D1Database, tenantId: string, count: number): Promise<string[]> {
  const people = Array.from({ length: count }, (_, index) => ({
    id: `user-bench-${index}`,
    email: `bench-${index}@example.test`,
  }));
  const list = JSON.stringify(people);
  await database.batch([
    database
      .prepare(
        `insert into users (id, email, name, created_at)
         select value ->> 'id', value ->> 'email', value ->> 'id', 0 from json_each(?) where true on conflict do nothing`,
      )
      .bind(list),
    database
      .prepare(
        `insert into memberships (tenant_id, user_id, role, created_at)
         select ?, value ->> 'id', 'readonly', 0 from json_each(?) where true on conflict do nothing`,
      )
      .bind(tenantId, list),
    database
      .prepare(
        `insert into member_directory (user_id, tenant_id, mark, noted_at)
         select value ->> 'id', ?, '', 0 from json_each(?) where true on conflict do nothing`,
      )
      .bind(tenantId, list),
  ]);
  return people.map(({ email }) => email);
}

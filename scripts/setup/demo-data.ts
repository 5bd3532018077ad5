/** The demo people and tenants (docs/design/interface.md, section 2), as statements that may run any number of times. */
import { connectionSecretContext, sealSecret } from "../../src/secrets/secret-box.ts";
import type { Role } from "../../src/contract/access.ts";

const CREATED_AT = Date.UTC(2026, 0, 1);
const PEOPLE = [
  { key: "owner", name: "Olivia Owner" },
  { key: "manager", name: "Marco Manager" },
  { key: "operator", name: "Oksana Operator" },
  { key: "readonly", name: "Ravi Reader" },
  { key: "outsider", name: "Otto Outsider" },
];
const STAFF: Record<string, Role> = { owner: "owner", manager: "manager", operator: "operator", readonly: "readonly" };
/** The databases, by their bindings: the first is the control database, and a shard as well. */
export const DATABASES = ["DATABASE", "SHARD_2"] as const;
type DatabaseName = (typeof DATABASES)[number];

const TENANTS: DemoTenant[] = [
  { slug: "contoso", name: "Contoso" },
  { slug: "fabrikam", name: "Fabrikam", shard: "SHARD_2" },
  { slug: "outside", name: "Outside", members: { outsider: "owner" } },
];
/** The simulator takes any client; the secret is checked for being this one. */
const CLIENT_ID = "00000000-0000-4000-8000-000000000001";
const CLIENT_SECRET = "simulator-secret";

export interface DemoTenant {
  slug: string;
  name: string;
  /** Keys of the demo people, with their roles; owner, manager, operator and reader by omission. */
  members?: Record<string, Role>;
  /** Where it is put if it is new; the first by omission. */
  shard?: DatabaseName;
}

export interface Statement {
  /** The first database by omission. */
  database?: DatabaseName;
  sql: string;
  values: (string | number)[];
}

/** @param assigned the shards of tenants that are there already, by id: they stay where they are */
export async function demoDataStatements(
  secretsKey: string,
  assigned: ReadonlyMap<string, string> = new Map(),
): Promise<Statement[]> {
  const statements: Statement[] = [];
  for (const { key, name } of PEOPLE) {
    for (const database of DATABASES) {
      statements.push({
        database,
        sql: "insert into users (id, email, name, created_at) values (?, ?, ?, ?) on conflict (id) do update set name = excluded.name",
        values: [userId(key), `${key}@example.test`, name, CREATED_AT],
      });
    }
  }
  for (const tenant of TENANTS) {
    const shard =
      DATABASES.find((name) => name === assigned.get(`tenant-${tenant.slug}`)) ?? tenant.shard ?? "DATABASE";
    statements.push(...(await demoTenantStatements(secretsKey, { ...tenant, shard })));
  }
  return statements;
}

/** A tenant of demo people, connected to the simulator's tenant of its slug. The people have to be there already. */
export async function demoTenantStatements(
  secretsKey: string,
  { slug, name, members = STAFF, shard = "DATABASE" }: DemoTenant,
): Promise<Statement[]> {
  const tenantId = `tenant-${slug}`;
  const sealed = await sealSecret(
    { current: secretsKey, previous: [] },
    CLIENT_SECRET,
    connectionSecretContext(tenantId),
  );
  // The control database has all tenants; the shard has a copy of its own.
  const lists = shard === "DATABASE" ? (["DATABASE"] as const) : (["DATABASE", shard] as const);
  return [
    ...lists.map((database) => ({
      database,
      sql: "insert into tenants (id, slug, name, created_at, shard) values (?, ?, ?, ?, ?) on conflict (id) do update set name = excluded.name",
      values: [tenantId, slug, name, CREATED_AT, shard],
    })),
    ...Object.entries(members).flatMap(([person, role]): Statement[] => [
      {
        sql: "insert into member_directory (user_id, tenant_id, mark, noted_at) values (?, ?, '', 0) on conflict do nothing",
        values: [userId(person), tenantId],
      },
      {
        database: shard,
        sql: `insert into memberships (tenant_id, user_id, role, created_at) values (?, ?, ?, ?)
              on conflict (tenant_id, user_id) do update set role = excluded.role`,
        values: [tenantId, userId(person), role, CREATED_AT],
      },
    ]),
    {
      sql: "insert into connection_claims (cloud, directory_id, tenant_id, at) values ('local', ?, ?, 0) on conflict do nothing",
      values: [slug, tenantId],
    },
    {
      database: shard,
      sql: `insert into tenant_connections (tenant_id, cloud, directory_id, client_id, sealed_client_secret)
            values (?, 'local', ?, ?, ?)
            on conflict (tenant_id, purpose) do update set sealed_client_secret = excluded.sealed_client_secret`,
      values: [tenantId, slug, CLIENT_ID, sealed],
    },
  ];
}

function userId(key: string): string {
  return `user-${key}`;
}

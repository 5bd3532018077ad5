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
const TENANTS: DemoTenant[] = [
  { slug: "contoso", name: "Contoso" },
  { slug: "fabrikam", name: "Fabrikam" },
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
}

export interface Statement {
  sql: string;
  values: (string | number)[];
}

export async function demoDataStatements(secretsKey: string): Promise<Statement[]> {
  const statements: Statement[] = [];
  for (const { key, name } of PEOPLE) {
    statements.push({
      sql: "insert into users (id, email, name, created_at) values (?, ?, ?, ?) on conflict (id) do update set name = excluded.name",
      values: [userId(key), `${key}@example.test`, name, CREATED_AT],
    });
  }
  for (const tenant of TENANTS) statements.push(...(await demoTenantStatements(secretsKey, tenant)));
  return statements;
}

/** A tenant of demo people, connected to the simulator's tenant of its slug. The people have to be there already. */
export async function demoTenantStatements(
  secretsKey: string,
  { slug, name, members = STAFF }: DemoTenant,
): Promise<Statement[]> {
  const tenantId = `tenant-${slug}`;
  const sealed = await sealSecret(
    { current: secretsKey, previous: [] },
    CLIENT_SECRET,
    connectionSecretContext(tenantId),
  );
  return [
    {
      sql: "insert into tenants (id, slug, name, created_at) values (?, ?, ?, ?) on conflict (id) do update set name = excluded.name",
      values: [tenantId, slug, name, CREATED_AT],
    },
    ...Object.entries(members).map(([person, role]) => ({
      sql: `insert into memberships (tenant_id, user_id, role, created_at) values (?, ?, ?, ?)
            on conflict (tenant_id, user_id) do update set role = excluded.role`,
      values: [tenantId, userId(person), role, CREATED_AT],
    })),
    {
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

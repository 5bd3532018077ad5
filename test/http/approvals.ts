/** Tenants whose changes need another person's approval, and requests in the names of their people. */
import {
  type ApprovalAsked,
  approvalAskedSchema,
  type ApprovalRequest,
  approvalRequestSchema,
  type ApprovalSubject,
} from "../../src/contract/approvals.ts";
import { auditEventListSchema } from "../../src/contract/audit-events.ts";
import { post, request, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";

let tenants = 0;

/** A tenant with two owners (`owner`, `second`), a manager and a reader, in which the subjects need an approval. */
export async function approvingTenant(...subjects: ApprovalSubject[]): Promise<ApprovingTenant> {
  await seedDemoData();
  const slug = `four-eyes-${(tenants += 1)}`;
  const id = `tenant-${slug}`;
  const { DATABASE } = env;
  const member = "insert into memberships (tenant_id, user_id, role) values (?, ?, ?)";
  await DATABASE.batch([
    DATABASE.prepare("insert into tenants (id, slug, name, created_at) values (?1, ?2, ?2, 0)").bind(id, slug),
    DATABASE.prepare(
      "insert into users (id, email, name, created_at) values ('user-second', 'second@example.test', 'Sven Second', 0) on conflict do nothing",
    ),
    DATABASE.prepare("update users set disabled_at = null"),
    DATABASE.prepare(member).bind(id, "user-owner", "owner"),
    DATABASE.prepare(member).bind(id, "user-second", "owner"),
    DATABASE.prepare(member).bind(id, "user-manager", "manager"),
    DATABASE.prepare(member).bind(id, "user-readonly", "readonly"),
  ]);
  const tenant = new ApprovingTenant(id, slug);
  if (subjects.length > 0) {
    const response = await tenant.post("/approval-settings", { subjects, requestHours: 72 });
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  }
  return tenant;
}

export class ApprovingTenant {
  readonly id: string;
  readonly slug: string;

  constructor(id: string, slug: string) {
    this.id = id;
    this.slug = slug;
  }

  /** As the owner, when nobody is named; with a reason for the person who approves, when one is given. */
  post(path: string, body: unknown, { as = "owner", reason = "" } = {}): Promise<Response> {
    const headers: Record<string, string> = reason === "" ? {} : { "Approval-Reason": encodeURIComponent(reason) };
    return post(`/api/tenants/${this.slug}${path}`, body, { as, headers });
  }

  async get(path: string, as = "owner"): Promise<unknown> {
    const response = await request(`/api/tenants/${this.slug}${path}`, { as });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  }

  async asked(path: string, body: unknown, as = "owner"): Promise<ApprovalAsked> {
    const response = await this.post(path, body, { as, reason: "Wegen Änderung 4711 – “dringend”" });
    if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`);
    return approvalAskedSchema.parse(await response.json());
  }

  decide(
    { id, hash }: Pick<ApprovalRequest, "id" | "hash">,
    verb: "approve" | "reject" | "withdraw",
    as = "second",
  ): Promise<Response> {
    const bodies = { approve: { hash, reason: "Agreed" }, reject: { reason: "Not now" }, withdraw: {} };
    return this.post(`/approval-requests/${id}/${verb}`, bodies[verb], { as });
  }

  /** Approves as the other owner; the request as it is then. */
  async approved(asked: Pick<ApprovalRequest, "id" | "hash">, as = "second"): Promise<ApprovalRequest> {
    const response = await this.decide(asked, "approve", as);
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    return approvalRequestSchema.parse(await response.json());
  }

  async request(id: string, as = "owner"): Promise<ApprovalRequest> {
    return approvalRequestSchema.parse(await this.get(`/approval-requests/${id}`, as));
  }

  /** The newest events of the log, newest first. */
  async events() {
    return auditEventListSchema.parse(await this.get("/audit-events?limit=100")).items;
  }
}

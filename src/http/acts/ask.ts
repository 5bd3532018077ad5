/** Whether a change needs another person's approval: made at once where it does not, asked for where it does. */
import type { TenantAccess } from "../../access/guard.ts";
import {
  type ApprovalAsked,
  type ApprovalKind,
  approvalChangeSchema,
  MAX_WAITING_REQUESTS,
  needsApproval,
} from "../../contract/approvals.ts";
import { PAGES, pageAddress } from "../../contract/console-addresses.ts";
import { insertApprovalRequest } from "../../database/approvals/approval-requests.ts";
import { readApprovalSettings } from "../../database/approvals/approval-settings.ts";
import { readRequest } from "../../database/approvals/request-list.ts";
import type { User } from "../../database/tenancy/members.ts";
import { keysOf } from "../../environment.ts";
import { approvalSecretContext, sealSecret } from "../../secrets/secret-box.ts";
import { ApiError } from "../routing/problems.ts";
import { orNotFound } from "../routing/requests.ts";
import type { Act, ActContext } from "./act.ts";
import { requestHash } from "./request-hash.ts";
import type { TenantEnv } from "../../database/databases.ts";

const HOUR_MS = 3_600_000;

/** Who asks, as the handler of a route that may wait has it. */
export interface Asking {
  env: TenantEnv;
  tenant: TenantAccess;
  user: User;
  headers: { "Approval-Reason"?: string | undefined };
}

export interface AskingExtras {
  /** Of a connection; sealed while the request waits. */
  secret?: string;
  /** Of an invitation: told in the answer that says that the request waits. */
  invitationSecret?: string;
  idempotencyKey?: string | null;
}

/** Whether a change of the kind waits for another person as the tenant's settings are. */
export async function mayNeedApproval({ env, tenant }: Pick<Asking, "env" | "tenant">, kind: ApprovalKind) {
  return needsApproval(kind, await readApprovalSettings(env.DATABASE, tenant.id));
}

/** Makes the change, and gives what `answer` makes of it; or answers 202 when the change has to wait for another person. */
export async function madeOrAsked<Input, Done, Answer>(
  asking: Asking,
  act: Act<Input, Done>,
  input: Input,
  answer: (done: Done) => Promise<Answer> | Answer,
  extras: AskingExtras = {},
): Promise<Answer | Response> {
  const { env, tenant, user } = asking;
  const context: ActContext = {
    env,
    tenant: { id: tenant.id, slug: tenant.slug },
    actor: { id: user.id, name: user.name },
    secret: extras.secret ?? null,
    idempotencyKey: extras.idempotencyKey ?? null,
  };
  const settings = await readApprovalSettings(env.DATABASE, tenant.id);
  if (!needsApproval(act.kind, settings)) return answer(await act.perform(context, input));
  const reason = asking.headers["Approval-Reason"];
  if (reason === undefined) {
    throw new ApiError("approval_required", {
      detail: "Say why in the header Approval-Reason. The request then waits for another person's approval.",
    });
  }
  const asked = await askFor(context, act, input, { reason, requestHours: settings.requestHours });
  const now = Date.now();
  const reader = { tenantId: tenant.id, userId: user.id, capabilities: tenant.capabilities, now };
  const body: ApprovalAsked = {
    approvalRequest: orNotFound(await readRequest(env.DATABASE, reader, asked.id)),
    deduplicated: asked.deduplicated,
    invitationSecret: asked.deduplicated ? null : (extras.invitationSecret ?? null),
    href: pageAddress(PAGES.approvals, { slug: tenant.slug }),
  };
  const headers = { location: `/api/tenants/${tenant.slug}/approval-requests/${asked.id}` };
  return Response.json(body, { status: 202, headers });
}

/** Stores the request of a change; of equal requests there is one. */
export async function askFor<Input, Done>(
  context: ActContext,
  act: Act<Input, Done>,
  input: Input,
  { reason, requestHours }: { reason: string; requestHours: number },
): Promise<{ id: string; deduplicated: boolean }> {
  const { env, tenant, actor, secret } = context;
  await act.check?.(context, input);
  const change = approvalChangeSchema.parse(orNotFound(await act.describe(context, input)));
  const id = `approval_${crypto.randomUUID()}`;
  const text = JSON.stringify(input);
  const askedAt = Date.now();
  const stored = await insertApprovalRequest(env.DATABASE, {
    id,
    tenantId: tenant.id,
    kind: act.kind,
    input: text,
    change,
    hash: await requestHash({ tenantId: tenant.id, kind: act.kind, input: text, change }),
    requesterId: actor.id,
    reason,
    askedAt,
    endsAt: askedAt + requestHours * HOUR_MS,
    sealedSecret: secret === null ? null : await sealSecret(keysOf(env), secret, approvalSecretContext(tenant.id, id)),
  });
  if (stored.kind === "full") {
    throw new ApiError("too_many_approvals", {
      detail: `The limit is ${MAX_WAITING_REQUESTS}. Decide on requests, or withdraw some.`,
    });
  }
  return { id: stored.id, deduplicated: stored.kind === "deduplicated" };
}

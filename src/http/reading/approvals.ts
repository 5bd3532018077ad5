import { approvalRoutes } from "../../contract/routes/approvals.ts";
import { showApprovalSettings } from "../../database/approvals/approval-settings.ts";
import { type ApprovalReader, listRequests, readRequest } from "../../database/approvals/request-list.ts";
import type { TenantAccess } from "../../access/guard.ts";
import { orNotFound } from "../routing/requests.ts";
import { read } from "../routing/served.ts";

function readerOf({ tenant, user }: { tenant: TenantAccess; user: { id: string } }): ApprovalReader {
  return { tenantId: tenant.id, userId: user.id, capabilities: tenant.capabilities, now: Date.now() };
}

export const approvalReads = {
  list: read(approvalRoutes.list, (call) => listRequests(call.env.DATABASE, readerOf(call), call.query)),
  show: read(approvalRoutes.show, async (call) =>
    orNotFound(await readRequest(call.env.DATABASE, readerOf(call), call.params.requestId)),
  ),
  settings: read(approvalRoutes.settings, ({ env, tenant }) => showApprovalSettings(env.DATABASE, tenant.id)),
};

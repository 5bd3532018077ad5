import { newApiToken } from "../../access/api-tokens.ts";
import { apiTokenRoutes } from "../../contract/routes/api-tokens.ts";
import { insertApiToken, presentApiToken, revokeApiToken } from "../../database/tenancy/api-tokens.ts";
import { listMemberships } from "../../database/tenancy/tenants.ts";
import { closeSocketsOfToken } from "../../runs/reading/close-sockets.ts";
import { ApiError } from "../routing/problems.ts";
import { invalidInput } from "../routing/requests.ts";
import { command, commandOwn, Reply } from "../routing/served.ts";
import { deliverSoon } from "../../database/audit/event-outbox.ts";

const DAY_MS = 86_400_000;

export const apiTokenCommands = {
  create: commandOwn(apiTokenRoutes.create, async ({ env, user, body }) => {
    const { name, capabilities, expiresInDays } = body;
    const memberships = await listMemberships(env, { userId: user.id, cursor: null, limit: null });
    const tenants = body.tenantIds.map((wanted, index) => {
      const tenant = memberships.items.find(({ id, slug }) => id === wanted || slug === wanted);
      // It may be in what was not read.
      if (tenant === undefined && memberships.unread !== null) throw memberships.unread.error;
      // The same for a tenant that is not the caller's and for one that never was.
      if (tenant === undefined) throw invalidInput([{ path: `tenantIds.${index}`, message: "is no tenant of yours" }]);
      const lacking = capabilities.find((each) => !tenant.capabilities.includes(each));
      if (lacking !== undefined) {
        const message = `has ${lacking}, which your role in ${tenant.name} does not`;
        throw invalidInput([{ path: "capabilities", message }]);
      }
      return tenant;
    });
    const createdAt = Date.now();
    const { id, token, secretHash } = await newApiToken();
    const stored = { id, name, secretHash, makerId: user.id, capabilities, createdAt };
    const expiresAt = createdAt + expiresInDays * DAY_MS;
    const tenantIds = [...new Set(tenants.map((tenant) => tenant.id))];
    if (!(await insertApiToken(env.CONTROL, { ...stored, expiresAt, tenantIds }))) {
      throw new ApiError("too_many_tokens");
    }
    await deliverSoon(env, env.CONTROL);
    const row = { ...stored, expiresAt, revokedAt: null, lastUsedAt: null };
    const apiToken = presentApiToken(row, { makerName: user.name, endedAt: null, now: createdAt });
    return new Reply(201, { apiToken, token });
  }),
  revoke: command(apiTokenRoutes.revoke, async ({ env, tenant, user, params: { apiTokenId } }) => {
    const ofAll = tenant.capabilities.includes("members.manage");
    const revocation = { tenantId: tenant.id, id: apiTokenId, actorId: user.id, ofAll, at: Date.now() };
    const tenantIds = await revokeApiToken(env.CONTROL, revocation);
    if (tenantIds === null) throw new ApiError("not_found");
    await deliverSoon(env, env.CONTROL);
    await closeSocketsOfToken(env, tenantIds, apiTokenId);
    return { done: true as const };
  }),
};

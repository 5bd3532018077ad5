import type { Handler } from "hono";
import type { Me } from "../../contract/access.ts";
import { listMemberships } from "../../database/tenancy/tenants.ts";
import type { AppEnvironment } from "../context.ts";
import { toTenant } from "./tenants.ts";

export const showMe: Handler<AppEnvironment> = async (context) => {
  const { id, email, name } = context.get("user");
  const memberships = await listMemberships(context.env.DATABASE, { userId: id, cursor: null, limit: null });
  const me: Me = { user: { id, email, name }, tenants: memberships.items.map(toTenant) };
  return context.json(me);
};

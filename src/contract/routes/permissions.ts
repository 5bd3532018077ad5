import { z } from "zod";
import { connectionPurposeSchema } from "../connections.ts";
import { permissionsSchema } from "../permissions.ts";
import { tenantRoute } from "./route.ts";

const connectionQuery = z.strictObject({
  connection: connectionPurposeSchema.default("read").meta({
    description: "The connection whose application is meant; `write` is that for restoring, where the tenant has one.",
  }),
});

export const permissionRoutes = {
  show: tenantRoute("inventory.read", {
    method: "GET",
    path: "/permissions",
    summary: "Show which application permissions the last check found granted and missing",
    description: "From the last check alone: Microsoft Graph is not asked.",
    query: connectionQuery,
    answer: permissionsSchema,
  }),
  check: tenantRoute("inventory.sync", {
    method: "POST",
    path: "/permissions/check",
    summary: "Check which application permissions are granted",
    description:
      "Asks Microsoft for a new token, reads what it names, and confirms it by one small reading for each family and for what is read besides. Nothing is written to the tenant, so that permissions to write are taken from the token alone. Answers when the check has ended. One check of a connection runs at a time; one that has ended less than ten seconds ago is answered again.",
    query: connectionQuery,
    statuses: {
      200: "The last check has ended.",
      202: "A check that was started before is under way: read its result with GET.",
    },
    answer: permissionsSchema,
    problems: ["not_connected"],
  }),
};

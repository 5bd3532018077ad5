import { z } from "zod";
import {
  connectionPurposeSchema,
  connectionsSchema,
  newConnectionSchema,
  renewedCredentialSchema,
} from "../connections.ts";
import { timestamp } from "../lists.ts";
import { approvalHeaders } from "./approval-headers.ts";
import { route, tenantRoute } from "./route.ts";

const REFUSALS = ["credentials_refused", "microsoft_tenant_taken", "unavailable"] as const;

export const connectionRoutes = {
  show: tenantRoute("tenant.read", {
    method: "GET",
    path: "/connection",
    summary: "Show how the tenant is connected to Microsoft Graph",
    description: "Never tells a secret. `presets` names the least permissions for each purpose.",
    answer: connectionsSchema,
  }),
  connect: tenantRoute("connection.manage", {
    headers: approvalHeaders,
    mayWait: true,
    method: "POST",
    path: "/connection",
    summary: "Connect the tenant by an application of its own, or replace the connection",
    description:
      "Gets a token first, and stores nothing when Microsoft refuses it. A Microsoft tenant belongs to one tenant of the product. The connection for restoring is to the Microsoft tenant of the one for reading.",
    body: newConnectionSchema,
    answer: connectionsSchema,
    problems: [...REFUSALS, "not_connected"],
  }),
  renew: tenantRoute("connection.manage", {
    headers: approvalHeaders,
    mayWait: true,
    method: "POST",
    path: "/connection/renew",
    summary: "Give a connection a new secret or certificate",
    description: "Of the same application, from which a token is got first.",
    body: renewedCredentialSchema,
    answer: connectionsSchema,
    problems: [...REFUSALS, "not_connected"],
  }),
  disconnect: tenantRoute("connection.manage", {
    headers: approvalHeaders,
    mayWait: true,
    method: "POST",
    path: "/connection/disconnect",
    summary: "Disconnect the tenant",
    description:
      "Deletes the sealed credential and the last check. The connection for restoring ends with the one for reading. Units of runs under way fail with `not_connected`. The application stays in Microsoft Entra: an administrator removes it there.",
    body: z.strictObject({ purpose: connectionPurposeSchema }),
    answer: connectionsSchema,
    problems: ["not_connected"],
  }),
  startConsent: tenantRoute("connection.manage", {
    headers: approvalHeaders,
    mayWait: true,
    method: "POST",
    path: "/connection/consent",
    summary: "Begin the consent of an administrator to the deployment's application",
    description:
      "The browser of the caller goes to `continueAt`, and comes back to the console within ten minutes. What Microsoft's answer names is believed after the administrator has signed in to that tenant.",
    body: z.strictObject({ purpose: connectionPurposeSchema }),
    answer: z.object({ continueAt: z.string(), expiresAt: timestamp }),
    problems: ["consent_not_offered"],
  }),
};

export const consentRoutes = {
  finish: route("signed-in", {
    method: "GET",
    path: "/auth/connect/callback",
    peopleOnly: true,
    summary: "Take an administrator's browser back from Microsoft",
    description: "For browsers: after the consent, and again after the sign-in that proves it. Leads to the console.",
    media: null,
    statuses: { 303: "Leads on" },
    answerHeaders: { Location: "Where the browser goes next." },
    problems: ["not_found", "unavailable"],
  }),
};

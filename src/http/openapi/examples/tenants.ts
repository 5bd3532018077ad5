import { CAPABILITIES, type Tenant } from "../../../contract/access.ts";
import type { Notification } from "../../../contract/notifications.ts";
import { runAddress } from "../../../contract/console-addresses.ts";
import type { healthRoutes, meRoutes, tenantRoutes } from "../../../contract/routes/session.ts";
import type { auditEventRoutes } from "../../../contract/routes/audit-events.ts";
import type { notificationRoutes } from "../../../contract/routes/notifications.ts";
import type { settingsRoutes } from "../../../contract/routes/settings.ts";
import type { referenceRoutes } from "../../../contract/routes/reference.ts";
import type { TenantSettings } from "../../../contract/settings.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { QUEUED_RUN } from "./operations.ts";
import { onePage, OWNER } from "./things.ts";

export const TENANT: Tenant = {
  id: "tenant-contoso",
  slug: "contoso",
  name: "Contoso",
  role: "owner",
  roleName: "Owner",
  capabilities: [...CAPABILITIES],
  tags: ["Customers", "Schools"],
};

const NOTIFICATION: Notification = {
  id: IDS.notification,
  runId: "run_be0b253d-fe02-4da2-a727-858552548c03",
  tenantId: "tenant-contoso",
  outcome: "succeeded",
  title: "Review pack succeeded",
  body: "43 of 43 archive entries: 43 succeeded",
  href: runAddress(IDS.tenant, "run_be0b253d-fe02-4da2-a727-858552548c03"),
  createdAt: "2026-11-28T01:58:56.403Z",
  seenAt: null,
};

export const healthExamples: ExamplesOf<typeof healthRoutes> = {
  check: { answer: { status: "ok" } },
  ready: { answer: { status: "ready", version: "7f0e4a1c-3b1d-4c0f-9d4e-1d2f3a4b5c6d" } },
};

export const meExamples: ExamplesOf<typeof meRoutes> = {
  show: {
    answer: {
      identity: "local",
      platformAdministrator: false,
      user: { id: "user-owner", email: "owner@example.test", name: "Olivia Owner" },
      apiToken: null,
      tenants: [TENANT],
      tenantsUnread: 0,
    },
  },
  standings: {
    answer: {
      ...onePage({
        tenant: { id: TENANT.id, slug: TENANT.slug, name: TENANT.name },
        facts: {
          failures: { uncured: 1, more: false },
          criticalFindings: 2,
          sync: { at: "2026-11-28T01:58:52.023Z" },
          backup: { at: null },
          running: 1,
          connection: { connected: true, credentialEndsAt: "2027-05-01T00:00:00.000Z", refused: false },
        },
      }),
      tenantsUnread: 0,
    },
  },
  activeOperations: {
    answer: {
      items: [{ tenant: { id: TENANT.id, slug: TENANT.slug, name: TENANT.name }, run: QUEUED_RUN }],
      more: false,
      tenantsUnread: 0,
    },
  },
};

export const tenantExamples: ExamplesOf<typeof tenantRoutes> = {
  list: { answer: onePage(TENANT) },
  show: {
    answer: TENANT,
  },
};

export const auditEventExamples: ExamplesOf<typeof auditEventRoutes> = {
  list: {
    answer: onePage({
      id: "55b0e959-5549-4d86-b497-8241065b42cc",
      seq: 12,
      at: "2026-11-28T01:58:56.462Z",
      action: "settings.change",
      actor: OWNER,
      target: { kind: "settings", id: "tenant-contoso" },
      detail: {
        previous: { reviewPackRetentionDays: 90, backupAgeLimitDays: 8, tags: [] },
        reviewPackRetentionDays: 180,
        backupAgeLimitDays: 8,
        tags: ["Customers", "Schools"],
      },
      origin: { way: "local", requestId: "3c4a1b9e-7e0f-4a53-8f0f-5f1f2b5f6b1d" },
    }),
  },
  head: {
    answer: { seq: 12, hash: "8d2c4c5e8f6f6f1a3f6f0a4c0b8a9d1e2f3a4b5c6d7e8f90a1b2c3d4e5f60718", waiting: 0 },
  },
  exportCsv: {},
  exportLines: {},
};

export const notificationExamples: ExamplesOf<typeof notificationRoutes> = {
  list: { answer: onePage(NOTIFICATION) },
  markSeen: {
    params: { notificationId: IDS.notification },
    answer: { ...NOTIFICATION, seenAt: "2026-11-28T01:58:56.547Z" },
  },
};

const SETTINGS: TenantSettings = {
  reviewPackRetentionDays: 180,
  backupAgeLimitDays: 8,
  tags: ["Customers", "Schools"],
};

export const settingsExamples: ExamplesOf<typeof settingsRoutes> = {
  show: { answer: SETTINGS },
  change: {
    bodies: {
      "Keep packs for half a year": { reviewPackRetentionDays: 180 },
      "Tag the tenant": { tags: SETTINGS.tags },
    },
    answer: SETTINGS,
  },
};

export const referenceExamples: ExamplesOf<typeof referenceRoutes> = {
  document: { answer: { openapi: "3.1.0" } },
  page: {},
};

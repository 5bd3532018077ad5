import { runAddress } from "../../../contract/console-addresses.ts";
import type { healthRoutes, meRoutes, tenantRoutes } from "../../../contract/routes/session.ts";
import type { memberRoutes } from "../../../contract/routes/members.ts";
import type { auditEventRoutes } from "../../../contract/routes/audit-events.ts";
import type { notificationRoutes } from "../../../contract/routes/notifications.ts";
import type { settingsRoutes } from "../../../contract/routes/settings.ts";
import type { referenceRoutes } from "../../../contract/routes/reference.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";

export const healthExamples: ExamplesOf<typeof healthRoutes> = { check: { answer: { status: "ok" } } };

export const meExamples: ExamplesOf<typeof meRoutes> = {
  show: {
    answer: {
      user: { id: "user-owner", email: "owner@example.test", name: "Olivia Owner" },
      tenants: [
        {
          id: "tenant-contoso",
          slug: "contoso",
          name: "Contoso",
          role: "owner",
          capabilities: [
            "tenant.read",
            "inventory.read",
            "operations.read",
            "operations.cancel",
            "operations.retry",
            "inventory.sync",
            "members.read",
            "audit.read",
            "settings.manage",
            "evidence.read",
            "evidence.create",
            "review-pack.read",
            "review-pack.download",
            "review-pack.generate",
            "backup.read",
            "backup.write",
            "backup.delete",
            "backup.force-delete",
            "restore.preview",
            "restore.execute",
            "baseline.read",
            "baseline.capture",
            "baseline.compare",
            "finding.accept",
          ],
        },
      ],
    },
  },
};

export const tenantExamples: ExamplesOf<typeof tenantRoutes> = {
  list: {
    answer: {
      items: [
        {
          id: "tenant-contoso",
          slug: "contoso",
          name: "Contoso",
          role: "owner",
          capabilities: [
            "tenant.read",
            "inventory.read",
            "operations.read",
            "operations.cancel",
            "operations.retry",
            "inventory.sync",
            "members.read",
            "audit.read",
            "settings.manage",
            "evidence.read",
            "evidence.create",
            "review-pack.read",
            "review-pack.download",
            "review-pack.generate",
            "backup.read",
            "backup.write",
            "backup.delete",
            "backup.force-delete",
            "restore.preview",
            "restore.execute",
            "baseline.read",
            "baseline.capture",
            "baseline.compare",
            "finding.accept",
          ],
        },
      ],
      nextCursor: null,
    },
  },
  show: {
    answer: {
      id: "tenant-contoso",
      slug: "contoso",
      name: "Contoso",
      role: "owner",
      capabilities: [
        "tenant.read",
        "inventory.read",
        "operations.read",
        "operations.cancel",
        "operations.retry",
        "inventory.sync",
        "members.read",
        "audit.read",
        "settings.manage",
        "evidence.read",
        "evidence.create",
        "review-pack.read",
        "review-pack.download",
        "review-pack.generate",
        "backup.read",
        "backup.write",
        "backup.delete",
        "backup.force-delete",
        "restore.preview",
        "restore.execute",
        "baseline.read",
        "baseline.capture",
        "baseline.compare",
        "finding.accept",
      ],
    },
  },
};

export const memberExamples: ExamplesOf<typeof memberRoutes> = {
  list: {
    answer: {
      items: [{ userId: "user-owner", email: "owner@example.test", name: "Olivia Owner", role: "owner" }],
      nextCursor: null,
    },
  },
};

export const auditEventExamples: ExamplesOf<typeof auditEventRoutes> = {
  list: {
    answer: {
      items: [
        {
          id: "55b0e959-5549-4d86-b497-8241065b42cc",
          at: "2026-11-28T01:58:56.462Z",
          action: "settings.change",
          actor: { id: "user-owner", name: "Olivia Owner" },
          target: { kind: "settings", id: "tenant-contoso" },
          detail: { reviewPackRetentionDays: 180 },
        },
      ],
      nextCursor: null,
    },
  },
};

export const notificationExamples: ExamplesOf<typeof notificationRoutes> = {
  list: {
    answer: {
      items: [
        {
          id: IDS.notification,
          runId: "run_be0b253d-fe02-4da2-a727-858552548c03",
          tenantId: "tenant-contoso",
          outcome: "succeeded",
          title: "Review pack succeeded",
          body: "43 of 43 archive entries: 43 succeeded",
          href: runAddress(IDS.tenant, "run_be0b253d-fe02-4da2-a727-858552548c03"),
          createdAt: "2026-11-28T01:58:56.403Z",
          seenAt: null,
        },
      ],
      nextCursor: null,
    },
  },
  markSeen: {
    params: { notificationId: IDS.notification },
    answer: {
      id: IDS.notification,
      runId: "run_be0b253d-fe02-4da2-a727-858552548c03",
      tenantId: "tenant-contoso",
      outcome: "succeeded",
      title: "Review pack succeeded",
      body: "43 of 43 archive entries: 43 succeeded",
      href: runAddress(IDS.tenant, "run_be0b253d-fe02-4da2-a727-858552548c03"),
      createdAt: "2026-11-28T01:58:56.403Z",
      seenAt: "2026-11-28T01:58:56.547Z",
    },
  },
};

export const settingsExamples: ExamplesOf<typeof settingsRoutes> = {
  show: { answer: { reviewPackRetentionDays: 180 } },
  change: {
    bodies: { "Keep packs for half a year": { reviewPackRetentionDays: 180 } },
    answer: { reviewPackRetentionDays: 180 },
  },
};

export const referenceExamples: ExamplesOf<typeof referenceRoutes> = {
  document: { answer: { openapi: "3.1.0" } },
  page: {},
};

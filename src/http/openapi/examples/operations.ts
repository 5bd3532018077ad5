import type { Run } from "../../../contract/runs.ts";
import { runAddress, snapshotAddress } from "../../../contract/console-addresses.ts";
import type { operationRoutes } from "../../../contract/routes/operations.ts";
import type { activityRoutes } from "../../../contract/routes/activity.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { onePage, OWNER } from "./things.ts";

export const ENDED_RUN: Run = {
  id: IDS.run,
  tenantId: "tenant-contoso",
  type: "evidence.snapshot",
  label: "Evidence snapshot",
  subject: "Whole tenant · 35 evidence items",
  status: "completed",
  outcome: "succeeded",
  progress: { kind: "finished", text: "35 of 35 evidence items: 35 succeeded" },
  pause: null,
  summaryCounts: { total: 35, processed: 35, succeeded: 35, failed: 0, skipped: 0, created: 35 },
  failure: null,
  initiator: OWNER,
  retryOf: null,
  workerVersion: "59ba579 (6f1b3c1e-8d0a-4c53-9a1e-2f0d3b7c5a10)",
  result: { kind: "evidence-snapshot", id: IDS.snapshot, href: snapshotAddress(IDS.tenant, IDS.snapshot) },
  version: 6,
  href: runAddress(IDS.tenant, IDS.run),
  createdAt: "2026-11-28T01:58:55.101Z",
  startedAt: "2026-11-28T01:58:55.130Z",
  completedAt: "2026-11-28T01:58:55.262Z",
};

export const QUEUED_RUN: Run = {
  id: IDS.activeRun,
  tenantId: "tenant-contoso",
  type: "inventory.sync",
  label: "Inventory sync",
  subject: "Settings catalog, Assignment filters",
  status: "queued",
  outcome: "pending",
  progress: { kind: "indeterminate", text: "Queued" },
  pause: null,
  summaryCounts: {},
  failure: null,
  initiator: OWNER,
  retryOf: null,
  workerVersion: "59ba579 (6f1b3c1e-8d0a-4c53-9a1e-2f0d3b7c5a10)",
  result: null,
  version: 1,
  href: runAddress(IDS.tenant, IDS.activeRun),
  createdAt: "2026-11-28T01:58:52.023Z",
  startedAt: null,
  completedAt: null,
};

const FAILED_RUN: Run = {
  ...ENDED_RUN,
  id: IDS.failedRun,
  type: "backup-set.delete",
  label: "Archive backup sets",
  subject: null,
  outcome: "failed",
  progress: { kind: "finished", text: "Failed" },
  summaryCounts: { total: 1, processed: 1, succeeded: 0, failed: 1, skipped: 0 },
  result: null,
  href: runAddress(IDS.tenant, IDS.failedRun),
};

export const operationExamples: ExamplesOf<typeof operationRoutes> = {
  start: {
    bodies: {
      "Read two policy families": { type: "inventory.sync", input: { families: ["settingsCatalog", "filters"] } },
      "Back up a policy": {
        type: "backup-set.add-policies",
        input: { backupSetId: IDS.backupSet, policyIds: [IDS.policy] },
      },
      "Make a backup set of uploaded files": {
        type: "backup-set.import",
        input: { uploadId: IDS.policyUpload, name: "Baseline" },
      },
      "Bring an archived backup set back into service": {
        type: "backup-set.restore",
        input: { backupSetIds: [IDS.archivedSet] },
      },
      "Archive a backup set": { type: "backup-set.delete", input: { backupSetIds: [IDS.archivedSet] } },
      "Remove all archived backup sets for good": {
        type: "backup-set.force-delete",
        input: { filter: { state: "archived" } },
      },
      "Preview a restore of a whole set": {
        type: "policy.restore-preview",
        input: { backupSetId: IDS.backupSet, mode: "update", assignments: false },
      },
      "Restore by a plan that was reviewed": {
        type: "policy.restore",
        input: { backupSetId: IDS.backupSet, mode: "update", assignments: false, approvedPlan: IDS.planHash },
      },
      "Freeze two families as a baseline": {
        type: "baseline.capture",
        input: { name: "Known good", families: ["settingsCatalog", "filters"] },
      },
      "Compare the tenant with a baseline": { type: "baseline.compare", input: { baselineId: IDS.baseline } },
      "Take an evidence snapshot": { type: "evidence.snapshot" },
      "Make a pack without the policies' documents": {
        type: "review-pack.generate",
        input: { evidenceSnapshotId: IDS.snapshot, include: { rawPolicies: false } },
      },
      "Cancel all syncs that are under way": {
        type: "operations.cancel",
        input: { filter: { type: "inventory.sync" } },
      },
      "Retry what failed of all archivings since a time": {
        type: "operations.retry",
        input: { filter: { type: "backup-set.delete", from: "2026-01-01T00:00:00Z" } },
      },
      "Export everything": { type: "tenant.export" },
    },
    answer: {
      run: QUEUED_RUN,
      deduplicated: false,
    },
  },
  list: { answer: onePage(ENDED_RUN) },
  failures: { answer: onePage({ run: FAILED_RUN, curedBy: null }) },
  show: {
    params: { runId: IDS.run },
    answer: { ...ENDED_RUN, waiting: null, curedBy: null, againInput: {}, schedule: null },
  },
  matching: { params: { act: "cancel" }, answer: { runs: 3, asOf: "2026-11-28T01:58:55.300Z" } },
  timeline: {
    params: { runId: IDS.run },
    answer: {
      asOf: "2026-11-28T01:58:55.300Z",
      version: 6,
      items: [
        { kind: "queued", at: "2026-11-28T01:58:55.101Z", until: null, text: "Queued" },
        { kind: "started", at: "2026-11-28T01:58:55.130Z", until: null, text: "Started" },
        { kind: "sealed", at: "2026-11-28T01:58:55.141Z", until: null, text: "Planned: 35 evidence items" },
        {
          kind: "first_settled",
          at: "2026-11-28T01:58:55.230Z",
          until: null,
          text: "First of the evidence items ended",
        },
        { kind: "last_settled", at: "2026-11-28T01:58:55.240Z", until: null, text: "Last of the evidence items ended" },
        { kind: "completed", at: "2026-11-28T01:58:55.262Z", until: null, text: "Succeeded" },
      ],
      omitted: 0,
    },
  },
  allUnits: {
    params: { runId: IDS.run },
    answer: {
      items: [
        {
          ordinal: 0,
          key: "coverage",
          label: "Coverage",
          state: "succeeded",
          attempts: 1,
          durationMs: 41,
          nextTryAt: null,
          asOf: "2026-11-28T01:58:55.300Z",
        },
      ],
      nextCursor: null,
      planned: 35,
      told: 35,
    },
  },
  units: {
    params: { runId: IDS.failedRun },
    answer: onePage({
      ordinal: 0,
      key: IDS.archivedSet,
      label: IDS.archivedSet,
      outcome: "failed",
      reasonCode: "not_found",
      message: "There is no such backup set.",
      attempts: 1,
    }),
  },
  cancel: {
    params: { runId: IDS.activeRun },
    answer: {
      ...QUEUED_RUN,
      status: "completed",
      outcome: "canceled",
      progress: { kind: "finished", text: "Canceled" },
      version: 3,
      completedAt: "2026-11-28T01:58:52.066Z",
    },
  },
  pause: {
    params: { runId: IDS.activeRun },
    answer: {
      ...QUEUED_RUN,
      pause: {
        at: "2026-11-28T01:58:52.060Z",
        by: OWNER,
        reason: "person",
        failed: null,
        text: `Paused by ${OWNER.name}`,
      },
      version: 3,
    },
  },
  resume: {
    params: { runId: IDS.activeRun },
    answer: { ...QUEUED_RUN, version: 4 },
  },
  retry: {
    params: { runId: IDS.failedRun },
    answer: {
      run: {
        ...QUEUED_RUN,
        id: "run_7f9a173b-ac5e-40bc-aa30-5eadb4da0b67",
        type: "backup-set.delete",
        label: "Archive backup sets",
        subject: null,
        retryOf: IDS.failedRun,
        href: runAddress(IDS.tenant, "run_7f9a173b-ac5e-40bc-aa30-5eadb4da0b67"),
        createdAt: "2026-11-28T01:58:53.337Z",
      },
      deduplicated: false,
    },
  },
  proof: {
    params: { runId: IDS.run },
    answer: {
      ledger: { total: 35, processed: 35, succeeded: 35, failed: 0, skipped: 0 },
      projection: { total: 35, processed: 35, succeeded: 35, failed: 0, skipped: 0 },
      deliveries: 35,
      duplicatesSuppressed: 0,
      redispatched: 0,
      drift: false,
      projectionPending: false,
      recountedAt: "2026-11-28T01:58:57.026Z",
    },
  },
  restoreResults: {
    params: { runId: IDS.restoreRun },
    answer: onePage({
      planId: IDS.plan,
      ordinal: 0,
      itemId: "run_5d1c0e7a-92b4-4f3e-8a6d-7c0b9e2f4a11-0",
      family: "filters",
      familyLabel: "Assignment filters",
      name: "Corporate iPhones",
      outcome: "updated",
      targetId: "cff26530-37eb-416e-8186-36c9338f2f6f",
      reason: null,
      approvalCode: null,
      requestIds: ["270e0e12-167a-4d89-9de6-49f6f9069b05"],
      differences: [],
      at: "2026-11-28T01:58:54.982Z",
    }),
  },
  restoreApprovals: {
    params: { runId: IDS.restoreRun },
    answer: onePage({
      ordinal: 1,
      family: "settingsCatalog",
      familyLabel: "Settings catalog",
      name: "Edge",
      approvalCode: "6f0d2c1a-8b7e-4c55-9d3f-0a1b2c3d4e5f",
      askedAt: "2026-11-28T01:58:54.982Z",
      expiresAt: "2026-12-01T01:58:54.982Z",
    }),
  },
  restoreUndo: {
    params: { runId: IDS.restoreRun },
    answer: {
      undo: {
        backupSet: {
          id: "set_undo_906690ae-c8c8-4cc2-8f98-aa2d34ff7445",
          name: "Before Weekly was restored",
          state: "active",
        },
        updated: 2,
        created: 0,
        deleted: 0,
        assignments: false,
      },
      undoes: null,
    },
  },
};

export const activityExamples: ExamplesOf<typeof activityRoutes> = {
  list: { answer: onePage(ENDED_RUN) },
  live: {},
};

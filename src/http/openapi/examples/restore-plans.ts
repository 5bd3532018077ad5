import type { restorePlanRoutes } from "../../../contract/routes/restore-plans.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";

export const restorePlanExamples: ExamplesOf<typeof restorePlanRoutes> = {
  show: {
    params: { planId: IDS.plan },
    answer: {
      id: IDS.plan,
      backupSetId: IDS.backupSet,
      runId: "run_2176c6e0-4b7f-4d21-9c3a-6e5f8d0b1a22",
      state: "ready",
      options: {
        mode: "update",
        itemIds: null,
        namePrefix: null,
        assignments: false,
        conditionalAccess: "report-only",
        mapping: [],
      },
      planHash: IDS.planHash,
      actionCounts: { create: 0, update: 2, unchanged: 0, ambiguous: 0, blocked: 0 },
      itemsMissingReferences: 0,
      createdAt: "2026-11-28T01:58:54.631Z",
      createdBy: { id: "user-owner", name: "Olivia Owner" },
      readyAt: "2026-11-28T01:58:54.778Z",
      runs: [
        {
          id: "run_906690ae-c8c8-4cc2-8f98-aa2d34ff7445",
          status: "completed",
          outcome: "canceled",
          createdAt: "2026-11-28T01:58:54.806Z",
        },
        { id: IDS.restoreRun, status: "completed", outcome: "pending", createdAt: "1970-01-01T00:00:00.000Z" },
      ],
    },
  },
  items: {
    params: { planId: IDS.plan },
    answer: {
      items: [
        {
          ordinal: 0,
          itemId: "run_5d1c0e7a-92b4-4f3e-8a6d-7c0b9e2f4a11-0",
          family: "filters",
          familyLabel: "Assignment filters",
          graphId: "cff26530-37eb-416e-8186-36c9338f2f6f",
          name: "Corporate iPhones",
          action: "update",
          target: { graphId: "cff26530-37eb-416e-8186-36c9338f2f6f", name: "Corporate iPhones" },
          reason: null,
          changeCount: 1,
          missingCount: 0,
        },
      ],
      nextCursor: null,
    },
  },
  item: {
    params: { planId: IDS.plan, ordinal: "0" },
    answer: {
      ordinal: 0,
      itemId: "run_5d1c0e7a-92b4-4f3e-8a6d-7c0b9e2f4a11-0",
      family: "filters",
      familyLabel: "Assignment filters",
      graphId: "cff26530-37eb-416e-8186-36c9338f2f6f",
      name: "Corporate iPhones",
      action: "update",
      target: { graphId: "cff26530-37eb-416e-8186-36c9338f2f6f", name: "Corporate iPhones" },
      reason: null,
      changeCount: 1,
      missingCount: 0,
      steps: [
        {
          label: "update",
          method: "PATCH",
          path: "/beta/deviceManagement/assignmentFilters/{id}",
          body: {
            displayName: "Corporate iPhones",
            roleScopeTagIds: ["0"],
            rule: '(device.deviceOwnership -eq "Corporate")',
          },
        },
      ],
      changes: [
        {
          kind: "changed",
          area: "content",
          path: [{ kind: "property", name: "rule" }],
          pathText: "rule",
          before: { form: "json", json: "(false)" },
          after: { form: "json", json: '(device.deviceOwnership -eq "Corporate")' },
        },
      ],
      candidates: [],
      references: [],
      notes: [],
    },
  },
};

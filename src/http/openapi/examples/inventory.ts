import type { inventoryRoutes } from "../../../contract/routes/inventory.ts";
import type { ReadableAssignment, ReadableRow } from "../../../contract/readable-policy.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { BACKUP_ITEM, CHANGE_BY_ANNA, HOMEPAGE_CHANGE, onePage } from "./things.ts";

const VERSION = {
  versionNumber: 2,
  contentHash: "af9858713903cbd46f3440548d961bfc1d2b002fd935801994204135a4fef76a",
  contentBytes: 811,
  seenAt: "2026-11-28T01:58:53.873Z",
  runId: "run-2",
};

const HOMEPAGE_ROW: ReadableRow = {
  depth: 0,
  label: "browser_homepage",
  labelIsName: true,
  name: "browser_homepage",
  state: "value",
  value: "https://elsewhere.example",
  stored: null,
  omitted: 0,
};

const TO_STAFF: ReadableAssignment = {
  target: "group",
  targetType: "groupAssignmentTarget",
  group: { id: "ed42a384-a0aa-4e22-8c0e-5f4b7e0ad31d", name: null },
  filter: null,
  intent: null,
};

export const inventoryExamples: ExamplesOf<typeof inventoryRoutes> = {
  policies: {
    answer: onePage({
      id: IDS.policy,
      family: "settingsCatalog",
      familyLabel: "Settings catalog",
      graphId: "22127f52-66fa-49b1-bad3-978f1ea58baa",
      name: "Edge",
      description: "Browser of the staff",
      platform: "windows",
      odataType: null,
      assignmentCount: 1,
      versionNumber: 1,
      contentHash: "d6572504dcf121e1133ddcd152ef36d8761c8a062a8d071e79b5f14a372e27af",
      contentBytes: 827,
      lastModifiedAt: "2026-11-28T01:58:51.979Z",
      firstSeenAt: "2026-11-28T01:58:52.199Z",
      lastSeenAt: "2026-11-28T01:58:52.199Z",
      removedAt: null,
      unread: null,
    }),
  },
  policy: {
    params: { policyId: IDS.policy },
    answer: {
      id: IDS.policy,
      family: "settingsCatalog",
      familyLabel: "Settings catalog",
      graphId: "22127f52-66fa-49b1-bad3-978f1ea58baa",
      name: "Edge",
      description: "Browser of the staff",
      platform: "windows",
      odataType: null,
      assignmentCount: 1,
      versionNumber: 2,
      contentHash: "af9858713903cbd46f3440548d961bfc1d2b002fd935801994204135a4fef76a",
      contentBytes: 811,
      lastModifiedAt: "2026-11-28T01:58:53.769Z",
      firstSeenAt: "2026-11-28T01:58:52.199Z",
      lastSeenAt: "2026-11-28T01:58:53.873Z",
      removedAt: null,
      unread: null,
    },
  },
  versions: {
    params: { policyId: IDS.policy },
    answer: onePage({
      versionNumber: 2,
      contentHash: "af9858713903cbd46f3440548d961bfc1d2b002fd935801994204135a4fef76a",
      contentBytes: 811,
      seenAt: "2026-11-28T01:58:53.873Z",
      runId: "run-2",
      change: CHANGE_BY_ANNA,
    }),
  },
  content: { params: { policyId: IDS.policy } },
  readable: {
    params: { policyId: IDS.policy },
    answer: { versionNumber: 2, rows: [HOMEPAGE_ROW], rowsOmitted: 0, assignments: [TO_STAFF] },
  },
  versionDiff: {
    params: { policyId: IDS.policy },
    answer: {
      beforeNumber: 1,
      afterNumber: 2,
      before: { ...VERSION, versionNumber: 1, seenAt: "2026-11-28T01:58:52.199Z", runId: "run-1" },
      after: VERSION,
      changes: [HOMEPAGE_CHANGE],
    },
  },
  settings: {
    answer: {
      items: [
        {
          policy: {
            id: IDS.policy,
            name: "Edge",
            family: "settingsCatalog",
            familyLabel: "Settings catalog",
            versionNumber: 2,
            lastSeenAt: "2026-11-28T01:58:53.873Z",
          },
          rows: [{ ...HOMEPAGE_ROW, within: [] }],
          matchCount: 1,
        },
      ],
      nextCursor: null,
      looked: 2,
      policies: 2,
      unreadable: [],
    },
  },
  backups: {
    params: { policyId: IDS.policy },
    answer: onePage({ ...BACKUP_ITEM, backupSet: { id: IDS.backupSet, name: "Before the rollout", state: "active" } }),
  },
  families: {
    answer: onePage({
      key: "settingsCatalog",
      label: "Settings catalog",
      platform: null,
      readPermission: "DeviceManagementConfiguration.Read.All",
      policyCount: 1,
      lastCompleteAt: "2026-11-28T01:58:53.873Z",
      lastAttemptAt: "2026-11-28T01:58:53.873Z",
      lastOutcome: "succeeded",
      lastReason: null,
    }),
  },
};

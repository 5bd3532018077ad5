import type { BackupSet, BackupSetDetail } from "../../../contract/backup-sets.ts";
import type { backupStandingRoutes } from "../../../contract/routes/backup-standing.ts";
import type { backupSetRoutes } from "../../../contract/routes/backup-sets.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { BACKUP_ITEM, HOMEPAGE_CHANGE, onePage, OWNER, PLAN } from "./things.ts";

const SET: BackupSet = {
  id: IDS.backupSet,
  name: "Before the rollout",
  description: "Taken before the rollout.",
  state: "active",
  origin: "captured",
  originId: null,
  itemCount: 2,
  policyCount: 2,
  createdAt: "2026-11-28T01:58:52.231Z",
  createdBy: OWNER,
  updatedAt: "2026-11-28T01:58:52.250Z",
  archivedAt: null,
  lastCapturedAt: "2026-11-28T01:58:52.379Z",
};

/** Before anything was taken into it. */
const EMPTY_SET: BackupSetDetail = {
  ...SET,
  itemCount: 0,
  policyCount: 0,
  lastCapturedAt: null,
  families: [],
  schedule: null,
  kept: null,
};

export const backupSetExamples: ExamplesOf<typeof backupSetRoutes> = {
  list: { answer: onePage(SET) },
  create: {
    bodies: { "A set with a description": { name: "Before the change", description: "Taken before the rollout." } },
    answer: { ...EMPTY_SET, name: "Before the change", updatedAt: "2026-11-28T01:58:52.231Z" },
  },
  show: {
    params: { backupSetId: IDS.backupSet },
    answer: {
      ...SET,
      families: [
        { key: "settingsCatalog", label: "Settings catalog", itemCount: 1, policyCount: 1 },
        { key: "filters", label: "Assignment filters", itemCount: 1, policyCount: 1 },
      ],
      schedule: { id: IDS.schedule, name: "Weekly backup", removed: false },
      kept: { reasons: ["day", "month"], untilDay: "2026-12-28", deletedAfter: null },
    },
  },
  change: {
    params: { backupSetId: IDS.backupSet },
    bodies: { "A new name": { name: "Before the rollout" } },
    answer: EMPTY_SET,
  },
  archive: {
    params: { backupSetId: IDS.archivedSet },
    answer: {
      ...EMPTY_SET,
      id: IDS.archivedSet,
      name: "Spring",
      description: "",
      state: "archived",
      createdAt: "2026-11-28T01:58:52.390Z",
      updatedAt: "2026-11-28T01:58:52.401Z",
      archivedAt: "2026-11-28T01:58:52.401Z",
    },
  },
  items: {
    params: { backupSetId: IDS.backupSet },
    answer: onePage(BACKUP_ITEM),
  },
  item: {
    params: { backupSetId: IDS.backupSet, itemId: IDS.backupItem },
    answer: BACKUP_ITEM,
  },
  references: {
    params: { backupSetId: IDS.backupSet, itemId: IDS.backupItem },
    answer: {
      references: [{ kind: "group", id: "6f1d3b0e-7c52-4f0a-9a4e-2b8d5c1e7f90", name: "Sales laptops" }],
    },
  },
  diff: {
    params: { backupSetId: IDS.backupSet, itemId: IDS.backupItem },
    answer: {
      item: BACKUP_ITEM,
      against: {
        kind: "inventory",
        policyId: IDS.policy,
        name: "Edge",
        versionNumber: 2,
        contentHash: "af9858713903cbd46f3440548d961bfc1d2b002fd935801994204135a4fef76a",
        lastSeenAt: "2026-11-28T01:58:53.873Z",
        removedAt: null,
      },
      changes: [HOMEPAGE_CHANGE],
    },
  },
  content: { params: { backupSetId: IDS.backupSet, itemId: IDS.backupItem } },
  restorePlans: {
    params: { backupSetId: IDS.backupSet },
    answer: onePage(PLAN),
  },
};

export const backupStandingExamples: ExamplesOf<typeof backupStandingRoutes> = {
  show: {
    answer: {
      newest: { at: "2026-11-28T01:58:52.379Z", backupSet: { id: IDS.backupSet, name: SET.name } },
      ageLimitDays: 8,
      isOld: false,
      checked: {
        at: "2026-11-02T02:10:11.004Z",
        planId: IDS.plan,
        backupSet: { id: IDS.backupSet, name: SET.name },
        couldReturn: 2,
        couldNot: 0,
        itemsMissingReferences: 0,
        isWhole: true,
      },
      failedCheck: null,
    },
  },
};

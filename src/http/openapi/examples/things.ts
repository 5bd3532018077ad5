/** Things that the examples of several nouns tell of, each in one place. */
import { findingAddress } from "../../../contract/console-addresses.ts";
import type { BackupSetItem } from "../../../contract/backup-sets.ts";
import type { ComparisonFinding } from "../../../contract/baselines.ts";
import type { Change } from "../../../contract/changes.ts";
import type { ServedChange } from "../../../contract/policy-diff.ts";
import type { RestorePlan } from "../../../contract/restore.ts";
import { IDS } from "./ids.ts";

export const OWNER = { id: "user-owner", name: "Olivia Owner" };

/** A list that one page holds. */
export function onePage<Item>(item: Item): { items: Item[]; nextCursor: null } {
  return { items: [item], nextCursor: null };
}

/** What an administrator changed in the policy "Edge". */
export const HOMEPAGE_CHANGE: ServedChange = {
  kind: "changed",
  area: "content",
  path: [
    { kind: "property", name: "settings" },
    { kind: "element", key: "browser_homepage", number: 1, label: null },
    { kind: "property", name: "settingInstance" },
    { kind: "property", name: "simpleSettingValue" },
    { kind: "property", name: "value" },
  ],
  pathText: "settings[browser_homepage].settingInstance.simpleSettingValue.value",
  before: { form: "json", json: "https://intranet.contoso.example" },
  after: { form: "json", json: "https://elsewhere.example" },
};

/** Who made it. */
export const CHANGE_BY_ANNA: Change = {
  known: {
    at: "2026-11-28T01:58:52.004Z",
    actor: { kind: "user", id: "00000000-0000-4000-8000-0000a4d3b1c2", name: "anna@contoso.example" },
    application: { id: "5926fc8e-304e-4f59-8bed-58ca97cc39a4", name: "Microsoft Intune portal extension" },
    activity: "Patch DeviceManagementConfigurationPolicy",
    operation: "update",
    ours: false,
    properties: [
      { name: "Homepage", oldValue: "https://intranet.contoso.example", newValue: "https://elsewhere.example" },
    ],
    propertiesCut: false,
    earlierChanges: 0,
  },
};

/** As the comparison found it. */
export const FINDING_BY_COMPARISON: ComparisonFinding = {
  id: IDS.finding,
  baseline: { id: IDS.baseline, name: "Known good" },
  isOfStandard: false,
  kind: "changed",
  family: "settingsCatalog",
  familyLabel: "Settings catalog",
  graphId: "22127f52-66fa-49b1-bad3-978f1ea58baa",
  policyId: IDS.policy,
  name: "Edge",
  severity: "medium",
  rule: "changed",
  message: "1 property differs: settings[browser_homepage].settingInstance.simpleSettingValue.value.",
  status: "open",
  changeCount: 1,
  changesHash: IDS.changesHash,
  checked: true,
  href: findingAddress(IDS.tenant, IDS.finding),
};

/** The policy "Edge" in the set. */
export const BACKUP_ITEM: BackupSetItem = {
  id: IDS.backupItem,
  backupSetId: IDS.backupSet,
  policyId: IDS.policy,
  family: "settingsCatalog",
  familyLabel: "Settings catalog",
  graphId: "22127f52-66fa-49b1-bad3-978f1ea58baa",
  name: "Edge",
  description: "Browser of the staff",
  platform: "windows",
  odataType: null,
  assignmentCount: 1,
  contentHash: "d6572504dcf121e1133ddcd152ef36d8761c8a062a8d071e79b5f14a372e27af",
  contentBytes: 827,
  hasSecrets: false,
  capturedAt: "2026-11-28T01:58:52.379Z",
  confirmedAt: null,
  latest: true,
  runId: "run_5d1c0e7a-92b4-4f3e-8a6d-7c0b9e2f4a11",
  requestId: "b0a1222c-ed62-4d71-89e6-16bbd3c9e1df",
};

export const PLAN: RestorePlan = {
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
  actionCounts: { create: 0, update: 2, delete: 0, unchanged: 0, ambiguous: 0, blocked: 0 },
  itemsMissingReferences: 0,
  createdAt: "2026-11-28T01:58:54.631Z",
  createdBy: OWNER,
  readyAt: "2026-11-28T01:58:54.778Z",
  undoes: null,
  runs: [
    {
      id: "run_906690ae-c8c8-4cc2-8f98-aa2d34ff7445",
      status: "completed",
      outcome: "canceled",
      createdAt: "2026-11-28T01:58:54.806Z",
    },
    { id: IDS.restoreRun, status: "completed", outcome: "pending", createdAt: "1970-01-01T00:00:00.000Z" },
  ],
};

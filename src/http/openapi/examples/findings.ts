import type { Finding, FindingDetail, FindingEvent } from "../../../contract/baselines.ts";
import type { findingRoutes } from "../../../contract/routes/findings.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { CHANGE_BY_ANNA, FINDING_BY_COMPARISON, HOMEPAGE_CHANGE, onePage, OWNER } from "./things.ts";

const FINDING: Finding = {
  ...FINDING_BY_COMPARISON,
  acceptance: null,
  firstSeenAt: "2026-11-28T01:58:54.308Z",
  firstComparisonId: IDS.comparison,
  lastSeenAt: "2026-11-28T01:58:54.308Z",
  lastComparisonId: IDS.comparison,
  resolvedAt: null,
};

const APPEARED: FindingEvent = {
  id: `${IDS.comparison}/appeared`,
  at: "2026-11-28T01:58:54.308Z",
  event: "appeared",
  comparisonId: IDS.comparison,
  actor: null,
  reason: null,
  until: null,
};
const ACCEPTED: FindingEvent = {
  id: "85dda336-2465-4873-8093-b2377bad6aac",
  at: "2026-11-28T01:58:54.460Z",
  event: "accepted",
  comparisonId: null,
  actor: OWNER,
  reason: "Agreed with the network team.",
  until: "2026-12-28T01:58:54.437Z",
};
const REOPENED: FindingEvent = {
  id: "383bf888-cd73-44c2-b3d6-43f946a55998",
  at: "2026-11-28T01:58:54.524Z",
  event: "reopened",
  comparisonId: null,
  actor: OWNER,
  reason: null,
  until: null,
};

const DETAIL: FindingDetail = {
  ...FINDING,
  change: CHANGE_BY_ANNA,
  changes: [HOMEPAGE_CHANGE],
  changesTruncated: false,
  history: [APPEARED],
};

export const findingExamples: ExamplesOf<typeof findingRoutes> = {
  list: { answer: onePage(FINDING) },
  show: { params: { findingId: IDS.finding }, answer: DETAIL },
  remedy: {
    params: { findingId: IDS.finding },
    answer: {
      backup: {
        backupSetId: IDS.backupSet,
        backupSetName: "Before the rollout",
        itemId: IDS.backupItem,
        capturedAt: "2026-11-28T01:58:52.412Z",
      },
    },
  },
  acceptMany: {
    bodies: {
      "Accept what was seen": {
        findings: [{ id: IDS.finding, changesHash: IDS.changesHash }],
        reason: "Agreed with the network team.",
        until: "2026-12-28T01:58:54.437Z",
      },
    },
    answer: { outcomes: [{ id: IDS.finding, outcome: "accepted" }] },
  },
  accept: {
    params: { findingId: IDS.finding },
    bodies: {
      "Accept these differences and no others": {
        reason: "Agreed with the network team.",
        until: "2026-12-28T01:58:54.437Z",
        changesHash: IDS.changesHash,
      },
    },
    answer: {
      ...DETAIL,
      status: "accepted",
      acceptance: {
        reason: "Agreed with the network team.",
        by: OWNER,
        at: "2026-11-28T01:58:54.460Z",
        until: "2026-12-28T01:58:54.437Z",
        expired: false,
      },
      history: [ACCEPTED, APPEARED],
    },
  },
  reopen: {
    params: { findingId: IDS.finding },
    answer: { ...DETAIL, history: [REOPENED, ACCEPTED, APPEARED] },
  },
};

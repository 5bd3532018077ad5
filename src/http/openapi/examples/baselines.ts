import type { Baseline, BaselineComparison, ComparisonCounts } from "../../../contract/baselines.ts";
import { baselineAddress, comparisonAddress } from "../../../contract/console-addresses.ts";
import type { baselineRoutes, comparisonRoutes } from "../../../contract/routes/baselines.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { FINDING_BY_COMPARISON, onePage, OWNER } from "./things.ts";

/** Of the one comparison. */
const COUNTS: ComparisonCounts = {
  total: { open: 2, accepted: 0, resolved: 0 },
  byKind: {
    added: { open: 0, accepted: 0, resolved: 0 },
    removed: { open: 0, accepted: 0, resolved: 0 },
    changed: { open: 2, accepted: 0, resolved: 0 },
    renamed: { open: 0, accepted: 0, resolved: 0 },
    assignments: { open: 0, accepted: 0, resolved: 0 },
    unknown: { open: 0, accepted: 0, resolved: 0 },
  },
  bySeverity: {
    critical: { open: 0, accepted: 0, resolved: 0 },
    high: { open: 0, accepted: 0, resolved: 0 },
    medium: { open: 2, accepted: 0, resolved: 0 },
    low: { open: 0, accepted: 0, resolved: 0 },
  },
  notChecked: 0,
  policies: { matching: 0, different: 2, unknown: 0 },
};

const BASELINE: Baseline = {
  id: IDS.baseline,
  name: "Known good",
  status: "sealed",
  policyCount: 2,
  familyCounts: { read: 2, neverRead: 0 },
  contentRoot: "4ed8a33c6e98cbf85b66fac3f599a551c6a48b4673ff796f91185d4ae43af317",
  createdAt: "2026-11-28T01:58:53.601Z",
  sealedAt: "2026-11-28T01:58:53.711Z",
  initiator: OWNER,
  runId: "run_0fc893e3-1fef-43aa-b350-01f4e93142c0",
  isStandard: false,
  isStopped: false,
  latestComparison: null,
  findingsNow: null,
  href: baselineAddress(IDS.tenant, IDS.baseline),
};

const COMPARISON: BaselineComparison = {
  id: IDS.comparison,
  baseline: { id: IDS.baseline, name: "Known good" },
  standardVersion: null,
  status: "sealed",
  counts: COUNTS,
  createdAt: "2026-11-28T01:58:54.064Z",
  sealedAt: "2026-11-28T01:58:54.308Z",
  initiator: OWNER,
  runId: "run_fcbb8e6d-b85f-450b-b286-9f4c8ad539a7",
  href: comparisonAddress(IDS.tenant, IDS.comparison),
};

export const baselineExamples: ExamplesOf<typeof baselineRoutes> = {
  list: { answer: onePage(BASELINE) },
  show: {
    params: { baselineId: IDS.baseline },
    answer: {
      id: IDS.baseline,
      name: "Known good",
      status: "sealed",
      policyCount: 2,
      familyCounts: { read: 2, neverRead: 0 },
      contentRoot: "4ed8a33c6e98cbf85b66fac3f599a551c6a48b4673ff796f91185d4ae43af317",
      createdAt: "2026-11-28T01:58:53.601Z",
      sealedAt: "2026-11-28T01:58:53.711Z",
      initiator: OWNER,
      runId: "run_0fc893e3-1fef-43aa-b350-01f4e93142c0",
      isStandard: false,
      isStopped: false,
      latestComparison: {
        id: IDS.comparison,
        sealedAt: "2026-11-28T01:58:54.308Z",
        counts: COUNTS,
      },
      findingsNow: { bySeverity: COUNTS.bySeverity },
      href: baselineAddress(IDS.tenant, IDS.baseline),
      families: [
        { key: "filters", label: "Assignment filters", policyCount: 1, readAt: "2026-11-28T01:58:52.175Z" },
        { key: "settingsCatalog", label: "Settings catalog", policyCount: 1, readAt: "2026-11-28T01:58:52.199Z" },
      ],
    },
  },
  policies: {
    params: { baselineId: IDS.baseline },
    answer: onePage({
      id: IDS.policy,
      family: "settingsCatalog",
      familyLabel: "Settings catalog",
      graphId: "22127f52-66fa-49b1-bad3-978f1ea58baa",
      name: "Edge",
      platform: "windows",
      odataType: null,
      contentHash: "d6572504dcf121e1133ddcd152ef36d8761c8a062a8d071e79b5f14a372e27af",
    }),
  },
  drift: {
    params: { baselineId: IDS.baseline },
    answer: onePage({
      comparisonId: IDS.comparison,
      at: "2026-11-28T01:58:54.308Z",
      counts: COUNTS,
    }),
  },
};

export const comparisonExamples: ExamplesOf<typeof comparisonRoutes> = {
  list: { answer: onePage(COMPARISON) },
  show: {
    params: { comparisonId: IDS.comparison },
    answer: {
      ...COMPARISON,
      families: [
        { key: "filters", label: "Assignment filters", readAt: "2026-11-28T01:58:53.909Z", unknown: null },
        { key: "settingsCatalog", label: "Settings catalog", readAt: "2026-11-28T01:58:53.873Z", unknown: null },
      ],
    },
  },
  findings: {
    params: { comparisonId: IDS.comparison },
    answer: onePage(FINDING_BY_COMPARISON),
  },
};

import type { Offboarding, TenantClosing } from "../../../contract/offboarding.ts";
import type { offboardingRoutes } from "../../../contract/routes/offboarding.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { onePage, OWNER } from "./things.ts";

const ASKED = {
  id: IDS.offboarding,
  reason: "The contract ends with the year.",
  requestedBy: OWNER,
  requestedAs: "owner",
  requestedAt: "2026-11-28T02:10:00.000Z",
  dueAt: "2026-12-05T02:10:00.000Z",
} as const;

const WAITING: TenantClosing = {
  offboarding: { ...ASKED, status: "waiting" },
  latestExport: { id: IDS.tenantExport, completedAt: "2026-11-28T02:05:14.771Z" },
  changedSinceExport: false,
};

const WAITING_ALONE: Offboarding = {
  ...ASKED,
  status: "waiting",
  phase: null,
  tenant: {
    id: "tenant-contoso",
    slug: "contoso",
    name: IDS.tenantName,
    microsoftTenants: [{ cloud: "global", directoryId: "1b3c5d7f-2a4b-4c6d-8e9f-0a1b2c3d4e5f" }],
  },
  withdrawnAt: null,
  withdrawnBy: null,
  startedAt: null,
  completedAt: null,
  export: null,
  auditHead: null,
  removed: { rows: {}, objects: 0, bytes: 0, uploads: 0, runObjects: 0 },
  verification: null,
  refused: [],
};

const PROOF: Offboarding = {
  ...WAITING_ALONE,
  status: "deleted",
  startedAt: "2026-12-05T02:11:00.000Z",
  completedAt: "2026-12-05T02:28:00.000Z",
  export: {
    id: IDS.tenantExport,
    sha256: "5a0f4b7f4d6a8c1e2b3d5f7a9c0e1f2d3b4a5c6e7f8091a2b3c4d5e6f708192a",
    completedAt: "2026-11-28T02:05:14.771Z",
  },
  auditHead: { seq: 64, hash: "0f7d1f1c5c3f5c0f52b3b1f5e5b3c7b4b1a69e7a0f8f7f2a1d3c5e7f90a1b2c3" },
  removed: {
    rows: { audit_events: 64, policies: 612, policy_versions: 640, tenants: 1 },
    objects: 1287,
    bytes: 5_803_112,
    uploads: 0,
    runObjects: 19,
  },
  verification: {
    at: "2026-12-05T02:28:00.000Z",
    rows: { audit_events: 0, policies: 0, policy_versions: 0, tenants: 0 },
    objects: 0,
    sockets: 0,
  },
};

const BODY = { name: IDS.tenantName, reason: "The contract ends with the year.", days: 7 };

export const offboardingExamples: ExamplesOf<typeof offboardingRoutes> = {
  show: { answer: WAITING },
  request: { bodies: { "In a week": BODY }, answer: WAITING },
  withdraw: { answer: { ...WAITING, offboarding: null } },
  list: { answer: onePage(PROOF) },
  proof: { params: { offboardingId: IDS.offboarding }, answer: PROOF },
  requestByPlatform: {
    bodies: { "In a week": BODY },
    answer: { ...WAITING_ALONE, requestedAs: "platform" },
  },
  withdrawByPlatform: {
    params: { offboardingId: IDS.offboarding },
    answer: {
      ...WAITING_ALONE,
      status: "withdrawn",
      withdrawnAt: "2026-11-28T03:00:00.000Z",
      withdrawnBy: OWNER,
    },
  },
};

import { portfolioRunAddress } from "../../../contract/console-addresses.ts";
import { type PortfolioRun, portfolioLabel } from "../../../contract/portfolio.ts";
import type { portfolioRoutes } from "../../../contract/routes/portfolio.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { ENDED_RUN } from "./operations.ts";
import { onePage, OWNER } from "./things.ts";

export const PORTFOLIO_RUN: PortfolioRun = {
  id: IDS.portfolioRun,
  type: "evidence.snapshot",
  label: portfolioLabel("evidence.snapshot"),
  status: "completed",
  outcome: "partially_succeeded",
  progress: { kind: "finished", text: "200 of 200 tenants: 197 succeeded, 3 failed" },
  pause: null,
  summaryCounts: { total: 200, processed: 200, succeeded: 197, failed: 3, skipped: 0 },
  failure: null,
  initiator: OWNER,
  retryOf: null,
  chosen: { kind: "tag", tag: "Schools" },
  mayControl: true,
  retryable: 3,
  href: portfolioRunAddress(IDS.portfolioRun),
  createdAt: "2026-11-29T01:00:00.104Z",
  startedAt: "2026-11-29T01:00:00.371Z",
  completedAt: "2026-11-29T01:21:48.902Z",
};

const QUEUED: PortfolioRun = {
  ...PORTFOLIO_RUN,
  status: "queued",
  outcome: "pending",
  progress: { kind: "indeterminate", text: "Queued" },
  summaryCounts: {},
  retryable: 0,
  startedAt: null,
  completedAt: null,
};

const RUNNING: PortfolioRun = {
  ...QUEUED,
  status: "running",
  progress: { kind: "counted", processed: 12, total: 200, percent: 6, text: "12 of 200 tenants" },
  summaryCounts: { total: 200, processed: 12, succeeded: 12, failed: 0, skipped: 0 },
  startedAt: PORTFOLIO_RUN.startedAt,
};

const params = { runId: IDS.portfolioRun };

export const portfolioExamples: ExamplesOf<typeof portfolioRoutes> = {
  start: {
    bodies: {
      "Take a snapshot of two tenants": {
        type: "evidence.snapshot",
        tenants: { kind: "list", tenants: [IDS.tenant, "fabrikam"] },
      },
      "Take a snapshot of the tenants with a tag": {
        type: "evidence.snapshot",
        tenants: { kind: "tag", tag: "Schools" },
      },
      "Sync all tenants": { type: "inventory.sync", tenants: { kind: "all" } },
    },
    answer: { run: QUEUED, deduplicated: false },
  },
  list: { answer: { ...onePage(PORTFOLIO_RUN), tenantsUnread: 0 } },
  show: { params, answer: PORTFOLIO_RUN },
  tenants: {
    params,
    answer: onePage({
      tenant: { id: "tenant-contoso", slug: IDS.tenant, name: "Contoso" },
      state: "succeeded" as const,
      reason: null,
      run: ENDED_RUN,
      joined: false,
      startedAt: ENDED_RUN.createdAt,
      endedAt: ENDED_RUN.completedAt,
    }),
  },
  cancel: { params, answer: { ...PORTFOLIO_RUN, outcome: "canceled" } },
  pause: {
    params,
    answer: {
      ...RUNNING,
      pause: {
        at: "2026-11-29T01:04:12.530Z",
        by: OWNER,
        reason: "person",
        failed: null,
        text: `Paused by ${OWNER.name}`,
      },
    },
  },
  resume: { params, answer: RUNNING },
  retry: { params, answer: { run: { ...QUEUED, retryOf: IDS.portfolioRun }, deduplicated: false } },
  proof: {
    params,
    answer: {
      ledger: { total: 200, processed: 200, succeeded: 197, failed: 3, skipped: 0 },
      projection: { total: 200, processed: 200, succeeded: 197, failed: 3, skipped: 0 },
      deliveries: 421,
      duplicatesSuppressed: 2,
      redispatched: 0,
      drift: false,
      projectionPending: false,
      recountedAt: "2026-11-29T01:22:03.118Z",
    },
  },
};

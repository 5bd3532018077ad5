import type { tenantMoveRoutes } from "../../../contract/routes/tenant-moves.ts";
import type { TenantMove } from "../../../contract/tenant-moves.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { onePage, OWNER } from "./things.ts";

const BEGUN: TenantMove = {
  id: IDS.tenantMove,
  tenant: { id: "tenant-contoso", slug: "contoso", name: IDS.tenantName },
  from: "DATABASE",
  to: "SHARD_2",
  state: "draining",
  phase: "Waiting until nothing that began before is still at work",
  problem: null,
  reason: "The first database is nearly full.",
  requestedBy: OWNER,
  requestedAt: "2026-11-29T01:10:00.000Z",
  fencedAt: null,
  switchedAt: null,
  endedAt: null,
  lookedAt: "2026-11-29T01:10:00.412Z",
  runsUnderWay: 0,
  rowsCopied: null,
  rowsRemoved: null,
  verified: null,
};

const MOVED: TenantMove = {
  ...BEGUN,
  state: "removing",
  phase: "Removing the old rows",
  fencedAt: "2026-11-29T01:31:00.000Z",
  switchedAt: "2026-11-29T01:32:00.000Z",
  lookedAt: "2026-11-29T01:53:00.000Z",
  runsUnderWay: null,
  rowsCopied: 1_316,
  rowsRemoved: null,
  verified: [
    { table: "policies", rows: 612, sha256: "5a0f4b7f4d6a8c1e2b3d5f7a9c0e1f2d3b4a5c6e7f8091a2b3c4d5e6f708192a" },
    { table: "policy_versions", rows: 640, sha256: "0f7d1f1c5c3f5c0f52b3b1f5e5b3c7b4b1a69e7a0f8f7f2a1d3c5e7f90a1b2c3" },
    { table: "audit_events", rows: 64, sha256: "41c0a7be5d9f23e86c1b04d7fa3925e86b7d0c9f12a8e34d56b7c8f90a1e2d3c" },
  ],
};

export const tenantMoveExamples: ExamplesOf<typeof tenantMoveRoutes> = {
  shards: {
    answer: {
      items: [
        { name: "DATABASE", tenants: 612, bytes: 7_881_299_347 },
        { name: "SHARD_2", tenants: 388, bytes: 3_940_649_673 },
      ],
    },
  },
  list: { answer: onePage(MOVED) },
  show: { params: { moveId: IDS.tenantMove }, answer: MOVED },
  begin: {
    bodies: { "To the second database": { shard: "SHARD_2", reason: BEGUN.reason } },
    answer: BEGUN,
  },
  abandon: {
    params: { moveId: IDS.tenantMove },
    answer: {
      ...BEGUN,
      state: "abandoned",
      phase: "Given up",
      endedAt: "2026-11-29T01:12:00.000Z",
      runsUnderWay: null,
    },
  },
};

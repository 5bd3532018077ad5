import type { ReviewPack } from "../../../contract/review-packs.ts";
import type { reviewPackRoutes } from "../../../contract/routes/review-packs.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { onePage, OWNER } from "./things.ts";

const PACK: ReviewPack = {
  id: IDS.pack,
  status: "complete",
  evidenceSnapshotId: IDS.snapshot,
  snapshotTakenAt: "2026-11-28T01:58:55.131Z",
  include: { rawPolicies: false, evidence: true, operations: true, findings: true },
  fileCount: 43,
  archiveName: "contoso-review-pack-2026-11-28-0158.zip",
  archiveBytes: 26592,
  archiveHash: "c593a2858ffc40fc59077f6695495b08ef11b59a66e9b05121dc94003eef2ee6",
  merkleRoot: "a0a9f7d760d1b5df9881eed94360fa2b407f4739a85d0d28813d92426e518551",
  initiator: OWNER,
  runId: "run_be0b253d-fe02-4da2-a727-858552548c03",
  createdAt: "2026-11-28T01:58:55.306Z",
  completedAt: "2026-11-28T01:58:56.375Z",
  expiresAt: "2027-02-26T01:58:56.375Z",
  expiredAt: null,
  downloadHref: `/api/tenants/contoso/review-packs/${IDS.pack}/download`,
};

export const reviewPackExamples: ExamplesOf<typeof reviewPackRoutes> = {
  list: { answer: onePage(PACK) },
  options: {
    answer: {
      snapshot: { id: IDS.snapshot, takenAt: "2026-11-28T01:58:55.131Z", itemCount: 35 },
      always: 4,
      parts: { rawPolicies: 2, evidence: 35, operations: 2, findings: 2 },
      retentionDays: 180,
    },
  },
  show: {
    params: { packId: IDS.pack },
    answer: PACK,
  },
  download: { params: { packId: IDS.pack } },
};

import type { EvidenceSnapshot } from "../../../contract/evidence.ts";
import { snapshotAddress } from "../../../contract/console-addresses.ts";
import type { evidenceRoutes } from "../../../contract/routes/evidence.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { onePage, OWNER } from "./things.ts";

const SNAPSHOT: EvidenceSnapshot = {
  id: IDS.snapshot,
  status: "complete",
  itemCount: 35,
  exceptionCount: 28,
  merkleRoot: "a0a9f7d760d1b5df9881eed94360fa2b407f4739a85d0d28813d92426e518551",
  takenAt: "2026-11-28T01:58:55.131Z",
  completedAt: "2026-11-28T01:58:55.256Z",
  initiator: OWNER,
  runId: IDS.run,
  href: snapshotAddress(IDS.tenant, IDS.snapshot),
};

export const evidenceExamples: ExamplesOf<typeof evidenceRoutes> = {
  snapshots: { answer: onePage(SNAPSHOT) },
  snapshot: {
    params: { snapshotId: IDS.snapshot },
    answer: SNAPSHOT,
  },
  items: {
    params: { snapshotId: IDS.snapshot },
    answer: onePage({
      id: IDS.evidenceItem,
      key: "policy/filters/cff26530-37eb-416e-8186-36c9338f2f6f",
      kind: "policy",
      family: "filters",
      title: "Corporate iPhones",
      itemHash: "e70d3f2dd21c37ca6dfd249cff2513b9e8fd13dafba811a53567beeb537ddd16",
      itemBytes: 659,
      exception: null,
    }),
  },
  item: { params: { snapshotId: IDS.snapshot, itemId: IDS.evidenceItem } },
  verification: {
    params: { snapshotId: IDS.snapshot },
    answer: {
      matches: true,
      storedRoot: "a0a9f7d760d1b5df9881eed94360fa2b407f4739a85d0d28813d92426e518551",
      recomputedRoot: "a0a9f7d760d1b5df9881eed94360fa2b407f4739a85d0d28813d92426e518551",
      items: 35,
      mismatches: [],
      verifiedAt: "2026-11-28T01:58:57.746Z",
    },
  },
};

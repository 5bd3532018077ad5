import type { LegalHold } from "../../../contract/legal-holds.ts";
import type { legalHoldRoutes } from "../../../contract/routes/legal-holds.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { OWNER } from "./things.ts";

const HOLD: LegalHold = {
  id: IDS.hold,
  name: "Case 2026-114",
  reason: "Preservation notice of 20 November",
  placedAt: "2026-11-28T01:58:56.462Z",
  placedBy: OWNER,
  liftedAt: null,
  liftedBy: null,
  liftReason: null,
};

export const legalHoldExamples: ExamplesOf<typeof legalHoldRoutes> = {
  list: { answer: { items: [HOLD] } },
  place: {
    bodies: { "Keep everything for a case": { name: "Case 2026-114", reason: "Preservation notice of 20 November" } },
    answer: HOLD,
  },
  lift: {
    params: { holdId: IDS.hold },
    bodies: { "Say that the case is over": { reason: "Settled on 3 December" } },
    answer: {
      ...HOLD,
      liftedAt: "2026-12-04T09:12:00.000Z",
      liftedBy: OWNER,
      liftReason: "Settled on 3 December",
    },
  },
};

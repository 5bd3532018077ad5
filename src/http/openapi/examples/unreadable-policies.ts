import type { UnreadablePolicy } from "../../../contract/inventory.ts";
import type { unreadablePolicyRoutes } from "../../../contract/routes/unreadable-policies.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { onePage, OWNER } from "./things.ts";

const BROKEN: UnreadablePolicy = {
  id: IDS.unreadablePolicy,
  family: "settingsCatalog",
  familyLabel: "Settings catalog",
  graphId: "7d1c1a3e-5a0e-4e5b-9d57-2f6a1c0b8e44",
  name: "Edge of the pilot",
  lastSeenAt: "2026-11-28T01:58:53.873Z",
  reason: {
    code: "not_found",
    message: "Microsoft Graph lists it, and does not find it or a part of it (404).",
  },
  since: "2026-11-28T02:04:11.310Z",
  lastTriedAt: "2026-11-28T02:04:11.310Z",
  acknowledgment: null,
};

export const unreadablePolicyExamples: ExamplesOf<typeof unreadablePolicyRoutes> = {
  list: { answer: onePage(BROKEN) },
  acknowledge: {
    params: { policyId: IDS.unreadablePolicy },
    bodies: {
      "Until Microsoft has answered": { reason: "Case 4711 at Microsoft.", until: "2026-12-28T01:58:54.437Z" },
    },
    answer: {
      ...BROKEN,
      acknowledgment: {
        reason: "Case 4711 at Microsoft.",
        by: OWNER,
        at: "2026-11-28T02:05:00.000Z",
        until: "2026-12-28T01:58:54.437Z",
      },
    },
  },
  withdraw: { params: { policyId: IDS.unreadablePolicy }, answer: BROKEN },
};

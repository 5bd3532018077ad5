import { RETENTION_KEYS, type RetentionRules, STANDARD_RULES } from "../../../contract/retention.ts";
import type { retentionRoutes } from "../../../contract/routes/retention.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";

const RULES: RetentionRules = { ...STANDARD_RULES, reviewPacks: 180, comparisons: 200, snapshots: null };

export const retentionExamples: ExamplesOf<typeof retentionRoutes> = {
  show: { answer: { rules: RULES } },
  preview: {
    bodies: { "Keep comparisons shorter and snapshots for ever": { rules: RULES } },
    answer: {
      at: IDS.previewAt,
      rules: RULES,
      kinds: RETENTION_KEYS.map((kind) => ({
        kind,
        before: RULES[kind] === null || kind === "reviewPacks" ? null : "2026-05-12T01:58:56.462Z",
        removes: 0,
      })),
      hash: IDS.previewHash,
    },
  },
  change: {
    bodies: {
      "Keep comparisons shorter and snapshots for ever": {
        rules: RULES,
        preview: { at: IDS.previewAt, hash: IDS.previewHash },
      },
    },
    answer: { rules: RULES },
  },
};

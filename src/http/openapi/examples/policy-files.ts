import type { PolicyUpload } from "../../../contract/policy-files.ts";
import type { policyFileRoutes } from "../../../contract/routes/policy-files.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { OWNER } from "./things.ts";

const UPLOAD: PolicyUpload = {
  id: IDS.policyUpload,
  name: "Baseline.zip",
  bytes: 48_212,
  fileCount: 3,
  policyCount: 1,
  counts: { policy: 1, part: 0, reference: 0, copy: 0, skipped: 1, other_model: 0, not_understood: 1 },
  families: [{ key: "settingsCatalog", label: "Settings catalog", policyCount: 1 }],
  problems: [
    {
      path: "Baseline/Old.json",
      kind: "not_understood",
      reasonCode: "no_policy",
      reason: "Neither a type, an address, its folder nor its content tells what it is.",
    },
  ],
  notices: [{ path: "Baseline/Edge.json", text: "It is incomplete: it tells of 12 settings and has 1." }],
  createdAt: "2026-11-28T01:58:52.231Z",
  createdBy: OWNER,
  usableUntil: "2026-11-29T01:58:52.231Z",
  runId: null,
};

export const policyFileExamples: ExamplesOf<typeof policyFileRoutes> = {
  upload: { answer: UPLOAD },
  show: { params: { uploadId: IDS.policyUpload }, answer: UPLOAD },
};

import type { ApprovalRequest, ShownApprovalSettings } from "../../../contract/approvals.ts";
import type { approvalRoutes } from "../../../contract/routes/approvals.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { onePage, OWNER } from "./things.ts";

const OTHER_OWNER = { id: "user-manager", name: "Marco Manager" };
const AT = "2026-11-28T02:10:04.100Z";

const WAITING: ApprovalRequest = {
  id: IDS.approval,
  state: "waiting",
  change: {
    kind: "member.remove",
    member: { id: "user-readonly", name: "Ravi Reader" },
    before: { id: "readonly", name: "Read only", capabilities: ["tenant.read", "inventory.read"] },
  },
  hash: IDS.approvalHash,
  requester: OWNER,
  reason: "Ravi has left the company",
  askedAt: "2026-11-28T01:58:56.462Z",
  endsAt: "2026-12-01T01:58:56.462Z",
  decider: null,
  decidedAt: null,
  decisionReason: null,
  failure: null,
  runId: null,
  own: true,
  mayDecide: false,
};
const DECIDED: ApprovalRequest = {
  ...WAITING,
  decider: OTHER_OWNER,
  decidedAt: AT,
  decisionReason: "As agreed",
  own: false,
};

const SETTINGS: ShownApprovalSettings = { subjects: ["restore", "members"], requestHours: 72, activeOwners: 2 };

export const approvalExamples: ExamplesOf<typeof approvalRoutes> = {
  list: { answer: onePage(WAITING) },
  show: { params: { requestId: IDS.approval }, answer: WAITING },
  approve: {
    params: { requestId: IDS.approval },
    bodies: { "Approve what was read": { hash: IDS.approvalHash, reason: "As agreed" } },
    answer: { ...DECIDED, state: "carried_out" },
  },
  reject: {
    params: { requestId: IDS.approval },
    bodies: { "Reject a request": { reason: "Ravi stays until spring" } },
    answer: { ...DECIDED, state: "rejected" },
  },
  withdraw: { params: { requestId: IDS.approval }, answer: { ...WAITING, state: "withdrawn", decidedAt: AT } },
  settings: { answer: SETTINGS },
  changeSettings: {
    bodies: { "Ask for restores and members": { subjects: ["restore", "members"], requestHours: 72 } },
    answer: SETTINGS,
  },
};

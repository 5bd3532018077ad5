import type { Invitation, Member, PlatformPerson } from "../../../contract/access.ts";
import type { invitationRoutes, joiningRoutes, memberRoutes } from "../../../contract/routes/members.ts";
import type { roleRoutes } from "../../../contract/routes/roles.ts";
import type { TenantRole } from "../../../contract/roles.ts";
import type { platformRoutes } from "../../../contract/routes/platform.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { TENANT } from "./tenants.ts";
import { onePage, OWNER } from "./things.ts";

const MEMBER: Member = {
  userId: "user-owner",
  email: "owner@example.test",
  name: "Olivia Owner",
  role: "owner",
  roleName: "Owner",
  since: "2026-01-01T00:00:00.000Z",
  invitedBy: null,
  disabled: false,
};
const PERSON: PlatformPerson = {
  id: IDS.member,
  name: "Oksana Operator",
  email: "operator@example.test",
  platformAdministrator: false,
  tenants: 2,
  createdAt: "2026-01-01T00:00:00.000Z",
  disabledAt: null,
};
const AUDITOR: TenantRole = {
  id: IDS.role,
  name: "Auditor",
  builtIn: false,
  capabilities: ["tenant.read", "audit.read", "evidence.read"],
  members: 0,
};

const INVITATION: Invitation = {
  id: IDS.invitation,
  role: "operator",
  roleName: "Operator",
  note: "Priya, from the service desk",
  createdBy: OWNER,
  createdAt: "2026-11-28T01:58:56.462Z",
  expiresAt: "2026-12-05T01:58:56.462Z",
};

export const memberExamples: ExamplesOf<typeof memberRoutes> = {
  list: { answer: onePage(MEMBER) },
  changeRole: {
    params: { userId: IDS.member },
    bodies: { "Make the person a manager": { role: "manager" } },
    answer: {
      ...MEMBER,
      userId: IDS.member,
      email: "operator@example.test",
      name: "Oksana Operator",
      role: "manager",
      roleName: "Manager",
      invitedBy: OWNER,
    },
  },
  remove: { params: { userId: IDS.member }, answer: { done: true } },
};

export const invitationExamples: ExamplesOf<typeof invitationRoutes> = {
  list: { answer: onePage(INVITATION) },
  create: {
    bodies: { "Invite an operator": { role: "operator", note: "Priya, from the service desk" } },
    answer: { invitation: INVITATION, secret: IDS.invitationSecret },
  },
  withdraw: { params: { invitationId: IDS.invitation }, answer: { done: true } },
};

export const joiningExamples: ExamplesOf<typeof joiningRoutes> = {
  preview: {
    bodies: { "Look at an invitation": { secret: IDS.invitationSecret } },
    answer: {
      tenantName: "Contoso",
      role: "operator",
      roleName: "Operator",
      invitedBy: "Olivia Owner",
      expiresAt: "2026-12-05T01:58:56.462Z",
    },
  },
  accept: {
    bodies: { "Use an invitation": { secret: IDS.invitationSecret } },
    answer: { ...TENANT, role: "operator", roleName: "Operator" },
  },
};

export const roleExamples: ExamplesOf<typeof roleRoutes> = {
  list: { answer: onePage(AUDITOR) },
  create: {
    bodies: {
      "Make a role for auditors": { name: "Auditor", capabilities: ["tenant.read", "audit.read", "evidence.read"] },
    },
    answer: AUDITOR,
  },
  change: {
    params: { roleId: IDS.role },
    bodies: {
      "Let auditors download packs": {
        name: "Auditor",
        capabilities: ["audit.read", "evidence.read", "review-pack.download"],
      },
    },
    answer: { ...AUDITOR, capabilities: ["tenant.read", "audit.read", "evidence.read", "review-pack.download"] },
  },
  delete: { params: { roleId: IDS.role }, answer: { done: true } },
};

export const platformExamples: ExamplesOf<typeof platformRoutes> = {
  liftApprovals: {
    bodies: { "Help a lone owner": { reason: "The other owner has left; ticket 4711" } },
    answer: { done: true },
  },
  setUp: {
    bodies: { "Set the product up": { code: "the code of the deployment" } },
    answer: { platformAdministrator: true },
  },
  tenants: {
    answer: onePage({
      id: "tenant-contoso",
      slug: "contoso",
      name: "Contoso",
      createdAt: "2026-01-01T00:00:00.000Z",
      members: 4,
      connected: true,
      lastSyncAt: "2026-11-28T01:58:56.462Z",
      recentRuns: 31,
    }),
  },
  measured: {
    answer: {
      at: "2026-11-28T01:58:56.462Z",
      windowMinutes: 60,
      since: "2026-11-27T01:59:00.000Z",
      toldAt: "2026-11-28T01:58:00.000Z",
      metrics: [
        {
          metric: "run_ended",
          labels: ["inventory.sync", "succeeded"],
          tenant: null,
          count: 31,
          sum: 48_020,
          max: 4_102,
        },
        {
          metric: "graph_wait",
          labels: ["intune-read"],
          tenant: { id: "tenant-contoso", name: "Contoso", slug: "contoso" },
          count: 12,
          sum: 18_300,
          max: 4_600,
        },
      ],
      alerts: [
        { name: "runs-fail", state: "quiet", measured: 31 },
        { name: "wrong-counts", state: "not_told", measured: null },
      ],
    },
  },
  people: { answer: onePage(PERSON) },
  disablePerson: { params: { userId: IDS.member }, answer: { ...PERSON, disabledAt: "2026-11-28T01:58:56.462Z" } },
  enablePerson: { params: { userId: IDS.member }, answer: PERSON },
  log: {
    answer: onePage({
      id: "0c1d2e3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f",
      seq: 12,
      at: "2026-11-28T01:58:56.462Z",
      action: "person.disable",
      actor: OWNER,
      target: { kind: "person", id: IDS.member },
      detail: { name: "Oksana Operator" },
      origin: { way: "entra", requestId: "5f0a1b2c-3d4e-4f5a-8b6c-7d8e9f0a1b2c" },
    }),
  },
  createTenant: {
    bodies: { "Make a tenant": { slug: "wingtip", name: "Wingtip Toys" } },
    answer: { ...TENANT, id: "tenant_9f2d5a1e-5f0c-4a55-9a04-7d1f6c1a2b3c", slug: "wingtip", name: "Wingtip Toys" },
  },
};

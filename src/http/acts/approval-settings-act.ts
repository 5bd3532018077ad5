import { z } from "zod";
import {
  type ApprovalSettings,
  approvalSettingsSchema,
  OWNERS_FOR_APPROVALS,
  type ShownApprovalSettings,
} from "../../contract/approvals.ts";
import {
  readApprovalSettings,
  showApprovalSettings,
  writeApprovalSettings,
} from "../../database/approvals/approval-settings.ts";
import { ApiError } from "../routing/problems.ts";
import type { Act } from "./act.ts";

const TOO_FEW = `Make another person an owner first: one owner asks and the other decides, so there have to be ${OWNERS_FOR_APPROVALS}.`;

export const approvalSettingsAct: Act<ApprovalSettings, ShownApprovalSettings> = {
  kind: "approval-settings",
  input: z.object({ subjects: approvalSettingsSchema.shape.subjects, requestHours: z.int() }),
  describe: async ({ env, tenant }, { subjects, requestHours }) => {
    const before = await readApprovalSettings(env.DATABASE, tenant.id);
    return { kind: "approval-settings", before, after: { subjects, requestHours } };
  },
  perform: async ({ env, tenant, actor }, settings) => {
    const seen = await readApprovalSettings(env.DATABASE, tenant.id);
    const act = { tenantId: tenant.id, actorId: actor.id, at: Date.now() };
    const change = await writeApprovalSettings(env.DATABASE, act, seen, settings);
    if (change === "too_few_owners") throw new ApiError("too_few_owners", { detail: TOO_FEW });
    if (change === "changed_meanwhile") {
      throw new ApiError("unavailable", { detail: "Another person changed these settings at the same moment." });
    }
    return showApprovalSettings(env.DATABASE, tenant.id);
  },
};

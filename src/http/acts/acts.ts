/** Every kind of change that can wait for an approval, with what describes it and carries it out. The compiler names a kind without one. */
import type { ApprovalKind } from "../../contract/approvals.ts";
import { type StoredAct, storedAct } from "./act.ts";
import { approvalSettingsAct } from "./approval-settings-act.ts";
import { connectAct, disconnectAct, renewAct } from "./connection-acts.ts";
import { changeRoleAct, inviteAct, removeMemberAct } from "./member-acts.ts";
import { deleteSetsAct, restoreAct, retryDeletionAct, retryRestoreAct } from "./operation-acts.ts";
import { changeOwnRoleAct, createRoleAct, deleteRoleAct } from "./role-acts.ts";

export const ACTS: Readonly<Record<ApprovalKind, StoredAct>> = {
  restore: storedAct(restoreAct),
  "restore.retry": storedAct(retryRestoreAct),
  "force-delete": storedAct(deleteSetsAct),
  "force-delete.retry": storedAct(retryDeletionAct),
  "member.invite": storedAct(inviteAct),
  "member.change-role": storedAct(changeRoleAct),
  "member.remove": storedAct(removeMemberAct),
  "role.create": storedAct(createRoleAct),
  "role.change": storedAct(changeOwnRoleAct),
  "role.delete": storedAct(deleteRoleAct),
  "connection.connect": storedAct(connectAct),
  "connection.renew": storedAct(renewAct),
  "connection.disconnect": storedAct(disconnectAct),
  "approval-settings": storedAct(approvalSettingsAct),
};

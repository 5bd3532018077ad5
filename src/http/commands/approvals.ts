import { approvalRoutes } from "../../contract/routes/approvals.ts";
import { approvalSettingsAct } from "../acts/approval-settings-act.ts";
import { madeOrAsked } from "../acts/ask.ts";
import { approveRequest, rejectAsked, withdrawAsked } from "../acts/decide.ts";
import { command } from "../routing/served.ts";

export const approvalCommands = {
  approve: command(approvalRoutes.approve, (call) => {
    const { hash, reason = null } = call.body;
    return approveRequest(call, call.params.requestId, { hash, reason });
  }),
  reject: command(approvalRoutes.reject, (call) => rejectAsked(call, call.params.requestId, call.body.reason)),
  withdraw: command(approvalRoutes.withdraw, (call) => withdrawAsked(call, call.params.requestId)),
  changeSettings: command(approvalRoutes.changeSettings, (call) =>
    madeOrAsked(call, approvalSettingsAct, call.body, (settings) => settings),
  ),
};

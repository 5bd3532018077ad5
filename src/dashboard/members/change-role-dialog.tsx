import { useState } from "react";
import type { Member } from "../../contract/access.ts";
import type { TenantRole } from "../../contract/roles.ts";
import { useApprovalReason } from "../approvals/approval-reason.tsx";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { useChangeRole } from "./member-commands.ts";
import { RoleChoices } from "./role-choices.tsx";

interface ChangeRoleDialogProps {
  member: Member;
  roles: readonly TenantRole[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function ChangeRoleDialog({ open, onOpenChange, ...rest }: ChangeRoleDialogProps) {
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Role of ${rest.member.name}`}
      description={<p>The role holds from the next request on.</p>}
    >
      <RoleForm {...rest} onDone={() => onOpenChange(false)} />
    </FormDialog>
  );
}

function RoleForm({ member, roles, onDone }: { member: Member; roles: readonly TenantRole[]; onDone: () => void }) {
  const [role, setRole] = useState(member.role);
  const change = useChangeRole(useTenant());
  const approval = useApprovalReason("members");
  return (
    <DialogForm
      action={approval.needed ? "Ask for approval" : "Change role"}
      disabled={role === member.role || !approval.ready}
      pending={change.isPending}
      error={change.error}
      onSubmit={() => change.mutate({ userId: member.userId, role, reason: approval.reason }, { onSuccess: onDone })}
    >
      <RoleChoices roles={roles} value={role} onChange={setRole} />
      {approval.field}
    </DialogForm>
  );
}

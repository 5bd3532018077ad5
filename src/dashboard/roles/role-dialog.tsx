/** Name and capabilities of a tenant's own role: of a new one, and to change one. */
import { Input } from "../components/input.tsx";
import { useState } from "react";
import { GRANTABLE, IN_EACH_ROLE, newRoleSchema, type TenantRole } from "../../contract/roles.ts";
import { useApprovalReason } from "../approvals/approval-reason.tsx";
import { CapabilityChoices } from "../components/capability-choices.tsx";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { useSaveRole } from "./role-commands.ts";

interface RoleDialogProps {
  /** Null for a new role. */
  changed: TenantRole | null;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function RoleDialog({ changed, open, onOpenChange }: RoleDialogProps) {
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title={changed === null ? "New role" : `Change ${changed.name}`}
      description={
        <p>
          {changed === null
            ? "Choose what people with this role may do. Deciding who belongs to the tenant stays with owners."
            : "The change holds at once for all who have the role."}
        </p>
      }
    >
      <RoleForm changed={changed} onDone={() => onOpenChange(false)} />
    </FormDialog>
  );
}

function RoleForm({ changed, onDone }: { changed: TenantRole | null; onDone: () => void }) {
  const [name, setName] = useState(changed?.name ?? "");
  const [capabilities, setCapabilities] = useState([...(changed?.capabilities ?? IN_EACH_ROLE)]);
  const [tried, setTried] = useState(false);
  const save = useSaveRole(useTenant(), changed?.id ?? null);
  const approval = useApprovalReason("members");
  const parsed = newRoleSchema.safeParse({ name, capabilities });
  const nameIssue = tried ? parsed.error?.issues.find(({ path }) => path[0] === "name") : undefined;
  const submit = () => {
    setTried(true);
    if (parsed.success)
      save.mutate({ name: parsed.data.name, capabilities, reason: approval.reason }, { onSuccess: onDone });
  };
  return (
    <DialogForm
      action={approval.needed ? "Ask for approval" : changed === null ? "Create role" : "Save"}
      disabled={!approval.ready}
      pending={save.isPending}
      error={save.error}
      onSubmit={submit}
    >
      <Input
        label="Name"
        value={name}
        maxLength={60}
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
        {...(nameIssue === undefined
          ? {}
          : {
              error: nameIssue.code === "custom" ? `${name.trim()} is the name of a built-in role.` : "Enter a name.",
            })}
      />
      <CapabilityChoices
        legend="Capabilities"
        among={GRANTABLE}
        always={IN_EACH_ROLE}
        chosen={capabilities}
        onChange={setCapabilities}
      />
      {approval.field}
    </DialogForm>
  );
}

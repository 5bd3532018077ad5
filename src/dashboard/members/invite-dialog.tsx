/** Invites a person: a form, and then the link, which is shown once. */
import { Button } from "../components/button.tsx";
import { CloseButton } from "../components/close-button.tsx";
import { Input } from "../components/input.tsx";
import { UserPlusIcon } from "@phosphor-icons/react/UserPlus";
import { useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import type { TenantRole } from "../../contract/roles.ts";
import { INVITATION_DAYS } from "../../contract/routes/members.ts";
import { useApprovalReason } from "../approvals/approval-reason.tsx";
import { DialogForm, FormDialog } from "../components/form-dialog.tsx";
import { ShownOnce } from "../components/shown-once.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { useInvite } from "./member-commands.ts";
import { RoleChoices } from "./role-choices.tsx";

export function InviteDialog({ roles }: { roles: readonly TenantRole[] }) {
  const tenant = useTenant();
  const [open, setOpen] = useState(false);
  return (
    <FormDialog
      open={open}
      onOpenChange={setOpen}
      title={`Invite a person to ${tenant.name}`}
      description={
        <p>
          You get a link and send it yourself. The first person who signs in and opens it becomes a member, once, within{" "}
          {INVITATION_DAYS} days.
        </p>
      }
      trigger={
        <Button variant="primary" icon={UserPlusIcon}>
          Invite a person
        </Button>
      }
    >
      <Invite roles={roles} />
    </FormDialog>
  );
}

function Invite({ roles }: { roles: readonly TenantRole[] }) {
  const [role, setRole] = useState("readonly");
  const [note, setNote] = useState("");
  const invite = useInvite(useTenant());
  const approval = useApprovalReason("members");
  if (invite.data !== undefined) {
    const link = `${location.origin}${PAGES.join}#${invite.data.secret}`;
    return (
      <ShownOnce what="link" secret={link} done={<CloseButton>Done</CloseButton>}>
        The link is shown now and never again. It gives the role {invite.data.invitation.roleName} to the person who
        opens it, so send it to that person alone.
      </ShownOnce>
    );
  }
  return (
    <DialogForm
      action={approval.needed ? "Ask for approval" : "Create the link"}
      disabled={!approval.ready}
      pending={invite.isPending}
      error={invite.error}
      onSubmit={() => invite.mutate({ role, note: note.trim(), reason: approval.reason })}
    >
      <RoleChoices roles={roles} value={role} onChange={setRole} />
      <Input
        label="Who is meant (optional)"
        value={note}
        maxLength={200}
        autoComplete="off"
        onChange={(event) => setNote(event.target.value)}
        description="For you and the other owners, so that you know the invitation again."
      />
      {approval.field}
    </DialogForm>
  );
}

/** The members of a tenant, each with what an owner can do about them. */
import { Badge } from "@cloudflare/kumo/components/badge";
import { Button } from "@cloudflare/kumo/components/button";
import { DropdownMenu } from "@cloudflare/kumo/components/dropdown";
import { DotsThreeIcon } from "@phosphor-icons/react/DotsThree";
import { useState } from "react";
import type { Member } from "../../contract/access.ts";
import type { TenantRole } from "../../contract/roles.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { FormDialog } from "../components/form-dialog.tsx";
import { Time } from "../components/time.tsx";
import { useCan, useTenantScope } from "../shell/tenant-context.ts";
import { TableRows } from "../keys/rows.tsx";
import { ChangeRoleDialog } from "./change-role-dialog.tsx";
import { useRemoveMember } from "./member-commands.ts";

interface MemberListProps {
  members: readonly Member[];
  /** Undefined until they are read. */
  roles: readonly TenantRole[] | undefined;
}

export function MemberList({ members, roles }: MemberListProps) {
  const mayManage = useCan("members.manage");
  return (
    <table className="w-full text-left">
      <thead className="text-xs text-kumo-subtle">
        <tr>
          <th scope="col" className="px-4 py-2 font-medium">
            Person
          </th>
          <th scope="col" className="px-4 py-2 font-medium">
            Role
          </th>
          <th scope="col" className="hidden px-4 py-2 font-medium md:table-cell">
            Joined
          </th>
          {mayManage ? (
            <th scope="col" className="py-2 pr-3">
              <span className="sr-only">Actions</span>
            </th>
          ) : null}
        </tr>
      </thead>
      <TableRows className="divide-y divide-kumo-line border-t border-kumo-line">
        {members.map((member) => (
          <tr key={member.userId} className="align-top">
            <td className="px-4 py-2.5">
              <PersonCell member={member} />
            </td>
            <td className="px-4 py-2.5 [overflow-wrap:anywhere]">{member.roleName}</td>
            <td className="hidden px-4 py-2.5 md:table-cell">
              <Joined member={member} />
            </td>
            {mayManage ? (
              <td className="w-12 py-1.5 pr-3 text-right">
                {roles === undefined ? null : <MemberMenu member={member} roles={roles} />}
              </td>
            ) : null}
          </tr>
        ))}
      </TableRows>
    </table>
  );
}

function PersonCell({ member }: { member: Member }) {
  const { me } = useTenantScope();
  return (
    <>
      <span className="flex flex-wrap items-center gap-x-2 font-medium [overflow-wrap:anywhere]">
        <bdi>{member.name}</bdi>
        {member.userId === me.user.id ? <span className="font-normal text-kumo-subtle">(you)</span> : null}
        {member.disabled ? <Badge variant="warning">Disabled</Badge> : null}
      </span>
      <span className="block text-xs break-all text-kumo-subtle">{member.email}</span>
      <span className="block text-xs text-kumo-subtle md:hidden">
        <Joined member={member} />
      </span>
    </>
  );
}

function Joined({ member: { since, invitedBy } }: { member: Member }) {
  if (since === null) return <span className="text-kumo-subtle">Not known</span>;
  return (
    <>
      <span className="md:hidden">Joined </span>
      <Time at={since} />
      {invitedBy === null ? null : (
        <span className="text-kumo-subtle">
          , invited by <bdi>{invitedBy.name}</bdi>
        </span>
      )}
    </>
  );
}

function MemberMenu({ member, roles }: { member: Member; roles: readonly TenantRole[] }) {
  const { me, tenant } = useTenantScope();
  const [asked, setAsked] = useState<"role" | "remove" | "owner" | null>(null);
  const remove = useRemoveMember(tenant);
  const isLastOwner = member.role === "owner" && roles.find(({ id }) => id === "owner")?.members === 1;
  const ask = (what: "role" | "remove") => setAsked(isLastOwner ? "owner" : what);
  const close = () => setAsked(null);
  const isMe = member.userId === me.user.id;
  return (
    <>
      <DropdownMenu>
        <DropdownMenu.Trigger
          render={
            <Button
              variant="ghost"
              size="sm"
              shape="square"
              icon={<DotsThreeIcon size={20} weight="bold" />}
              aria-label={`Actions for ${member.name}`}
              loading={remove.isPending}
            />
          }
        />
        <DropdownMenu.Content align="end" className="min-w-44">
          <DropdownMenu.Item onClick={() => ask("role")}>Change role</DropdownMenu.Item>
          <DropdownMenu.Item variant="danger" onClick={() => ask("remove")}>
            Remove from {tenant.name}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu>
      <ChangeRoleDialog member={member} roles={roles} open={asked === "role"} onOpenChange={close} />
      <FormDialog
        open={asked === "owner"}
        onOpenChange={close}
        title={`${member.name} is the only owner`}
        description={
          <>
            <p>
              {tenant.name} keeps at least one owner: without one, no person could invite, change or remove members.
            </p>
            <p>Give another member the role Owner first.</p>
          </>
        }
      >
        <div className="px-6 pt-1 pb-6">
          <Button onClick={close}>Close</Button>
        </div>
      </FormDialog>
      <ConfirmDialog
        open={asked === "remove"}
        onOpenChange={close}
        title={isMe ? `Leave ${tenant.name}?` : `Remove ${member.name}?`}
        confirmLabel={isMe ? "Leave" : "Remove"}
        destructive
        approval="members"
        onConfirm={(reason) => remove.mutate({ member, reason })}
      >
        <p>
          {isMe ? "You lose" : `${member.name} loses`} access to {tenant.name} at once: open pages are told, and API
          tokens of {isMe ? "yours" : "theirs"} do not reach it any more. Operations that are running go on. What{" "}
          {isMe ? "you have" : "they have"} done stays.
        </p>
        <p>To come back, {isMe ? "you need" : "they need"} a new invitation.</p>
      </ConfirmDialog>
    </>
  );
}

/** The roles of this tenant: the built-in ones, and its own. */
import { Button } from "../components/button.tsx";
import { PlusIcon } from "@phosphor-icons/react/Plus";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { BUILT_IN_ROLES, isBuiltIn, type TenantRole } from "../../contract/roles.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { Page, Panel, Section } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { rolesQuery } from "../members/queries.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { useDeleteRole } from "./role-commands.ts";
import { RoleDialog } from "./role-dialog.tsx";
import { RoleTable } from "./role-table.tsx";

export function RolesPage() {
  const tenant = useTenant();
  const mayManage = useCan("members.manage");
  const [asked, setAsked] = useState(false);
  const { data, error, refetch } = useQuery(rolesQuery(tenant));
  return (
    <Page
      title="Roles"
      documentTitle={`${tenant.name} roles`}
      description={
        <TextLink to={PAGES.members} params={{ slug: tenant.slug }}>
          Members of {tenant.name}
        </TextLink>
      }
      actions={
        mayManage ? (
          <Button variant="primary" icon={PlusIcon} onClick={() => setAsked(true)}>
            New role
          </Button>
        ) : null
      }
    >
      <RoleDialog changed={null} open={asked} onOpenChange={setAsked} />
      {data === undefined ? (
        <Panel>
          <NotLoaded lines={8} lineHeight="h-8" error={error} onRetry={() => void refetch()} />
        </Panel>
      ) : (
        <>
          <Section title="Roles" id="roles" flush>
            <ul className="divide-y divide-kumo-line">
              {data.items.map((role) => (
                <RoleRow key={role.id} role={role} mayManage={mayManage} />
              ))}
            </ul>
          </Section>
          <RoleTable roles={data.items} />
        </>
      )}
    </Page>
  );
}

function RoleRow({ role, mayManage }: { role: TenantRole; mayManage: boolean }) {
  const [asked, setAsked] = useState<"change" | "delete" | null>(null);
  const remove = useDeleteRole(useTenant());
  const { id, name, builtIn, members } = role;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-2.5">
      <div className="min-w-0">
        <p className="font-medium [overflow-wrap:anywhere]">
          <bdi>{name}</bdi>
        </p>
        <p className="text-xs text-kumo-subtle">
          {isBuiltIn(id) ? `${BUILT_IN_ROLES[id].summary} ` : ""}
          {members === 1 ? "1 member has it." : `${members === 0 ? "No" : members} members have it.`}
        </p>
      </div>
      {builtIn || !mayManage ? null : (
        <div className="flex gap-2">
          <Button size="sm" onClick={() => setAsked("change")} aria-label={`Change ${name}`}>
            Change
          </Button>
          <Button size="sm" loading={remove.isPending} onClick={() => setAsked("delete")} aria-label={`Delete ${name}`}>
            Delete
          </Button>
          <RoleDialog changed={role} open={asked === "change"} onOpenChange={() => setAsked(null)} />
          <ConfirmDialog
            open={asked === "delete"}
            onOpenChange={() => setAsked(null)}
            title={`Delete the role ${name}?`}
            confirmLabel="Delete"
            destructive
            approval="members"
            onConfirm={(reason) => remove.mutate({ role, reason })}
          >
            <p>A role that members or open invitations have is kept: give them another role first.</p>
          </ConfirmDialog>
        </div>
      )}
    </li>
  );
}

/** Which permissions of Microsoft Graph are granted and which are missing, as the last check found. */
import { ShieldCheckIcon } from "@phosphor-icons/react/ShieldCheck";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Permissions } from "../../contract/permissions.ts";
import { permissionRoutes } from "../../contract/routes/permissions.ts";
import { call } from "../api/client.ts";
import { GuardedButton } from "../components/guarded-button.tsx";
import { Page, Panel } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { AbsoluteTime, Time } from "../components/time.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { toastManager, toastProblem } from "../shell/toasts.tsx";
import { FamilyPermissionTable, RelatedPermissionTable } from "./permission-tables.tsx";
import { PermissionDecisions } from "./permission-decisions.tsx";
import { permissionsQuery } from "./queries.ts";

export function PermissionsPage() {
  const tenant = useTenant();
  const { data, error, refetch } = useQuery(permissionsQuery(tenant));
  return (
    <Page
      title="Permissions"
      documentTitle={`${tenant.name} permissions`}
      description="What the application may read and write in Microsoft Graph."
      actions={<CheckButton isUnderWay={data !== undefined && data.checkingSince !== null} />}
    >
      {data !== undefined ? (
        <LastCheck permissions={data} />
      ) : (
        <Panel>
          <NotLoaded lines={8} lineHeight="h-8" error={error} onRetry={() => void refetch()} />
        </Panel>
      )}
    </Page>
  );
}

function CheckButton({ isUnderWay }: { isUnderWay: boolean }) {
  const tenant = useTenant();
  const allowed = useCan("inventory.sync");
  const queryClient = useQueryClient();
  const check = useMutation({
    mutationFn: () => call(permissionRoutes.check, { params: { tenantId: tenant.slug } }),
    onSuccess: (found) => {
      queryClient.setQueryData(permissionsQuery(tenant).queryKey, found);
      if (found.checkingSince === null && found.failure === null) {
        toastManager.add({ title: "Permissions checked", variant: "success", timeout: 4_000 });
      }
    },
    onError: toastProblem,
  });
  return (
    <GuardedButton
      icon={ShieldCheckIcon}
      variant="primary"
      loading={check.isPending || isUnderWay}
      refusal={allowed ? null : "Your role may see permissions, not check them"}
      onClick={() => check.mutate()}
    >
      Check now
    </GuardedButton>
  );
}

function LastCheck({ permissions: { check, failure, checkingSince } }: { permissions: Permissions }) {
  return (
    <>
      <div role="status" className="flex flex-col gap-5 empty:hidden">
        {failure === null ? null : (
          <p className="rounded-lg bg-kumo-danger-tint p-4 ring ring-kumo-danger/40 [overflow-wrap:anywhere]">
            The check <Time at={failure.at} /> could not ask Microsoft. {failure.message}
          </p>
        )}
        {checkingSince === null ? null : (
          <p className="text-kumo-subtle">
            A check is under way since <AbsoluteTime at={checkingSince} />.
          </p>
        )}
      </div>
      {check === null ? (
        <Panel>
          <EmptyState title="Not checked yet">
            A check asks Microsoft for a new token and makes one small reading for each policy family. It writes
            nothing.
          </EmptyState>
        </Panel>
      ) : (
        <>
          <PermissionDecisions check={check} />
          <FamilyPermissionTable families={check.families} />
          <RelatedPermissionTable related={check.related} />
        </>
      )}
    </>
  );
}

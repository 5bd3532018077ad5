/** Invitations that nobody has used yet. */
import { Button } from "@cloudflare/kumo/components/button";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Invitation } from "../../contract/access.ts";
import { listedItems } from "../api/listed-items.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { LoadMore } from "../components/load-more.tsx";
import { Section } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { AbsoluteTime, Time } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { Rows } from "../keys/rows.tsx";
import { useWithdraw } from "./member-commands.ts";
import { invitationsQuery } from "./queries.ts";

export function InvitationList() {
  const query = useInfiniteQuery(invitationsQuery(useTenant()));
  const invitations = listedItems(query);
  return (
    <Section title="Open invitations" id="open-invitations" flush>
      {invitations === undefined ? (
        <NotLoaded lines={2} error={query.error} onRetry={() => void query.refetch()} />
      ) : invitations.length === 0 ? (
        <p className="p-4 text-kumo-subtle">No invitation is open.</p>
      ) : (
        <Rows className="divide-y divide-kumo-line">
          {invitations.map((invitation) => (
            <InvitationRow key={invitation.id} invitation={invitation} />
          ))}
        </Rows>
      )}
      <LoadMore query={query} label="Load older invitations" />
    </Section>
  );
}

function InvitationRow({ invitation }: { invitation: Invitation }) {
  const [asked, setAsked] = useState(false);
  const withdraw = useWithdraw(useTenant());
  const { note, roleName, createdBy, createdAt, expiresAt } = invitation;
  const meant = note === "" ? "No name given" : note;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-2.5">
      <div className="min-w-0">
        <p className="[overflow-wrap:anywhere]">
          <bdi className="font-medium">{meant}</bdi> · {roleName}
        </p>
        <p className="text-xs text-kumo-subtle">
          Invited <Time at={createdAt} />
          {createdBy === null ? null : (
            <>
              {" "}
              by <bdi>{createdBy.name}</bdi>
            </>
          )}
          , ends <AbsoluteTime at={expiresAt} />
        </p>
      </div>
      <Button size="sm" loading={withdraw.isPending} onClick={() => setAsked(true)}>
        Withdraw
        <span className="sr-only"> the invitation of {meant}</span>
      </Button>
      <ConfirmDialog
        open={asked}
        onOpenChange={setAsked}
        title="Withdraw this invitation?"
        confirmLabel="Withdraw"
        destructive
        onConfirm={() => withdraw.mutate(invitation)}
      >
        <p>Its link stops working at once. Invite the person again if they still need access.</p>
      </ConfirmDialog>
    </li>
  );
}

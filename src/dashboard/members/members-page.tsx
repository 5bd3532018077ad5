/** Who belongs to this tenant, and who is invited. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { PAGES } from "../../contract/console-addresses.ts";
import { listedItems } from "../api/listed-items.ts";
import { LoadMore } from "../components/load-more.tsx";
import { Page, Panel } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { MEMBER_FILE } from "../lists/list-columns.ts";
import { SaveList } from "../lists/save-list.tsx";
import { InvitationList } from "./invitation-list.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { MemberList } from "./member-list.tsx";
import { membersQuery, rolesQuery } from "./queries.ts";

export function MembersPage() {
  const tenant = useTenant();
  const mayManage = useCan("members.manage");
  const query = useInfiniteQuery(membersQuery(tenant));
  const { data: roles } = useQuery(rolesQuery(tenant));
  const members = listedItems(query);
  return (
    <Page
      title="Members"
      documentTitle={`${tenant.name} members`}
      description={
        <p>
          {mayManage ? "" : "An owner of this tenant can invite people and change roles. "}
          <TextLink to={PAGES.roles} params={{ slug: tenant.slug }}>
            What each role may do
          </TextLink>
        </p>
      }
      actions={
        <>
          <SaveList
            name="members"
            noun={["member", "members"]}
            readPage={membersQuery(tenant).readPage}
            keyOf={({ userId }) => userId}
            columns={MEMBER_FILE}
          />
          {mayManage && roles !== undefined ? <InviteDialog roles={roles.items} /> : null}
        </>
      }
    >
      <Panel>
        {members === undefined ? (
          <NotLoaded lines={5} lineHeight="h-8" error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <MemberList members={members} roles={roles?.items} />
        )}
        <LoadMore query={query} label="Load more members" />
      </Panel>
      {mayManage ? <InvitationList /> : null}
    </Page>
  );
}

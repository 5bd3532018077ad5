/** All people whom the deployment knows: who is let in, and who has come. */
import { Badge } from "@cloudflare/kumo/components/badge";
import { Button } from "@cloudflare/kumo/components/button";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { PlatformPerson } from "../../contract/access.ts";
import { auditActionWords } from "../../contract/audit-actions.ts";
import { platformRoutes } from "../../contract/routes/platform.ts";
import { call } from "../api/client.ts";
import { listedItems } from "../api/listed-items.ts";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { LoadMore } from "../components/load-more.tsx";
import { Section } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { meQuery } from "../shell/queries.ts";
import { toastDone, toastProblem } from "../shell/toasts.tsx";
import { Rows } from "../keys/rows.tsx";
import { PlatformFrame } from "./platform-frame.tsx";
import { peopleQuery, platformLogQuery } from "./queries.ts";

export function PeoplePage() {
  return (
    <PlatformFrame
      title="People"
      description={<p>You decide who is let in. What a person may do in a tenant, its owners decide.</p>}
    >
      <People />
      <PlatformLog />
    </PlatformFrame>
  );
}

function People() {
  const query = useInfiniteQuery(peopleQuery);
  const people = listedItems(query);
  return (
    <Section title="People" id="platform-people" flush>
      {people === undefined ? (
        <NotLoaded lines={6} lineHeight="h-8" error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Rows className="divide-y divide-kumo-line">
          {people.map((person) => (
            <PersonRow key={person.id} person={person} />
          ))}
        </Rows>
      )}
      <LoadMore query={query} label="Load more people" />
    </Section>
  );
}

function PersonRow({ person }: { person: PlatformPerson }) {
  const { data: me } = useQuery(meQuery);
  const [asked, setAsked] = useState(false);
  const queryClient = useQueryClient();
  const { id, name, email, platformAdministrator, tenants, disabledAt } = person;
  const change = useMutation({
    mutationFn: () =>
      call(disabledAt === null ? platformRoutes.disablePerson : platformRoutes.enablePerson, {
        params: { userId: id },
      }),
    onSuccess: (changed) => toastDone(changed.disabledAt === null ? `${name} is let in again` : `${name} is disabled`),
    onError: toastProblem,
    onSettled: () => void queryClient.invalidateQueries({ queryKey: ["platform"] }),
  });
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-2.5">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2 font-medium [overflow-wrap:anywhere]">
          <bdi>{name}</bdi>
          {platformAdministrator ? <Badge variant="outline">Administrator</Badge> : null}
          {disabledAt === null ? null : <Badge variant="warning">Disabled</Badge>}
        </p>
        <p className="text-xs text-kumo-subtle [overflow-wrap:anywhere]">
          {email === "" ? "" : `${email} · `}
          {tenants === 1 ? "1 tenant" : `${tenants === 0 ? "no" : tenants} tenants`}
          {disabledAt === null ? null : (
            <>
              {" "}
              · disabled <Time at={disabledAt} />
            </>
          )}
        </p>
      </div>
      {id === me?.user.id ? null : disabledAt === null ? (
        <Button size="sm" loading={change.isPending} onClick={() => setAsked(true)} aria-label={`Disable ${name}`}>
          Disable
        </Button>
      ) : (
        <Button size="sm" loading={change.isPending} onClick={() => change.mutate()} aria-label={`Let ${name} in`}>
          Let in again
        </Button>
      )}
      <ConfirmDialog
        open={asked}
        onOpenChange={setAsked}
        title={`Disable ${name}?`}
        confirmLabel="Disable"
        destructive
        onConfirm={() => change.mutate()}
      >
        <p>
          {name} is signed out everywhere within seconds and cannot sign in. API tokens of theirs are refused.
          Memberships stay, and count again when you let the person in.
        </p>
      </ConfirmDialog>
    </li>
  );
}

function PlatformLog() {
  const query = useInfiniteQuery(platformLogQuery);
  const events = listedItems(query);
  return (
    <Section title="Sign-ins and what administrators did" id="platform-log" flush>
      {events === undefined ? (
        <NotLoaded lines={4} error={query.error} onRetry={() => void query.refetch()} />
      ) : events.length === 0 ? (
        <p className="p-4 text-kumo-subtle">Nothing recorded yet.</p>
      ) : (
        <ul className="divide-y divide-kumo-line">
          {events.map(({ id, at, action, actor, target, detail }) => (
            <li key={id} className="flex flex-wrap items-baseline justify-between gap-x-4 px-4 py-2">
              <p className="[overflow-wrap:anywhere]">
                <bdi className="font-medium">{actor?.name ?? "A person who is not known"}</bdi>{" "}
                {auditActionWords(action)}
                {typeof detail["name"] === "string" ? (
                  <>
                    : <bdi>{detail["name"]}</bdi>
                  </>
                ) : target.kind === "sign-in" ? (
                  <>
                    : <code className="font-mono text-xs">{target.id}</code>
                  </>
                ) : null}
              </p>
              <p className="text-xs text-kumo-subtle">
                <Time at={at} />
              </p>
            </li>
          ))}
        </ul>
      )}
      <LoadMore query={query} label="Load older events" />
    </Section>
  );
}

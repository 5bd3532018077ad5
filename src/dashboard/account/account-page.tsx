/** Who the person is to the product, and where they are signed in. */
import { Badge } from "../components/badge.tsx";
import { Button } from "../components/button.tsx";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Me, Session } from "../../contract/access.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { signInRoutes } from "../../contract/routes/sign-in.ts";
import { call } from "../api/client.ts";
import { chooseZone, chosenZone, localZoneName, type Zone } from "../components/clock.ts";
import { Page, Section } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { AbsoluteTime, Time } from "../components/time.tsx";
import { PersonFrame } from "../shell/person-frame.tsx";
import { signOut } from "../shell/sign-out.ts";
import { toastDone, toastProblem } from "../shell/toasts.tsx";
import { browserWords } from "./browser-words.ts";
import { sessionsQuery } from "./queries.ts";

const SIGNED_IN_BY: Readonly<Record<Me["identity"], string>> = {
  local: "Local mode: this machine takes your word for who you are",
  entra: "Microsoft Entra ID",
  access: "Cloudflare Access",
};

export function AccountPage() {
  return <PersonFrame>{(me) => <Account me={me} />}</PersonFrame>;
}

function Account({ me }: { me: Me }) {
  return (
    <Page
      title="Your account"
      actions={me.identity === "local" ? null : <Button onClick={() => void signOut(false)}>Sign out</Button>}
    >
      <Section title="You" id="account-you">
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5">
          <Line term="Name">{me.user.name}</Line>
          {me.user.email === "" ? null : <Line term="Address">{me.user.email}</Line>}
          <Line term="Signed in by">{SIGNED_IN_BY[me.identity]}</Line>
        </dl>
      </Section>
      <Section title="Your tenants" id="account-tenants" flush>
        {me.tenantsUnread === 0 ? null : (
          <p role="status" className="border-b border-kumo-line p-4 text-kumo-warning">
            There may be more tenants of yours: a database does not answer. Load this page again later.
          </p>
        )}
        {me.tenants.length === 0 && me.tenantsUnread === 0 ? (
          <p className="p-4 text-kumo-subtle">
            You are not a member of any tenant. Ask an owner of the tenant you work with for an invitation.
          </p>
        ) : (
          <ul className="divide-y divide-kumo-line">
            {me.tenants.map(({ id, slug, name, roleName }) => (
              <li key={id} className="flex flex-wrap justify-between gap-x-4 px-4 py-2.5">
                <TextLink to={PAGES.overview} params={{ slug }}>
                  {name}
                </TextLink>
                <span className="text-kumo-subtle">{roleName}</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Times />
      {me.identity === "entra" ? <Sessions /> : null}
    </Page>
  );
}

const ZONES: readonly { zone: Zone; label: string }[] = [
  { zone: "local", label: `Where you are (${localZoneName()})` },
  { zone: "utc", label: "UTC, as logs have it" },
];

/** In which zone the console writes times. Kept in this browser. */
function Times() {
  const [zone, setZone] = useState(chosenZone);
  return (
    <Section title="Times" id="account-times">
      <fieldset className="flex flex-wrap gap-x-6 gap-y-2">
        <legend className="mb-2">Write times in the zone</legend>
        {ZONES.map(({ zone: choice, label }) => (
          <label key={choice} className="flex items-center gap-2">
            <input
              type="radio"
              name="zone"
              checked={zone === choice}
              onChange={() => {
                chooseZone(choice);
                setZone(choice);
              }}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <p className="mt-3 text-kumo-subtle">
        This choice is kept on this device. It is now <AbsoluteTime at={new Date().toISOString()} />.
      </p>
    </Section>
  );
}

function Line({ term, children }: { term: string; children: string }) {
  return (
    <>
      <dt className="text-kumo-subtle">{term}</dt>
      <dd className="[overflow-wrap:anywhere]">
        <bdi>{children}</bdi>
      </dd>
    </>
  );
}

function Sessions() {
  const { data, error, refetch } = useQuery(sessionsQuery);
  return (
    <Section
      title="Where you are signed in"
      id="account-sessions"
      flush
      actions={
        <Button size="sm" onClick={() => void signOut(true)}>
          Sign out everywhere
        </Button>
      }
    >
      {data === undefined ? (
        <NotLoaded lines={2} error={error} onRetry={() => void refetch()} />
      ) : (
        <ul className="divide-y divide-kumo-line">
          {data.items.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function SessionRow({ session: { id, browser, createdAt, lastUsedAt, endsAt, current } }: { session: Session }) {
  const queryClient = useQueryClient();
  const words = browserWords(browser);
  const end = useMutation({
    mutationFn: () => call(signInRoutes.endSession, { params: { sessionId: id } }),
    onSuccess: () => toastDone(`Signed out of ${words}`),
    onError: toastProblem,
    onSettled: () => void queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-2.5">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2 font-medium [overflow-wrap:anywhere]">
          {words}
          {current ? <Badge variant="outline">This browser</Badge> : null}
        </p>
        <p className="text-xs text-kumo-subtle">
          Signed in <Time at={createdAt} />, last use noted <Time at={lastUsedAt} />, ends at the latest{" "}
          <AbsoluteTime at={endsAt} />
        </p>
      </div>
      {current ? null : (
        <Button size="sm" loading={end.isPending} onClick={() => end.mutate()} aria-label={`Sign out of ${words}`}>
          Sign out
        </Button>
      )}
    </li>
  );
}

/** Shows what an invitation leads to, and accepts it. */
import { Button } from "../components/button.tsx";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { joiningRoutes } from "../../contract/routes/members.ts";
import { call } from "../api/client.ts";
import { ApiProblem, isSignedOut } from "../../client/problem.ts";
import { describeProblem } from "../api/problem.ts";
import { NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { AbsoluteTime } from "../components/time.tsx";
import { BarePage, SignedOut } from "../shell/bare-pages.tsx";
import { meQuery } from "../shell/queries.ts";
import { forgetSecret, takeSecret } from "./kept-secret.ts";

export function JoinPage() {
  const [secret] = useState(takeSecret);
  const { data: me, error, refetch } = useQuery(meQuery);
  if (isSignedOut(error)) return <SignedOut error={error} />;
  if (secret === "") {
    return (
      <BarePage title="No invitation here">
        <p className="text-kumo-subtle">
          Open the whole link that you were sent. If you have opened it in another tab or browser, open it there or here
          again.
        </p>
        <Elsewhere />
      </BarePage>
    );
  }
  if (me === undefined) {
    return (
      <BarePage title="Invitation">
        <NotLoaded lines={4} error={error} onRetry={() => void refetch()} />
      </BarePage>
    );
  }
  return <Invitation secret={secret} signedInAs={me.user.email || me.user.name} />;
}

function Invitation({ secret, signedInAs }: { secret: string; signedInAs: string }) {
  const preview = useQuery({
    queryKey: ["invitation", secret],
    queryFn: ({ signal }) => call(joiningRoutes.preview, { params: {}, body: { secret }, signal }),
    staleTime: Infinity,
  });
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const accept = useMutation({
    mutationFn: () => call(joiningRoutes.accept, { params: {}, body: { secret } }),
    onSuccess: async ({ slug }) => {
      forgetSecret();
      await queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
      await navigate({ to: PAGES.overview, params: { slug } });
    },
  });
  const refusal = accept.error ?? preview.error;
  if (refusal instanceof ApiProblem && refusal.code === "invitation_over") {
    return (
      <BarePage title="This invitation is over">
        <p className="text-kumo-subtle">
          It was used, withdrawn, or has expired. Ask the person who sent it for a new link.
        </p>
        <Elsewhere />
      </BarePage>
    );
  }
  if (accept.error instanceof ApiProblem && accept.error.code === "already_member") {
    return (
      <BarePage title="You are a member already">
        <p className="text-kumo-subtle">
          {preview.data?.tenantName ?? "The tenant"} is among your tenants, with the role that you have had. The
          invitation stays open for another person.
        </p>
        <Elsewhere />
      </BarePage>
    );
  }
  if (preview.data === undefined) {
    return (
      <BarePage title="Invitation">
        <NotLoaded lines={4} error={preview.error} onRetry={() => void preview.refetch()} />
      </BarePage>
    );
  }
  const { tenantName, roleName, invitedBy, expiresAt } = preview.data;
  return (
    <BarePage title={`Join ${tenantName}`}>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5">
        <Line term="Invited by">
          <bdi>{invitedBy}</bdi>
        </Line>
        <Line term="Your role">{roleName}</Line>
        <Line term="Holds until">
          <AbsoluteTime at={expiresAt} />
        </Line>
        <Line term="You are signed in as">
          <bdi>{signedInAs}</bdi>
        </Line>
      </dl>
      {accept.error === null ? null : (
        <p role="alert" className="mt-4 text-kumo-danger">
          {describeProblem(accept.error).title}. {describeProblem(accept.error).advice}
        </p>
      )}
      <p className="mt-6">
        <Button variant="primary" loading={accept.isPending} onClick={() => accept.mutate()}>
          Accept the invitation
        </Button>
      </p>
    </BarePage>
  );
}

function Line({ term, children }: { term: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-kumo-subtle">{term}</dt>
      <dd className="font-medium [overflow-wrap:anywhere]">{children}</dd>
    </>
  );
}

function Elsewhere() {
  return (
    <p className="mt-4">
      <TextLink to={PAGES.home}>Go to your tenants</TextLink>
    </p>
  );
}

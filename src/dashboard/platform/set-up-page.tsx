/** Makes the person with the deployment's code the first administrator. */
import { Button } from "../components/button.tsx";
import { Input } from "../components/input.tsx";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { platformRoutes } from "../../contract/routes/platform.ts";
import { call } from "../api/client.ts";
import { ApiProblem, isSignedOut } from "../../client/problem.ts";
import { describeProblem } from "../api/problem.ts";
import { NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { BarePage, SignedOut } from "../shell/bare-pages.tsx";
import { meQuery } from "../shell/queries.ts";

export function SetUpPage() {
  const { data: me, error, refetch } = useQuery(meQuery);
  if (isSignedOut(error)) return <SignedOut error={error} />;
  if (me === undefined) {
    return (
      <BarePage title="Set up TenantAtlas">
        <NotLoaded lines={4} error={error} onRetry={() => void refetch()} />
      </BarePage>
    );
  }
  if (me.platformAdministrator) {
    return (
      <BarePage title="TenantAtlas is set up">
        <p className="text-kumo-subtle">
          You are its administrator. Delete the secret <code className="font-mono">TENANTATLAS_SETUP_CODE</code> of the
          deployment: it has done its work.
        </p>
        <p className="mt-4">
          <TextLink to={PAGES.platformTenants}>Make the first tenant</TextLink>
        </p>
      </BarePage>
    );
  }
  return <CodeForm signedInAs={me.user.email || me.user.name} />;
}

function CodeForm({ signedInAs }: { signedInAs: string }) {
  const [code, setCode] = useState("");
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const setUp = useMutation({
    mutationFn: () => call(platformRoutes.setUp, { params: {}, body: { code: code.trim() } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
      await navigate({ to: PAGES.platformTenants });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim() !== "") setUp.mutate();
  };
  return (
    <BarePage title="Set up TenantAtlas">
      <p className="text-kumo-subtle">
        You become the first administrator of this deployment: you make tenants, and see into those that you are a
        member of. You are signed in as <bdi className="font-medium text-kumo-default">{signedInAs}</bdi>.
      </p>
      <form onSubmit={submit} noValidate className="mt-5 flex flex-col items-start gap-4">
        <div className="w-full">
          <Input
            label="Setup code"
            type="password"
            value={code}
            autoComplete="off"
            onChange={(event) => setCode(event.target.value)}
            description="The value of the deployment's secret TENANTATLAS_SETUP_CODE."
            {...(setUp.error === null ? {} : { error: refusalWords(setUp.error) })}
          />
        </div>
        <Button type="submit" variant="primary" loading={setUp.isPending} disabled={code.trim() === ""}>
          Become the administrator
        </Button>
      </form>
    </BarePage>
  );
}

function refusalWords(error: unknown): string {
  if (error instanceof ApiProblem && error.code === "forbidden") {
    return "This is not the deployment's setup code. Check that the secret is set and that the code is whole.";
  }
  if (error instanceof ApiProblem && error.code === "setup_done") {
    return "This deployment has an administrator already. Ask them to make your tenant.";
  }
  const { title, advice } = describeProblem(error);
  return `${title}. ${advice}`;
}

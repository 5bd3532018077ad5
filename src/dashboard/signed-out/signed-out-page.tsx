/** Where a person is led who has signed out, or whose sign-in did not succeed. */
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import { ApiProblem } from "../../client/problem.ts";
import { SignInLink } from "../components/sign-in-link.tsx";
import { TextLink } from "../components/text-link.tsx";
import { BarePage, WhatItDoes } from "../shell/bare-pages.tsx";
import { meQuery } from "../shell/queries.ts";

const WORDS = {
  none: { title: "You are signed out", text: "Operations that are running go on without you." },
  expired: {
    title: "This sign-in has expired",
    text: "A sign-in has to be finished within ten minutes, in the browser in which it was begun.",
  },
  refused: {
    title: "Microsoft did not let you sign in",
    text: "The sign-in was canceled, or your organization does not allow it. Ask your administrator if it happens again.",
  },
  failed: {
    title: "The sign-in did not succeed",
    text: "TenantAtlas could not verify the answer of Microsoft. Try once more; if it fails again, tell the people who run TenantAtlas.",
  },
  disabled: {
    title: "Your access is disabled",
    text: "You have signed in, and the people who run TenantAtlas have disabled your access. Ask them about it.",
  },
} as const;

export function SignedOutPage() {
  const { problem } = useSearch({ from: PAGES.signedOut });
  const { data: me, error } = useQuery(meQuery);
  const { title, text } = WORDS[problem ?? "none"];
  if (me !== undefined && problem === undefined) {
    return (
      <BarePage title="You are signed in">
        <p className="text-kumo-subtle">
          You are signed in as <strong className="font-medium text-kumo-default">{me.user.name}</strong>.
        </p>
        <p className="mt-4">
          <TextLink to="/">Go to your tenants</TextLink>
        </p>
      </BarePage>
    );
  }
  const signInPath = error instanceof ApiProblem ? error.signInPath : null;
  return (
    <BarePage title={title}>
      <WhatItDoes />
      <p className="mt-3 text-kumo-subtle">{text}</p>
      <p className="mt-6">
        {signInPath === null ? (
          <TextLink to="/">Open TenantAtlas</TextLink>
        ) : (
          <SignInLink path={signInPath} returnTo="/" />
        )}
      </p>
    </BarePage>
  );
}

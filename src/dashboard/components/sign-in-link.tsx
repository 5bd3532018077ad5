import { ButtonLink } from "./button.tsx";

interface SignInLinkProps {
  /** The server's address for it. */
  path: string;
  /** The page of the console to come back to. */
  returnTo: string;
}

/** Leads to the identity provider. A plain link: the browser leaves the console. */
export function SignInLink({ path, returnTo }: SignInLinkProps) {
  return (
    <ButtonLink variant="primary" href={`${path}?${new URLSearchParams({ returnTo }).toString()}`}>
      Sign in
    </ButtonLink>
  );
}

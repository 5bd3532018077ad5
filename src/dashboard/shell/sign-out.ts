import { signInRoutes } from "../../contract/routes/sign-in.ts";
import { call } from "../api/client.ts";
import { isSignedOut } from "../../client/problem.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { toastProblem } from "./toasts.tsx";

/** Ends the person's session, or their sessions in all browsers, and leaves the console for where the server says. */
export async function signOut(everywhere: boolean): Promise<void> {
  try {
    const { continueAt } = await call(signInRoutes.signOut, { params: {}, body: { everywhere } });
    location.assign(continueAt);
  } catch (error) {
    if (isSignedOut(error)) location.assign(PAGES.signedOut);
    else toastProblem(error);
  }
}

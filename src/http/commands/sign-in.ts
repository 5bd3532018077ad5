/** What a browser does to have a session: leaves for the identity provider, comes back, and ends it in the end. */
import { cookieOf, SIGN_IN_COOKIE } from "../../access/cookies.ts";
import { type EntraSettings, readIdentitySettings } from "../../access/identity-settings.ts";
import { clearSessionCookie, openSession } from "../../access/sessions.ts";
import {
  beginSignIn,
  clearSignInCookie,
  finishSignIn,
  providerSignOut,
  type SignInProblem,
} from "../../access/sign-in.ts";
import type { AuditOrigin } from "../../contract/audit-events.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { signInRoutes } from "../../contract/routes/sign-in.ts";
import { PLATFORM_LOG } from "../../database/audit/audit-events.ts";
import { recordOfStranger, recordOnceInAWhile } from "../../database/audit/recent-events.ts";
import { welcomeIdentity } from "../../database/tenancy/identities.ts";
import { deleteSessionOf, deleteSessionsOf } from "../../database/tenancy/sessions.ts";
import { logEvent } from "../../observability/log.ts";
import { closeSockets } from "../../runs/reading/close-sockets.ts";
import { ApiError } from "../routing/problems.ts";
import { commandOwn, lead, Reply } from "../routing/served.ts";

export const signIn = {
  begin: lead(signInRoutes.begin, async ({ env, request, query }) => {
    const settings = entraSettings(env);
    const here = new URL(request.url);
    // A cookie that is set at one name of this place is not sent to another: the sign-in begins where it will end.
    if (here.origin !== settings.origin) return leadTo(new URL(here.pathname + here.search, settings.origin).href, []);
    const { location, cookie } = await beginSignIn(settings, { returnTo: query.returnTo, now: Date.now() });
    return leadTo(location, [cookie]);
  }),

  finish: lead(signInRoutes.finish, async ({ env, request, requestId }) => {
    const settings = entraSettings(env);
    const now = Date.now();
    const kept = cookieOf(request, SIGN_IN_COOKIE);
    const address = request.headers.get("cf-connecting-ip");
    const origin: AuditOrigin = { way: "entra", requestId, ...(address === null ? {} : { address }) };
    const refusal = { tenantId: PLATFORM_LOG, at: now, action: "session.refuse", origin } as const;
    const answer = await finishSignIn(settings, { answer: new URL(request.url), kept, now });
    if (answer.kind === "refused") {
      logEvent("warn", "sign_in_refused", { reason: answer.reason, requestId });
      await recordOfStranger(env.CONTROL, {
        ...refusal,
        actorId: null,
        targetKind: "sign-in",
        targetId: answer.reason,
        detail: {},
      });
      return leadTo(signedOutAddress(answer.problem), [clearSignInCookie()]);
    }
    const user = await welcomeIdentity(env.CONTROL, answer.identity, now);
    if (user.disabledAt !== null) {
      logEvent("warn", "sign_in_refused", { reason: "person_disabled", requestId });
      await recordOnceInAWhile(env.CONTROL, {
        ...refusal,
        actorId: user.id,
        targetKind: "sign-in",
        targetId: "person_disabled",
        detail: {},
      });
      return leadTo(signedOutAddress("disabled"), [clearSignInCookie()]);
    }
    const browser = request.headers.get("user-agent") ?? "";
    const { cookie } = await openSession(env.CONTROL, { userId: user.id, browser, now, origin });
    logEvent("info", "signed_in", { userId: user.id, requestId });
    return leadTo(answer.returnTo, [cookie, clearSignInCookie()]);
  }),

  endSession: commandOwn(signInRoutes.endSession, async ({ env, user, params: { sessionId } }) => {
    if (!(await deleteSessionOf(env.CONTROL, { userId: user.id, id: sessionId, at: Date.now() })))
      throw new ApiError("not_found");
    await closeSockets(env, { userId: user.id, sessionId });
    return { done: true as const };
  }),

  signOut: commandOwn(signInRoutes.signOut, async ({ env, user, sessionId, body: { everywhere } }) => {
    const settings = readIdentitySettings(env);
    // Where the product keeps no session there is none to end; Cloudflare Access has an address of its own for that.
    if (sessionId === null) return { continueAt: settings.mode === "access" ? ACCESS_SIGN_OUT : PAGES.signedOut };
    const at = Date.now();
    if (everywhere) await deleteSessionsOf(env.CONTROL, { userId: user.id, at });
    else await deleteSessionOf(env.CONTROL, { userId: user.id, id: sessionId, at });
    await closeSockets(env, everywhere ? { userId: user.id } : { userId: user.id, sessionId });
    const continueAt = settings.mode === "entra" ? providerSignOut(settings.entra, PAGES.signedOut) : PAGES.signedOut;
    return new Reply(200, { continueAt }, { "set-cookie": clearSessionCookie() });
  }),
};

/** Of Cloudflare Access, on each host that it protects. */
const ACCESS_SIGN_OUT = "/cdn-cgi/access/logout";

function entraSettings(env: object): EntraSettings {
  const settings = readIdentitySettings(env);
  if (settings.mode !== "entra") throw new ApiError("not_found");
  return settings.entra;
}

function signedOutAddress(problem: SignInProblem | "disabled"): string {
  return `${PAGES.signedOut}?problem=${problem}`;
}

function leadTo(location: string, cookies: readonly string[]): Response {
  const headers = new Headers({ location });
  for (const cookie of cookies) headers.append("set-cookie", cookie);
  return new Response(null, { status: 303, headers });
}

/** Signing in and out, in a deployment whose people sign in at Microsoft Entra ID. Elsewhere the two addresses for browsers are not found. */
import { z } from "zod";
import { sessionListSchema } from "../access.ts";
import { route } from "./route.ts";

const NAVIGATION = {
  media: null,
  statuses: { 303: "Leads on" },
  answerHeaders: { Location: "Where the browser goes next." },
} as const;

export const signInRoutes = {
  begin: route("public", {
    ...NAVIGATION,
    method: "GET",
    path: "/auth/sign-in",
    summary: "Lead a browser to the identity provider",
    description: "For browsers. What was begun is kept in a cookie of this browser for ten minutes.",
    query: z.strictObject({
      returnTo: z.string().max(2_000).default("/").meta({ description: "The page of the console to come back to." }),
    }),
    problems: ["not_found"],
  }),
  finish: route("public", {
    ...NAVIGATION,
    method: "GET",
    path: "/auth/callback",
    summary: "Take a browser back from the identity provider",
    description: "For browsers. Opens a session for the person, or leads to the page that says why not.",
    problems: ["not_found", "unavailable"],
  }),
  sessions: route("signed-in", {
    method: "GET",
    path: "/api/sessions",
    peopleOnly: true,
    summary: "List the browsers in which the caller is signed in",
    description: "Empty where people do not sign in to the product itself.",
    answer: sessionListSchema,
  }),
  endSession: route("signed-in", {
    method: "POST",
    path: "/api/sessions/:sessionId/end",
    peopleOnly: true,
    summary: "Sign the caller out in one browser",
    description: "Open sockets of the session are closed.",
    params: { sessionId: z.string().meta({ description: "The session's id." }) },
    answer: z.object({ done: z.literal(true) }),
    problems: ["not_found"],
  }),
  signOut: route("signed-in", {
    method: "POST",
    path: "/api/session/sign-out",
    peopleOnly: true,
    summary: "End the caller's session, or all of them",
    description: "Open sockets of an ended session are closed.",
    body: z.strictObject({
      everywhere: z.boolean().default(false).meta({ description: "Ends the caller's sessions in all browsers." }),
    }),
    answer: z.object({
      continueAt: z
        .string()
        .meta({ description: "Where the browser goes next: the provider's own sign-out, or a page of the console." }),
    }),
  }),
};

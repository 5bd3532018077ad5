import type { signInRoutes } from "../../../contract/routes/sign-in.ts";
import type { ExamplesOf } from "./example.ts";
import { IDS } from "./ids.ts";
import { onePage } from "./things.ts";

export const signInExamples: ExamplesOf<typeof signInRoutes> = {
  begin: {},
  finish: {},
  sessions: {
    answer: onePage({
      id: IDS.session,
      browser:
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
      createdAt: "2026-11-28T08:02:11.120Z",
      lastUsedAt: "2026-11-28T09:47:40.031Z",
      endsAt: "2026-11-28T20:02:11.120Z",
      current: true,
    }),
  },
  endSession: { params: { sessionId: IDS.session }, answer: { done: true } },
  signOut: {
    bodies: { "In this browser": { everywhere: false }, Everywhere: { everywhere: true } },
    answer: { continueAt: "/signed-out" },
  },
};

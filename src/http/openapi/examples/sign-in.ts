import type { signInRoutes } from "../../../contract/routes/sign-in.ts";
import type { ExamplesOf } from "./example.ts";

export const signInExamples: ExamplesOf<typeof signInRoutes> = {
  begin: {},
  finish: {},
  signOut: {
    bodies: { "In this browser": { everywhere: false }, Everywhere: { everywhere: true } },
    answer: { continueAt: "/signed-out" },
  },
};

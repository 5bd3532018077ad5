/** Words for what went wrong with a request, in a form that every page can show. */
import { ApiProblem, isUnreachable } from "../../client/problem.ts";

export interface ProblemWords {
  title: string;
  advice: string;
}

/** Words for people: what happened, and what to do next. Never shows a stack or a foreign message of unknown origin. */
export function describeProblem(error: unknown): ProblemWords {
  if (!(error instanceof ApiProblem)) {
    return {
      title: "Something went wrong on this page",
      advice: "Reload the page. If it happens again, tell support.",
    };
  }
  if (error.code === "no_answer_in_time") {
    return {
      title: "No answer came in time",
      advice:
        "Operations that are running are not affected. If you changed something, look whether it was done before you ask again.",
    };
  }
  if (isUnreachable(error)) {
    return {
      title: "TenantAtlas cannot be reached",
      advice: "Check your connection. Operations that are running are not affected.",
    };
  }
  if (error.code === "unexpected_answer") {
    return {
      title: "The answer was not understood",
      advice: "This page may be older than the service. Reload it to get the current version.",
    };
  }
  switch (error.status) {
    case 400: {
      const fields = error.fields.map((field) => `${field.path}: ${field.message}`).join("; ");
      return { title: "The request was refused", advice: fields === "" ? error.message : fields };
    }
    case 401:
      return error.signInPath === null
        ? { title: "You are signed out", advice: "Reload this page to sign in again." }
        : {
            title: "You are signed out",
            advice: "Sign in, and you come back to this page. Operations that are running go on.",
          };
    case 403:
      return {
        title: "Your role does not allow this",
        advice: "Ask an owner of this tenant for a role that includes it.",
      };
    case 404:
      return {
        title: "Not found",
        advice:
          "It may have been removed, or you may not have access to it. Check the address, or go back to the overview.",
      };
    case 409:
      return { title: "That is not possible now", advice: error.message };
    case 410:
      return { title: "Not kept any more", advice: error.message };
    case 413:
      return { title: "The request is too large", advice: error.message };
    case 429:
      return { title: "Too many requests", advice: "Wait a moment, then try again." };
    default:
      return {
        title: "The service could not answer",
        advice:
          error.requestId === null
            ? "Try again in a moment."
            : `Try again in a moment. If it keeps failing, give support this request id: ${error.requestId}`,
      };
  }
}

/** What the server says is wrong with the fields of a form, in a sentence that stands below a field. */
import { ApiProblem } from "../../client/problem.ts";
import { faultAt } from "./standard-words.ts";

/** Undefined where the server has named none: it refused for another reason, or has not been asked. */
export function faultOf(error: unknown, path: string): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  const message = faultAt(error.fields, path);
  return message === undefined ? undefined : `It ${message}.`;
}

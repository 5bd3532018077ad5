/** What the answer to a call says, whoever has carried it. */
import { approvalAskedSchema } from "../contract/approvals.ts";
import { problemSchema } from "../contract/problems.ts";
import type { Route } from "../contract/routes/route.ts";
import { ApprovalWaits } from "./approval-waits.ts";
import { ApiProblem } from "./problem.ts";
import { parseShown } from "./visible-controls.ts";

/** What came back, read to its end. */
export interface Answer {
  response: Pick<Response, "ok" | "status">;
  text: string;
}

/**
 * The described answer of a success, parsed. What it holds is fit to be shown: controls of the direction of writing are visible.
 * @throws ApprovalWaits where the change waits, and ApiProblem where the answer is not the described one.
 */
export function answerOf(route: Pick<Route, "answer" | "mayWait">, { response, text }: Answer): unknown {
  const json = parseJson(text);
  const waits = route.mayWait && response.status === 202 ? approvalAskedSchema.safeParse(json) : null;
  if (waits?.success) throw new ApprovalWaits(waits.data);
  const parsed = route.answer.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ApiProblem({ code: "unexpected_answer", status: response.status, title: "Unexpected answer" });
}

/** The problem that an answer without success tells; `http_error` where what stands before the product has answered. */
export function problemOf({ response: { status }, text }: Answer): ApiProblem {
  const parsed = problemSchema.safeParse(parseJson(text));
  return new ApiProblem(parsed.success ? parsed.data : { code: "http_error", status, title: `HTTP ${status}` });
}

function parseJson(text: string): unknown {
  try {
    return parseShown(text);
  } catch {
    return undefined;
  }
}

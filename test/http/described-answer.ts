/** Holds each answer that a test of this folder gets against the description of its route: what the document lists is all there is. */
import { approvalAskedSchema } from "../../src/contract/approvals.ts";
import { routes } from "../../src/contract/routes/all.ts";
import type { Route, RouteTable } from "../../src/contract/routes/route.ts";
import { PROBLEMS, problemSchema } from "../../src/contract/problems.ts";
import { problemsOf } from "../../src/http/openapi/answers.ts";

const tables: Readonly<Record<string, RouteTable>> = routes;
const known = Object.entries(tables).flatMap(([noun, table]) =>
  Object.entries(table).map(([name, route]) => ({
    id: `${noun}.${name}`,
    route,
    pattern: new RegExp(`^${route.path.replace(/:\w+/g, "[^/]+")}$`),
  })),
);

/** Throws when the answer's status, its problem's code or its JSON is not in the route's description. An address without a route passes. */
export async function checkDescribed(method: string, address: URL, response: Response): Promise<void> {
  const asked = method === "HEAD" ? "GET" : method;
  const found = known.find(({ route, pattern }) => route.method === asked && pattern.test(address.pathname));
  // A page is a file of the console's build, which these tests run without.
  if (found === undefined || found.route.media === "text/html") return;
  const fault = await faultOf(found.route, response);
  if (fault !== null) throw new Error(`${found.id} answers ${response.status}, but its description ${fault}`);
}

async function faultOf(route: Route, response: Response): Promise<string | null> {
  const media = response.headers.get("content-type");
  if (media === "application/problem+json") {
    const { code } = problemSchema.parse(await response.clone().json());
    const codes = problemsOf(route).filter((each) => PROBLEMS[each].status === response.status);
    return codes.some((each) => each === code) ? null : `does not list ${code}`;
  }
  const answer: unknown = media === "application/json" ? await response.clone().json() : null;
  if (route.mayWait && response.status === 202) {
    const waiting = approvalAskedSchema.safeParse(answer);
    if (waiting.success) return sameJson(waiting.data, answer) ? null : "has fewer members in its request";
  }
  if (!Object.hasOwn(route.statuses, response.status)) return "does not list that status";
  if (media !== "application/json" || route.answer.type === "never") return null;
  const parsed = route.answer.safeParse(answer);
  if (!parsed.success) return `has another answer: ${parsed.error.message}`;
  // A schema drops what it does not know.
  return sameJson(parsed.data, answer) ? null : "has fewer members in its answer";
}

function sameJson(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return one === other;
  const [left, right] = [new Map(Object.entries(one)), new Map(Object.entries(other))];
  return (
    left.size === right.size && [...left].every(([key, value]) => right.has(key) && sameJson(value, right.get(key)))
  );
}

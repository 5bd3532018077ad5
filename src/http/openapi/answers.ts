/** What a route may answer with, by status: its successes, and each problem that its description lets happen. */
import { z } from "zod";
import type { ZodOpenApiHeadersObject, ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from "zod-openapi";
import { approvalAskedSchema } from "../../contract/approvals.ts";
import { PROBLEMS, type ProblemCode, problemSchema } from "../../contract/problems.ts";
import { NOTHING, type Route } from "../../contract/routes/route.ts";
import { referenceTo } from "./components.ts";
import type { Example } from "./examples/example.ts";

/** All codes that a route may answer with: those of the guard, of validation, and its own. */
export function problemsOf(route: Route): ProblemCode[] {
  const readsBody = route.body !== NOTHING;
  const readsText = route.query !== NOTHING || Object.keys(route.headers.shape).length > 0;
  const codes: ProblemCode[] = [...route.problems, "internal_error"];
  if (readsBody || readsText) codes.push("invalid_input");
  if (readsBody || route.upload !== null) codes.push("payload_too_large", "unsupported_media_type");
  if (route.access !== "public") codes.push("unauthenticated", "unavailable");
  if (/^\/(api|auth)\//.test(route.path)) codes.push("rate_limited");
  if (route.access === "platform" || route.peopleOnly) codes.push("forbidden");
  if (typeof route.access === "object") {
    codes.push("forbidden", "not_found");
    // Reads that the audit log tells of are among what is refused while rows are copied.
    codes.push("tenant_moving");
    if (Object.keys(route.params.shape).length > 1) codes.push("removed_by_retention");
  }
  if (route.mayWait) codes.push("approval_required", "too_many_approvals");
  if (route.method !== "GET") codes.push("forbidden_origin");
  return [...new Set(codes)];
}

/** Refusals that routes share, by their codes: each is one component of the document. */
export type Refusals = Map<string, ZodOpenApiResponseObject>;

export function answersOf(route: Route, example: Example, refusals: Refusals): ZodOpenApiResponsesObject {
  const answers: ZodOpenApiResponsesObject = {};
  for (const [status, description] of Object.entries(route.statuses)) {
    answers[keyOf(Number(status))] = { description, ...contentOf(route, example), ...headersOf(route) };
  }
  if (route.mayWait) answers["202"] = waitingAnswer(route, example);
  for (const [status, codes] of byStatus(problemsOf(route))) {
    const id = codes.toSorted().join("-");
    const answer = refusals.get(id) ?? refusal(id, codes);
    refusals.set(id, answer);
    answers[keyOf(status)] = answer;
  }
  return answers;
}

/** Nothing was done yet: a request waits. A route that starts runs answers with this status for a run as well. */
function waitingAnswer(route: Route, example: Example): ZodOpenApiResponseObject {
  const accepted = route.statuses[202];
  const waits = "Another person has to approve it: the request waits, and nothing was done.";
  const headers: ZodOpenApiHeadersObject = {
    Location: { description: "Address of the request.", schema: { type: "string" } },
  };
  if (accepted === undefined) {
    return { description: waits, headers, content: { "application/json": { schema: approvalAskedSchema } } };
  }
  const schema = z.union([route.answer, approvalAskedSchema]);
  return {
    description: `${accepted} Or: ${waits}`,
    content: { "application/json": { schema, example: example.answer } },
    ...headersOf(route),
  };
}

function contentOf({ answer, media, frame }: Route, example: Example): Pick<ZodOpenApiResponseObject, "content"> {
  // OpenAPI has no words for a socket: its messages stand where a body would.
  if (frame !== null) return { content: { "application/json": { schema: frame } } };
  if (media === null) return {};
  if (!(answer instanceof z.ZodNever)) return { content: { [media]: { schema: answer, example: example.answer } } };
  // OpenAPI 3.1 leaves out the schema of a body that is not text, and of a document that is any JSON there is nothing to say.
  return { content: { [media]: media === "text/html" ? { schema: { type: "string" } } : {} } };
}

function headersOf({ answerHeaders }: Route): Pick<ZodOpenApiResponseObject, "headers"> {
  const headers: ZodOpenApiHeadersObject = {};
  for (const [name, description] of Object.entries(answerHeaders)) {
    headers[name] = { description, schema: { type: "string" } };
  }
  return { headers };
}

function byStatus(codes: readonly ProblemCode[]): Map<number, ProblemCode[]> {
  const statuses = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const { status } = PROBLEMS[code];
    statuses.set(status, [...(statuses.get(status) ?? []), code]);
  }
  return statuses;
}

const RETRY_AFTER: ZodOpenApiHeadersObject = {
  "Retry-After": { description: "Seconds to wait, where they are known.", schema: { type: "integer", minimum: 1 } },
};

function refusal(id: string, codes: readonly ProblemCode[]): ZodOpenApiResponseObject {
  return {
    id,
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(" "),
    ...(codes.includes("unavailable") || codes.includes("tenant_moving") ? { headers: RETRY_AFTER } : {}),
    content: {
      "application/problem+json": {
        schema: {
          allOf: [{ $ref: referenceTo(problemSchema) }, { properties: { code: { enum: [...codes] } } }],
        },
      },
    },
  };
}

type StatusKey = `${1 | 2 | 3 | 4 | 5}${string}`;

function keyOf(status: number): StatusKey {
  const key = String(status);
  if (!isStatusKey(key)) throw new Error(`${status} is no status of HTTP.`);
  return key;
}

function isStatusKey(text: string): text is StatusKey {
  return /^[1-5]\d\d$/.test(text);
}

/** What a route may answer with, by status: its successes, and each problem that its description lets happen. */
import { z } from "zod";
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from "zod-openapi";
import { PROBLEMS, type ProblemCode, problemSchema } from "../../contract/problems.ts";
import { NOTHING, type Route } from "../../contract/routes/route.ts";
import { referenceTo } from "./components.ts";

/** All codes that a route may answer with: those of the guard, of validation, and its own. */
export function problemsOf(route: Route): ProblemCode[] {
  const readsBody = route.body !== NOTHING;
  const readsText = route.query !== NOTHING || Object.keys(route.headers.shape).length > 0;
  const codes: ProblemCode[] = [...route.problems, "internal_error"];
  if (readsBody || readsText) codes.push("invalid_input");
  if (readsBody) codes.push("payload_too_large", "unsupported_media_type");
  if (route.access !== "public") codes.push("unauthenticated");
  if (typeof route.access === "object") codes.push("forbidden", "not_found");
  if (route.method !== "GET") codes.push("forbidden_origin");
  return [...new Set(codes)];
}

/** Refusals that routes share, by their codes: each is one component of the document. */
export type Refusals = Map<string, ZodOpenApiResponseObject>;

export function answersOf(route: Route, refusals: Refusals): ZodOpenApiResponsesObject {
  const answers: ZodOpenApiResponsesObject = {};
  for (const [status, description] of Object.entries(route.statuses)) {
    answers[keyOf(Number(status))] = { description, ...contentOf(route), ...headersOf(route) };
  }
  for (const [status, codes] of byStatus(problemsOf(route))) {
    const id = codes.toSorted().join("-");
    const answer = refusals.get(id) ?? refusal(id, codes);
    refusals.set(id, answer);
    answers[keyOf(status)] = answer;
  }
  return answers;
}

function contentOf({ answer, media, frame }: Route): Pick<ZodOpenApiResponseObject, "content"> {
  // OpenAPI has no words for a socket: its messages stand where a body would.
  if (frame !== null) return { content: { "application/json": { schema: frame } } };
  if (media === null) return {};
  if (!(answer instanceof z.ZodNever)) return { content: { [media]: { schema: answer } } };
  // OpenAPI 3.1 leaves out the schema of a body that is not text, and of a document that is any JSON there is nothing to say.
  return { content: { [media]: media === "text/html" ? { schema: { type: "string" } } : {} } };
}

function headersOf({ answerHeaders }: Route): Pick<ZodOpenApiResponseObject, "headers"> {
  const headers = Object.entries(answerHeaders).map(([name, description]) => [
    name,
    { description, schema: { type: "string" as const } },
  ]);
  return headers.length === 0 ? {} : { headers: Object.fromEntries(headers) };
}

function byStatus(codes: readonly ProblemCode[]): Map<number, ProblemCode[]> {
  const statuses = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const { status } = PROBLEMS[code];
    statuses.set(status, [...(statuses.get(status) ?? []), code]);
  }
  return statuses;
}

function refusal(id: string, codes: readonly ProblemCode[]): ZodOpenApiResponseObject {
  return {
    id,
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(" "),
    content: {
      "application/problem+json": {
        schema: {
          allOf: [{ $ref: referenceTo(problemSchema) }, { properties: { code: { enum: [...codes] } } }],
        },
      },
    },
  };
}

/** A status as a key of the document. Throws for what is none. */
function keyOf(status: number): `${1 | 2 | 3 | 4 | 5}${string}` {
  const rest = String(status).slice(1);
  switch (Math.floor(status / 100)) {
    case 1:
      return `1${rest}`;
    case 2:
      return `2${rest}`;
    case 3:
      return `3${rest}`;
    case 4:
      return `4${rest}`;
    case 5:
      return `5${rest}`;
    default:
      throw new Error(`${status} is no status of HTTP.`);
  }
}

/** JSON batching: up to 20 calls in one, answered in no particular order, each with a status of its own. */
import { z } from "zod";
import {
  badRequest,
  errorBody,
  errorReply,
  GraphError,
  type GraphReply,
  type GraphRequest,
  reply,
  type RequestIds,
} from "./graph-reply.ts";
import type { Doc } from "./json.ts";

const MAX_PARTS = 20;

const partSchema = z.object({
  id: z.string().min(1),
  method: z.string().toUpperCase(),
  url: z.string().min(1),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.unknown().optional(),
  dependsOn: z.array(z.string()).default([]),
});
const batchSchema = z.object({ requests: z.array(partSchema) });
type Part = z.infer<typeof partSchema>;

export function runBatch(request: GraphRequest, ids: RequestIds, run: (part: GraphRequest) => GraphReply): GraphReply {
  let parts: Part[];
  try {
    parts = parseParts(request);
  } catch (error) {
    if (error instanceof GraphError) return errorReply(error, ids);
    throw error;
  }
  const replies = new Map<string, GraphReply>();
  for (const part of parts) {
    const failed = part.dependsOn.find((id) => (replies.get(id)?.status ?? 424) >= 400);
    const answer =
      failed === undefined
        ? run(toRequest(request, part))
        : reply(
            424,
            errorBody({ code: "FailedDependency", message: `The request depends on '${failed}', which failed.` }, ids),
            ids,
          );
    replies.set(part.id, answer);
  }
  const responses = [...replies]
    .sort(([a], [b]) => shuffleKey(a) - shuffleKey(b))
    .map(([id, answer]) => toResponse(id, answer));
  const all = [...replies.values()];
  const answer = reply(200, { responses }, ids);
  const damage = all.find((part) => part.damage !== "none")?.damage ?? "none";
  return { ...answer, latencyMs: Math.max(0, ...all.map((part) => part.latencyMs)), damage };
}

function parseParts(request: GraphRequest): Part[] {
  if (request.method !== "POST") throw new GraphError(405, "BadRequest", "$batch is a POST.");
  let json: unknown;
  try {
    json = JSON.parse(request.body ?? "");
  } catch {
    throw badRequest("Invalid batch payload format.");
  }
  const parsed = batchSchema.safeParse(json);
  if (!parsed.success) throw badRequest(`Invalid batch payload format: ${z.prettifyError(parsed.error)}`);
  const parts = parsed.data.requests;
  if (parts.length === 0 || parts.length > MAX_PARTS) {
    throw new GraphError(
      400,
      "MaximumRequestsExceeded",
      `Number of batch request steps must be between 1 and ${MAX_PARTS}; there are ${parts.length}.`,
    );
  }
  if (new Set(parts.map((part) => part.id)).size !== parts.length)
    throw badRequest("Batch request ids must be unique.");
  for (const part of parts) {
    if (/^[a-z]+:/i.test(part.url) || /^\/?(v1\.0|beta)\//.test(part.url))
      throw badRequest(`The url of request '${part.id}' must be relative to the version: '${part.url}'.`);
    if (part.url.replace(/^\//, "").startsWith("$batch")) throw badRequest("A batch cannot contain a batch.");
    if (
      part.body !== undefined &&
      part.body !== null &&
      !Object.keys(part.headers).some((name) => name.toLowerCase() === "content-type")
    ) {
      throw badRequest(`Request '${part.id}' has a body and needs a Content-Type header.`);
    }
  }
  return parts;
}

function toRequest(outer: GraphRequest, part: Part): GraphRequest {
  const [path = "", query = ""] = part.url.replace(/^\//, "").split(/\?(.*)/s);
  const headers = Object.fromEntries(Object.entries(part.headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    method: part.method,
    version: outer.version,
    path: path
      .split("/")
      .map((segment) => decodeURIComponent(segment))
      .join("/"),
    query,
    headers,
    body: part.body === undefined ? null : JSON.stringify(part.body),
    origin: outer.origin,
    roles: outer.roles,
  };
}

function toResponse(id: string, answer: GraphReply): Doc {
  const body: unknown = answer.body === null ? null : JSON.parse(answer.body);
  return { id, status: answer.status, headers: answer.headers, ...(body === null ? {} : { body }) };
}

/** Scatters the answers, the same way every time: FNV-1a over the id. */
function shuffleKey(id: string): number {
  let hash = 2166136261;
  for (const character of `answer ${id}`) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619) >>> 0;
  return hash;
}

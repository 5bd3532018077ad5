/**
 * `$batch`: up to 20 GETs in one request. The outer 200 says nothing about the parts: each has its own status, they come in
 * any order and are throttled one by one (Microsoft Graph, "Combine multiple requests in one HTTP call").
 */
import { z } from "zod";
import type { GraphClient } from "./client.ts";
import type { GraphVersion } from "../families/family.ts";
import { classify } from "./classify.ts";
import { isRetryable, malformed, ok, type GraphFailure, type GraphResult } from "./result.ts";

export const MAX_BATCH_PARTS = 20;
/** Rounds in a row, about five seconds, in which no part of a batch is answered for good, before its parts' failures are their answers. */
const MAX_FRUITLESS_ROUNDS = 3;

const batchSchema = z.object({
  responses: z.array(
    z.object({
      id: z.string(),
      status: z.int(),
      headers: z.record(z.string(), z.coerce.string()).nullish(),
      body: z.unknown().optional(),
    }),
  ),
});

/**
 * Reads paths (query included) of one version. Answers stand in the order of `paths`, each with what Graph said of it, so that
 * what cannot be read hides nothing else. Parts that were throttled or failed for the moment are sent again; a part that goes on
 * failing, while Graph has answered all others for good, keeps its `transient`.
 *
 * A failure as a whole says nothing of any path: throttling, refused credentials, the end of the budget, no answer at all.
 */
export async function readEach(
  client: GraphClient,
  now: () => number,
  version: GraphVersion,
  paths: readonly string[],
): Promise<GraphResult<GraphResult<unknown>[]>> {
  const answers: GraphResult<unknown>[] = [];
  for (let first = 0; first < paths.length; first += MAX_BATCH_PARTS) {
    const result = await readChunk(client, now, version, paths.slice(first, first + MAX_BATCH_PARTS));
    if (result.kind !== "ok") return result;
    answers.push(...result.value);
  }
  return ok(answers);
}

/**
 * As `readEach`, for what is worth knowing in part: what is throttled until the budget forbids to wait has that for its answer, and what
 * was answered before stands. A failure of a batch as a whole is the answer to each of its paths.
 */
export async function readAsFarAsPossible(
  client: GraphClient,
  now: () => number,
  version: GraphVersion,
  paths: readonly string[],
): Promise<GraphResult<unknown>[]> {
  const answers: GraphResult<unknown>[] = [];
  for (let first = 0; first < paths.length; first += MAX_BATCH_PARTS) {
    const chunk = paths.slice(first, first + MAX_BATCH_PARTS);
    const result = await readChunk(client, now, version, chunk, "part");
    answers.push(...(result.kind === "ok" ? result.value : chunk.map(() => result)));
  }
  return answers;
}

/** As `readEach`, for what must be known as a whole: what Graph does not have is null, any other failure is the whole answer. */
export async function lookUpBatched(
  client: GraphClient,
  now: () => number,
  version: GraphVersion,
  paths: readonly string[],
): Promise<GraphResult<unknown[]>> {
  const parts = await readEach(client, now, version, paths);
  if (parts.kind !== "ok") return parts;
  const answers: unknown[] = [];
  for (const part of parts.value) {
    if (part.kind === "ok") answers.push(part.value);
    else if (part.kind === "not_found") answers.push(null);
    else return part;
  }
  return ok(answers);
}

/** `atEnd`: what the end of the budget leaves: nothing, or the part that was answered. */
async function readChunk(
  client: GraphClient,
  now: () => number,
  version: GraphVersion,
  paths: readonly string[],
  atEnd: "nothing" | "part" = "nothing",
): Promise<GraphResult<GraphResult<unknown>[]>> {
  const settled = new Map<number, GraphResult<unknown>>();
  let renewed = false;
  let fruitless = 0;
  for (;;) {
    const open = paths.map((_, index) => index).filter((index) => !settled.has(index));
    if (open.length === 0) return ok(inOrder(paths, settled));
    const requests = open.map((index) => ({ id: String(index), method: "GET", url: paths[index] ?? "" }));
    const asked = requests.map(({ url }) => url);
    const answer = await client.postBatch(client.url(version, "/$batch"), { requests }, asked);
    if (answer.kind === "not_found" || answer.kind === "rejected") return readSingly(client, version, paths);
    if (answer.kind === "too_large") return readHalves(client, now, version, paths, answer, atEnd);
    const parts = readParts(answer, open, now());
    if (parts.kind !== "ok") return atEnd === "part" && settled.size > 0 ? ok(filledUp(paths, settled, parts)) : parts;

    const before = settled.size;
    let worst: Waiting | null = null;
    let refused: GraphFailure | null = null;
    const passing = new Map<number, GraphResult<unknown>>();
    for (const [index, part] of parts.value) {
      if (part.kind === "unauthorized") refused = part;
      else if (!isRetryable(part)) settled.set(index, part);
      else {
        if (part.kind === "throttled") client.refusedPart(paths[index] ?? "", part.retryAfterSeconds);
        worst = worse(worst, part);
        passing.set(index, part);
      }
    }
    if (refused) {
      if (renewed) return refused;
      renewed = true;
      await client.renewToken();
    }
    if (settled.size > before) fruitless = 0;
    if (worst?.kind === "transient" && !refused && fruitless >= MAX_FRUITLESS_ROUNDS) {
      return ok(inOrder(paths, new Map([...settled, ...passing])));
    }
    const stop = worst ? await client.pause(worst, fruitless) : null;
    if (stop) return atEnd === "part" ? ok(filledUp(paths, new Map([...settled, ...passing]), stop)) : stop;
    fruitless += 1;
  }
}

function inOrder(paths: readonly string[], answers: ReadonlyMap<number, GraphResult<unknown>>): GraphResult<unknown>[] {
  return paths.map((_, index) => answers.get(index) ?? malformed("The batch's answer lacks a part", null));
}

function filledUp(
  paths: readonly string[],
  answers: ReadonlyMap<number, GraphResult<unknown>>,
  rest: GraphFailure,
): GraphResult<unknown>[] {
  return paths.map((_, index) => answers.get(index) ?? rest);
}

/** What is too much in one answer may be bearable in two; what is too much alone is the answer to its path. */
async function readHalves(
  client: GraphClient,
  now: () => number,
  version: GraphVersion,
  paths: readonly string[],
  tooLarge: GraphFailure,
  atEnd: "nothing" | "part",
): Promise<GraphResult<GraphResult<unknown>[]>> {
  if (paths.length <= 1) return ok(paths.map(() => tooLarge));
  const middle = Math.ceil(paths.length / 2);
  const first = await readChunk(client, now, version, paths.slice(0, middle), atEnd);
  if (first.kind !== "ok") return first;
  const second = await readChunk(client, now, version, paths.slice(middle), atEnd);
  return second.kind === "ok" ? ok([...first.value, ...second.value]) : second;
}

/** For what stands in Graph's place and offers no batches (a gateway, a proxy): Graph itself never refuses one as a whole. */
async function readSingly(
  client: GraphClient,
  version: GraphVersion,
  paths: readonly string[],
): Promise<GraphResult<GraphResult<unknown>[]>> {
  const answers: GraphResult<unknown>[] = [];
  for (const path of paths) {
    const answer = await client.get(client.url(version, path));
    if (concernsAll(answer)) return answer;
    answers.push(answer);
  }
  return ok(answers);
}

/** Whether a failure says nothing of the path that was asked for. */
function concernsAll(answer: GraphResult<unknown>): answer is GraphFailure {
  switch (answer.kind) {
    case "throttled":
    case "unauthorized":
    case "over_budget":
    case "aborted":
      return true;
    default:
      return false;
  }
}

function readParts(
  answer: GraphResult<unknown>,
  expected: readonly number[],
  now: number,
): GraphResult<Map<number, GraphResult<unknown>>> {
  if (answer.kind !== "ok") return answer;
  const parsed = batchSchema.safeParse(answer.value);
  if (!parsed.success) return malformed("The answer is not one of a batch", answer.requestId);
  const byId = new Map(parsed.data.responses.map((part) => [part.id, part]));
  const parts = new Map<number, GraphResult<unknown>>();
  for (const index of expected) {
    const part = byId.get(String(index));
    if (!part) return malformed("The batch's answer lacks a part", answer.requestId);
    const headers = new Map(Object.entries(part.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
    const header = (name: string) => headers.get(name) ?? null;
    const result = classify({ status: part.status, header, body: part.body }, now);
    parts.set(index, result.requestId === null ? { ...result, requestId: answer.requestId } : result);
  }
  return { kind: "ok", value: parts, requestId: answer.requestId };
}

type Waiting = GraphFailure & { kind: "throttled" | "transient" };

/** The failure that asks for the longer wait; being throttled outweighs a passing fault. */
function worse(a: Waiting | null, b: Waiting): Waiting {
  if (a === null) return b;
  if (a.kind !== b.kind) return a.kind === "throttled" ? a : b;
  return (b.retryAfterSeconds ?? 0) > (a.retryAfterSeconds ?? 0) ? b : a;
}

/**
 * `$batch`: up to 20 GETs in one request. The outer 200 says nothing about the parts: each has its own status, they come in
 * any order and are throttled one by one (Microsoft Graph, "Combine multiple requests in one HTTP call").
 */
import { z } from "zod";
import type { GraphClient } from "./client.ts";
import type { GraphVersion } from "../families/family.ts";
import { classify } from "./classify.ts";
import { isRetryable, malformed, type GraphFailure, type GraphResult } from "./result.ts";

export const MAX_BATCH_PARTS = 20;

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
 * Reads paths (query included) of one version. Answers stand in the order of `paths`; the first failure that waiting cannot
 * mend ends the reading and is the whole answer, for a unit is read completely or not at all. Only parts that were throttled
 * or failed for the moment are sent again.
 */
export function readBatched(
  client: GraphClient,
  now: () => number,
  version: GraphVersion,
  paths: readonly string[],
): Promise<GraphResult<unknown[]>> {
  return readAll(client, now, version, paths, "fails");
}

/** As `readBatched`, but what Graph does not have is no failure: its answer is null. */
export function lookUpBatched(
  client: GraphClient,
  now: () => number,
  version: GraphVersion,
  paths: readonly string[],
): Promise<GraphResult<unknown[]>> {
  return readAll(client, now, version, paths, "is_null");
}

/** What it means that Graph has nothing at a path. */
type WhatIsMissing = "fails" | "is_null";

async function readAll(
  client: GraphClient,
  now: () => number,
  version: GraphVersion,
  paths: readonly string[],
  missing: WhatIsMissing,
): Promise<GraphResult<unknown[]>> {
  const answers: unknown[] = [];
  for (let first = 0; first < paths.length; first += MAX_BATCH_PARTS) {
    const result = await readChunk(client, now, version, paths.slice(first, first + MAX_BATCH_PARTS), missing);
    if (result.kind !== "ok") return result;
    answers.push(...result.value);
  }
  return { kind: "ok", value: answers, requestId: null };
}

async function readChunk(
  client: GraphClient,
  now: () => number,
  version: GraphVersion,
  paths: readonly string[],
  missing: WhatIsMissing,
): Promise<GraphResult<unknown[]>> {
  const answers = new Map<number, unknown>();
  let renewed = false;
  let fruitless = 0;
  for (;;) {
    const open = paths.map((_, index) => index).filter((index) => !answers.has(index));
    if (open.length === 0) return { kind: "ok", value: paths.map((_, index) => answers.get(index)), requestId: null };
    const requests = open.map((index) => ({ id: String(index), method: "GET", url: paths[index] }));
    const answer = await client.postReading(client.url(version, "/$batch"), { requests });
    if (answer.kind === "not_found" || answer.kind === "rejected") return readSingly(client, version, paths, missing);
    const parts = readParts(answer, open, now());
    if (parts.kind !== "ok") return parts;

    const answered = answers.size;
    let worst: (GraphFailure & { kind: "throttled" | "transient" }) | null = null;
    let refused: GraphFailure | null = null;
    for (const [index, part] of parts.value) {
      if (part.kind === "ok") answers.set(index, part.value);
      else if (part.kind === "not_found" && missing === "is_null") answers.set(index, null);
      else if (part.kind === "unauthorized") refused = part;
      else if (isRetryable(part)) worst = worse(worst, part);
      else return part;
    }
    if (refused) {
      if (renewed) return refused;
      renewed = true;
      await client.renewToken();
    }
    if (answers.size > answered) fruitless = 0;
    const stop = worst ? await client.pause(worst, fruitless) : null;
    if (stop) return stop;
    fruitless += 1;
  }
}

/** For what stands in Graph's place and offers no batches (a gateway, a proxy): Graph itself never refuses one as a whole. */
async function readSingly(
  client: GraphClient,
  version: GraphVersion,
  paths: readonly string[],
  missing: WhatIsMissing,
): Promise<GraphResult<unknown[]>> {
  const answers: unknown[] = [];
  for (const path of paths) {
    const answer = await client.get(client.url(version, path));
    if (answer.kind === "not_found" && missing === "is_null") answers.push(null);
    else if (answer.kind !== "ok") return answer;
    else answers.push(answer.value);
  }
  return { kind: "ok", value: answers, requestId: null };
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

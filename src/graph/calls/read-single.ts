/** Reads what is no list: a family of one, and the objects below a policy that have a path of their own. */
import { isJsonObject, type JsonObject } from "../../policies/json-value.ts";
import type { Family } from "../families/family.ts";
import { readEach } from "./batch.ts";
import type { GraphClient } from "./client.ts";
import { malformed, NO_ANSWER, ok, type GraphFailure, type GraphResult } from "./result.ts";

/** The tenant's one object of the family. Costs one request. */
export async function readSingle(client: GraphClient, family: Family): Promise<GraphResult<JsonObject>> {
  const answer = await client.get(client.url(family.version, family.path + family.reading.listQuery));
  if (answer.kind !== "ok") return answer;
  const { requestId } = answer;
  if (!isJsonObject(answer.value)) return malformed("The answer is not an object", requestId);
  // An error in its place has a status of its own; a list would be another thing than the family is about.
  if (Array.isArray(answer.value["value"])) return malformed("The answer is a list, not one object", requestId);
  return ok(answer.value, requestId);
}

/** A policy whose parts are read; `owner` notes what went wrong with it. */
interface Whole {
  owner: { failure: GraphFailure | null };
  path: string;
  document: JsonObject;
}

/**
 * Puts the family's parts into the documents; null where a policy has none. What cannot be read is noted with its policy. Null unless the
 * reading fails as a whole. Costs a request for every 20 parts of policies.
 */
export async function mergeParts(
  client: GraphClient,
  now: () => number,
  family: Family,
  policies: readonly Whole[],
): Promise<GraphFailure | null> {
  const sound = policies.filter(({ owner }) => owner.failure === null);
  const wanted = sound.flatMap((policy) => family.reading.parts.map((part) => ({ policy, part })));
  const paths = wanted.map(({ policy, part }) => `${policy.path}/${part}`);
  const answers = await readEach(client, now, family.version, paths);
  if (answers.kind !== "ok") return answers;
  for (const [index, { policy, part }] of wanted.entries()) {
    const answer = answers.value[index] ?? NO_ANSWER;
    if (answer.kind === "not_found") policy.document[part] = null;
    else if (answer.kind !== "ok") policy.owner.failure ??= answer;
    else if (answer.value === null || isJsonObject(answer.value)) policy.document[part] = answer.value;
    else policy.owner.failure ??= malformed(`The ${part} of a policy is no object`, answer.requestId);
  }
  return null;
}

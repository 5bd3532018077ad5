/** Reads what is no list: a family of one, and the objects below a policy that have a path of their own. */
import { isJsonObject, type JsonObject } from "../../policies/json-value.ts";
import type { Family, SingleObject } from "../families/family.ts";
import { lookUpBatched } from "./batch.ts";
import type { GraphClient } from "./client.ts";
import type { PolicyDocument } from "./family-reader.ts";
import { malformed, ok, type GraphFailure, type GraphResult } from "./result.ts";

/** The tenant's one object of the family, under the id that the family gives it. Costs one request. */
export async function readSingle(
  client: GraphClient,
  family: Family,
  single: SingleObject,
): Promise<GraphResult<PolicyDocument>> {
  const answer = await client.get(client.url(family.version, family.path + family.reading.listQuery));
  if (answer.kind !== "ok") return answer;
  const { requestId } = answer;
  if (!isJsonObject(answer.value)) return malformed("The answer is not an object", requestId);
  // An error in its place has a status of its own; a list would be another thing than the family is about.
  if (Array.isArray(answer.value["value"])) return malformed("The answer is a list, not one object", requestId);
  return ok({ graphId: single.id, document: answer.value, requestId }, requestId);
}

/**
 * Puts the family's parts into the documents; null where a policy has none. Null when all went well. Costs a request for every 20
 * parts of policies.
 */
export async function mergeParts(
  client: GraphClient,
  now: () => number,
  family: Family,
  policies: readonly { path: string; document: JsonObject }[],
): Promise<GraphFailure | null> {
  const wanted = policies.flatMap(({ path, document }) =>
    family.reading.parts.map((part) => ({ path, document, part })),
  );
  const paths = wanted.map(({ path, part }) => `${path}/${part}`);
  const answers = await lookUpBatched(client, now, family.version, paths);
  if (answers.kind !== "ok") return answers;
  for (const [index, { document, part }] of wanted.entries()) {
    const answer = answers.value[index] ?? null;
    if (answer !== null && !isJsonObject(answer)) return malformed(`The ${part} of a policy is no object`, null);
    document[part] = answer;
  }
  return null;
}

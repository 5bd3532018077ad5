/** The smallest reading that tells whether a place is open: one item of a list, or the single object. */
import type { GraphVersion } from "../families/family.ts";
import { readAsFarAsPossible } from "./batch.ts";
import type { GraphClient } from "./client.ts";
import { NO_ANSWER, type GraphResult } from "./result.ts";

export interface ProbedPlace {
  version: GraphVersion;
  /** Below the version, with its leading slash, without a query. */
  path: string;
  isList: boolean;
}

/**
 * Asks each place once, in batches by version; answers stand in the order of `places`. A list that takes no `$top` (400) is asked again
 * without it. Costs a request for every 20 places of a version, and the retries that the client's budget allows.
 */
export async function probeEach(
  client: GraphClient,
  now: () => number,
  places: readonly ProbedPlace[],
): Promise<GraphResult<unknown>[]> {
  const answers = places.map((): GraphResult<unknown> => NO_ANSWER);
  const ask = async (indices: readonly number[], query: string) => {
    for (const version of ["beta", "v1.0"] as const) {
      const asked = indices.flatMap((index) => {
        const place = places[index];
        return place?.version === version ? [{ index, path: place.path + (place.isList ? query : "") }] : [];
      });
      const read = await readAsFarAsPossible(
        client,
        now,
        version,
        asked.map(({ path }) => path),
      );
      for (const [position, { index }] of asked.entries()) answers[index] = read[position] ?? NO_ANSWER;
    }
  };
  await ask([...places.keys()], "?$top=1");
  const refusesTop = [...places.keys()].filter((index) => {
    const answer = answers[index];
    return places[index]?.isList === true && answer?.kind === "rejected" && answer.status === 400;
  });
  await ask(refusesTop, "");
  return answers;
}

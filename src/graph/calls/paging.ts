/** Reading a collection page by page. `@odata.nextLink` is followed as it came, to the same origin only. */
import { z } from "zod";
import { isJsonObject, type JsonObject } from "../../policies/json-value.ts";
import type { GraphClient } from "./client.ts";
import { malformed, ok, type GraphResult } from "./result.ts";

export interface GraphPage {
  items: JsonObject[];
  /** Null after the last page. */
  nextLink: string | null;
}

const pageSchema = z.object({
  value: z.array(z.custom<JsonObject>(isJsonObject)),
  "@odata.nextLink": z.string().min(1).nullish(),
});

/** A collection's answer as a page; malformed when it is none, or its link leads elsewhere. */
export function readPage(client: GraphClient, answer: GraphResult<unknown>): GraphResult<GraphPage> {
  if (answer.kind !== "ok") return answer;
  const parsed = pageSchema.safeParse(answer.value);
  if (!parsed.success) return malformed("The answer is not a list", answer.requestId);
  const nextLink = parsed.data["@odata.nextLink"] ?? null;
  if (nextLink !== null && client.ownLink(nextLink) === null) {
    return malformed("The next page is said to be at another address", answer.requestId);
  }
  return ok({ items: parsed.data.value, nextLink }, answer.requestId);
}

/**
 * The pages from `url` on, in order. The last thing yielded is either the last page or the failure that ended the reading:
 * whoever saw only `ok` saw everything. Each page is fetched when it is asked for.
 */
export async function* readPages(client: GraphClient, url: string): AsyncGenerator<GraphResult<GraphPage>> {
  const visited = new LinkTrail();
  for (let next: string | null = url; next !== null;) {
    if (!visited.enter(next)) {
      yield malformed("The pages of the list lead in a circle", null);
      return;
    }
    const page: GraphResult<GraphPage> = readPage(client, await client.get(next));
    yield page;
    next = page.kind === "ok" ? page.value.nextLink : null;
  }
}

/** Notices a page that was already read, which would otherwise be read for ever. */
export class LinkTrail {
  readonly #visited = new Set<string>();

  /** False when the link was entered before. */
  enter(link: string): boolean {
    if (this.#visited.has(link)) return false;
    this.#visited.add(link);
    return true;
  }
}

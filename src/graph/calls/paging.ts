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

/** Items a page that are asked for, one size after the other, when an answer is more than the isolate can bear. */
const SMALLER_PAGES = [50, 10, 1] as const;

/**
 * The pages from `url` on, in order. The last thing yielded is either the last page or the failure that ended the reading:
 * a reader that saw only `ok` saw everything. Each page is fetched when it is asked for.
 *
 * A list with an answer that is too large is asked for again from its beginning, in smaller pages; items that were yielded are not
 * yielded again.
 */
export async function* readPages(client: GraphClient, url: string): AsyncGenerator<GraphResult<GraphPage>> {
  const yielded = new Set<unknown>();
  let tooLarge: GraphResult<GraphPage> | null = null;
  for (const address of [url, ...SMALLER_PAGES.map((size) => withPageSize(url, size))]) {
    const visited = new LinkTrail();
    let answer: GraphResult<GraphPage> = malformed("The list has no page", null);
    for (let next: string | null = address; next !== null;) {
      answer = visited.enter(next)
        ? readPage(client, await client.get(next))
        : malformed("The pages of the list lead in a circle", null);
      if (answer.kind !== "ok") break;
      const items = tooLarge === null ? answer.value.items : answer.value.items.filter(({ id }) => !yielded.has(id));
      for (const { id } of items) if (id !== undefined) yielded.add(id);
      yield ok({ ...answer.value, items }, answer.requestId);
      next = answer.value.nextLink;
    }
    if (answer.kind === "ok") return;
    if (answer.kind !== "too_large") {
      // Not every list takes `$top`: then its refusal tells less than what led to it.
      yield answer.kind === "rejected" && tooLarge !== null ? tooLarge : answer;
      return;
    }
    tooLarge = answer;
  }
  if (tooLarge !== null) yield tooLarge;
}

function withPageSize(url: string, size: number): string {
  return `${url}${url.includes("?") ? "&" : "?"}$top=${size}`;
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

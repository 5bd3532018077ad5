/** What stands beside policies: whole collections, and what navigations lead to. Read in batches. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../policies/json-value.ts";
import { compareCodeUnits } from "../../policies/canonical-json.ts";
import { graphIdOf } from "../policy-facts.ts";
import type { GraphVersion } from "../families/family.ts";
import { readEach } from "./batch.ts";
import type { GraphClient } from "./client.ts";
import { LinkTrail, readPage } from "./paging.ts";
import { malformed, NO_ANSWER, ok, type GraphResult } from "./result.ts";

/** Whole collections, in the order of `paths`: all first pages in batches, then all second pages, until none has a next. */
export async function readCollections(
  client: GraphClient,
  now: () => number,
  version: GraphVersion,
  paths: readonly string[],
): Promise<GraphResult<GraphResult<JsonObject[]>[]>> {
  const base = client.url(version, "");
  const lists = paths.map((): GraphResult<JsonObject[]> => ok<JsonObject[]>([]));
  const trail = new LinkTrail();
  let open = paths.map((path, index) => ({ index, path }));
  while (open.length > 0) {
    const answers = await readEach(
      client,
      now,
      version,
      open.map(({ path }) => path),
    );
    if (answers.kind !== "ok") return answers;
    const following: typeof open = [];
    for (const [position, { index }] of open.entries()) {
      const page = readPage(client, answers.value[position] ?? NO_ANSWER);
      const list = lists[index];
      if (page.kind !== "ok") {
        lists[index] = page;
        continue;
      }
      if (list?.kind === "ok") list.value.push(...page.value.items);
      const { nextLink } = page.value;
      if (nextLink === null) continue;
      if (!nextLink.startsWith(`${base}/`))
        lists[index] = malformed("The next page is said to be in another version", page.requestId);
      else if (!trail.enter(nextLink))
        lists[index] = malformed("The pages of the list lead in a circle", page.requestId);
      else following.push({ index, path: nextLink.slice(base.length) });
    }
    open = following;
  }
  return ok(lists);
}

/**
 * The ids that navigations lead to, in the order they are asked for: `{ "id": … }`, null for nothing, a list in the order of ids where
 * there may be many. Graph answers 404 or 204 where one leads to nothing.
 */
export async function readNavigations(
  client: GraphClient,
  now: () => number,
  version: GraphVersion,
  asked: readonly { path: string; isMany: boolean }[],
): Promise<GraphResult<GraphResult<JsonValue>[]>> {
  const pathsOf = (isMany: boolean) => asked.filter((each) => each.isMany === isMany).map(({ path }) => path);
  const ones = await readEach(client, now, version, pathsOf(false));
  if (ones.kind !== "ok") return ones;
  const lists = await readCollections(client, now, version, pathsOf(true));
  if (lists.kind !== "ok") return lists;
  const [nextOne, nextList] = [ones.value.values(), lists.value.values()];
  return ok(
    asked.map(({ isMany }) => {
      const answer: GraphResult<unknown> = (isMany ? nextList : nextOne).next().value ?? NO_ANSWER;
      if (answer.kind === "not_found") return ok(isMany ? [] : null, answer.requestId);
      if (answer.kind !== "ok") return answer;
      const things: unknown[] = Array.isArray(answer.value)
        ? answer.value
        : answer.value === null
          ? []
          : [answer.value];
      const ids = things.map((thing) => (isJsonObject(thing) ? graphIdOf(thing) : null));
      if (ids.includes(null)) return malformed("What a policy refers to has no id", answer.requestId);
      const references = ids.flatMap((id) => (id === null ? [] : [{ id }]));
      return ok(
        isMany ? references.toSorted((one, other) => compareCodeUnits(one.id, other.id)) : (references[0] ?? null),
      );
    }),
  );
}

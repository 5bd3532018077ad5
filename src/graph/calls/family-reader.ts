/**
 * Reads all policies of one family, or one of them, each as one whole document. A family is read completely or its reading ends
 * with a failure: nothing in between, so that what was not seen is known to be gone (F35).
 */
import { isJsonObject, type JsonObject } from "../../policies/json-value.ts";
import { readBatched } from "./batch.ts";
import type { GraphClient } from "./client.ts";
import type { ChildCollection, Family } from "../families/family.ts";
import { LinkTrail, readPage, readPages } from "./paging.ts";
import { graphIdOf, policyIdOf } from "../policy-facts.ts";
import { mergeParts, readSingle } from "./read-single.ts";
import { malformed, ok, type GraphFailure, type GraphResult } from "./result.ts";

export interface PolicyDocument {
  graphId: string;
  document: JsonObject;
  /** Graph's id of the request that told of it: its own reading where there was one, else its page of the list. */
  requestId: string | null;
}

/** Policies whose details are held in memory together. */
const POLICIES_PER_PORTION = 40;

/**
 * The family's policies in portions. As with `readPages`, the last thing yielded tells: only `ok` means all were read. An id
 * may come twice when items shift between pages while they are read; the later one counts.
 *
 * Costs one request a page and one for every 20 readings by id or sub-resource pages.
 */
export async function* readFamily(
  client: GraphClient,
  now: () => number,
  family: Family,
): AsyncGenerator<GraphResult<PolicyDocument[]>> {
  if (family.single !== null) {
    const one = await readSingle(client, family, family.single);
    yield one.kind === "ok" ? ok([one.value], one.requestId) : one;
    return;
  }
  for await (const page of readPages(client, client.url(family.version, family.path + family.reading.listQuery))) {
    if (page.kind !== "ok") {
      yield page;
      return;
    }
    const items: PolicyDocument[] = [];
    for (const document of page.value.items) {
      const graphId = policyIdOf(family, document);
      if (graphId === null) {
        yield malformed("A policy in the list has no id", page.requestId);
        return;
      }
      if (!family.reading.excludedTypes.includes(typeOf(document)))
        items.push({ graphId, document, requestId: page.requestId });
    }
    for (let first = 0; first < items.length; first += POLICIES_PER_PORTION) {
      const portion = await complete(client, now, family, items.slice(first, first + POLICIES_PER_PORTION));
      yield portion;
      if (portion.kind !== "ok") return;
    }
  }
}

/**
 * One policy afresh, as the document that `readFamily` gives of it; its request id is that of the policy's own reading.
 * `not_found` only when Graph says so of the policy itself, or when what has that id is no policy of the family (F35).
 *
 * Costs one request, one more for a typed set, and one for every 20 sub-resource pages.
 */
export async function readPolicy(
  client: GraphClient,
  now: () => number,
  family: Family,
  graphId: string,
): Promise<GraphResult<PolicyDocument>> {
  if (family.single !== null) {
    if (graphId !== family.single.id) return { kind: "not_found", requestId: null };
    return readSingle(client, family, family.single);
  }
  const { source, listQuery, byIdQuery, typedSets, excludedTypes, children } = family.reading;
  const query = source === "list" ? listQuery : source === "byId" ? byIdQuery : "";
  const path = `${family.path}/${encodeURIComponent(graphId)}`;
  const listed = readDocument(family, await client.get(client.url(family.version, path + query)), graphId);
  if (listed.kind !== "ok") return listed;
  const { requestId } = listed;
  const policy = { graphId, document: listed.value, path, requestId };
  const type = typeOf(policy.document);
  if (excludedTypes.includes(type)) return { kind: "not_found", requestId };
  if (source === "typedSet" && Object.hasOwn(typedSets, type)) {
    policy.path = pathOf(family, policy);
    const typed = readDocument(family, await client.get(client.url(family.version, policy.path + byIdQuery)), graphId);
    if (typed.kind !== "ok") return whileReading(typed);
    policy.document = { "@odata.type": type, ...typed.value };
  }
  const failure =
    (await mergeChildren(client, now, family, [policy], children)) ?? (await mergeParts(client, now, family, [policy]));
  return failure ?? ok({ graphId, document: policy.document, requestId }, requestId);
}

function readDocument(family: Family, answer: GraphResult<unknown>, graphId: string): GraphResult<JsonObject> {
  if (answer.kind !== "ok") return answer;
  if (!isJsonObject(answer.value) || policyIdOf(family, answer.value) !== graphId) {
    return malformed("A policy read by its id is not that policy", answer.requestId);
  }
  return ok(answer.value, answer.requestId);
}

/** Adds what the list leaves out. */
async function complete(
  client: GraphClient,
  now: () => number,
  family: Family,
  listed: PolicyDocument[],
): Promise<GraphResult<PolicyDocument[]>> {
  const located = listed.map((policy) => ({
    ...policy,
    path: pathOf(family, policy),
    detailed: hasDetails(family, policy.document),
  }));

  const asked = located.filter((policy) => policy.detailed);
  const details = await readBatched(
    client,
    now,
    family.version,
    asked.map((policy) => policy.path + family.reading.byIdQuery),
  );
  if (details.kind !== "ok") return whileReading(details);
  for (const [index, policy] of asked.entries()) {
    const detail = readDocument(family, ok(details.value[index], details.requestId), policy.graphId);
    if (detail.kind !== "ok") return detail;
    const type = policy.document["@odata.type"];
    // A typed set does not repeat the type that the mixed list told.
    policy.document = type === undefined ? detail.value : { "@odata.type": type, ...detail.value };
    policy.requestId = details.requestId;
  }

  const failure =
    (await mergeChildren(client, now, family, located, family.reading.children)) ??
    (await mergeParts(client, now, family, located));
  return failure ?? ok(located.map(({ graphId, document, requestId }) => ({ graphId, document, requestId })));
}

/** Reads the collections of all parents and puts them into their documents. Null when all went well. */
async function mergeChildren(
  client: GraphClient,
  now: () => number,
  family: Family,
  parents: readonly { path: string; document: JsonObject }[],
  collections: readonly ChildCollection[],
): Promise<GraphFailure | null> {
  const wanted = parents.flatMap((parent) => collections.map((collection) => ({ parent, collection })));
  const paths = wanted.map(({ parent, collection }) => parent.path + collection.path + collection.query);
  const lists = await readCollections(client, now, family, paths);
  if (lists.kind !== "ok") return whileReading(lists);

  const below = new Map<ChildCollection, { path: string; document: JsonObject }[]>();
  for (const [index, { parent, collection }] of wanted.entries()) {
    const items = lists.value[index] ?? [];
    parent.document[collection.property] = items;
    if (collection.children.length === 0) continue;
    for (const document of items) {
      const id = graphIdOf(document);
      if (id === null) return malformed(`An entry of ${collection.property} has no id`, lists.requestId);
      const siblings = below.get(collection) ?? [];
      siblings.push({ path: `${parent.path}${collection.path}/${encodeURIComponent(id)}`, document });
      below.set(collection, siblings);
    }
  }
  for (const [collection, children] of below) {
    const failure = await mergeChildren(client, now, family, children, collection.children);
    if (failure) return failure;
  }
  return null;
}

/** Whole collections, in the order of `paths`: all first pages in batches, then all second pages, until none has a next. */
async function readCollections(
  client: GraphClient,
  now: () => number,
  family: Family,
  paths: readonly string[],
): Promise<GraphResult<JsonObject[][]>> {
  const base = client.url(family.version, "");
  const lists = paths.map((): JsonObject[] => []);
  const trail = new LinkTrail();
  let open = paths.map((path, index) => ({ index, path }));
  while (open.length > 0) {
    const answers = await readBatched(
      client,
      now,
      family.version,
      open.map(({ path }) => path),
    );
    if (answers.kind !== "ok") return answers;
    const following: typeof open = [];
    for (const [position, { index }] of open.entries()) {
      const page = readPage(client, ok(answers.value[position], answers.requestId));
      if (page.kind !== "ok") return page;
      lists[index]?.push(...page.value.items);
      const { nextLink } = page.value;
      if (nextLink === null) continue;
      if (!nextLink.startsWith(`${base}/`))
        return malformed("The next page is said to be in another version", page.requestId);
      if (!trail.enter(nextLink)) return malformed("The pages of the list lead in a circle", page.requestId);
      following.push({ index, path: nextLink.slice(base.length) });
    }
    open = following;
  }
  return ok(lists);
}

/**
 * A policy that was there a moment ago and is not found now was deleted meanwhile, or Graph contradicts itself. Either way this
 * reading is not of one state; the next one will be.
 */
function whileReading(failure: GraphFailure): GraphFailure {
  if (failure.kind !== "not_found") return failure;
  const detail = "A policy disappeared while its family was read";
  return { kind: "transient", detail, retryAfterSeconds: null, requestId: failure.requestId };
}

function hasDetails(family: Family, document: JsonObject): boolean {
  switch (family.reading.source) {
    case "list":
      return false;
    case "byId":
      return true;
    case "typedSet":
      return Object.hasOwn(family.reading.typedSets, typeOf(document));
  }
}

function pathOf(family: Family, policy: PolicyDocument): string {
  const collection = family.reading.typedSets[typeOf(policy.document)] ?? family.path;
  return `${collection}/${encodeURIComponent(policy.graphId)}`;
}

function typeOf(document: JsonObject): string {
  const type = document["@odata.type"];
  return typeof type === "string" ? type : "";
}

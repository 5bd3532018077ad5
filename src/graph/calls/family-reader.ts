/**
 * Reads all policies of one family, or one of them, each as one whole document. The list is read to its end or the reading fails,
 * so that what was not listed is known to be gone; what is listed and cannot be read is named (F35).
 */
import { documentFault } from "../../policies/document-fault.ts";
import { isJsonObject, type JsonObject } from "../../policies/json-value.ts";
import { readEach } from "./batch.ts";
import type { GraphClient } from "./client.ts";
import { type ChildCollection, type Family, listPath } from "../families/family.ts";
import { readCollections, readNavigations } from "./related.ts";
import { readPages } from "./paging.ts";
import { graphIdOf, policyFacts, policyIdOf } from "../policy-facts.ts";
import { mergeParts, readSingle } from "./read-single.ts";
import { malformed, NO_ANSWER, ok, type GraphFailure, type GraphResult } from "./result.ts";

export interface PolicyDocument {
  graphId: string;
  document: JsonObject;
  /** Graph's id of the request that told of it: its own reading where there was one, else its page of the list. */
  requestId: string | null;
}

/** Policies whose details are held in memory together. */
const POLICIES_PER_PORTION = 40;

/** A policy that the list tells of and that cannot be read whole. It is there: it must not be taken for removed (F35). */
export interface UnreadablePolicy {
  graphId: string;
  name: string;
  /** As the list has it: its type and times, but not all of its content. */
  listed: JsonObject;
  failure: GraphFailure;
}

export interface FamilyPortion {
  policies: PolicyDocument[];
  unreadable: UnreadablePolicy[];
}

/**
 * The family's policies in portions, those included that cannot be read: one of them hides nothing of the others. As with
 * `readPages`, the last thing yielded tells: only `ok` means that the list was read to its end. An id may come twice when items
 * shift between pages while they are read; the later one counts.
 *
 * Costs one request a page and one for every 20 readings by id or sub-resource pages.
 */
export async function* readFamily(
  client: GraphClient,
  now: () => number,
  family: Family,
): AsyncGenerator<GraphResult<FamilyPortion>> {
  if (family.single !== null) {
    const one = await readPolicy(client, now, family, family.single.id);
    yield one.kind === "ok" ? ok({ policies: [one.value], unreadable: [] }, one.requestId) : one;
    return;
  }
  let anyRead = false;
  for await (const page of readPages(client, client.url(family.version, listPath(family)))) {
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
      if (!isExcluded(family, document)) items.push({ graphId, document, requestId: page.requestId });
    }
    for (let first = 0; first < items.length; first += POLICIES_PER_PORTION) {
      const portion = await complete(client, now, family, items.slice(first, first + POLICIES_PER_PORTION));
      if (portion.kind !== "ok") {
        yield portion;
        return;
      }
      anyRead ||= portion.value.policies.length > 0;
      const failure = anyRead ? null : commonFailure(portion.value.unreadable);
      yield failure ?? portion;
      if (failure !== null) return;
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
    const one = await readSingle(client, family);
    if (one.kind !== "ok") return one;
    const { value: document, requestId } = one;
    return faultOf(document, requestId) ?? ok({ graphId, document, requestId }, requestId);
  }
  const { source, listQuery, byIdQuery, typedSets, children } = family.reading;
  const query = source === "list" ? listQuery : source === "byId" ? byIdQuery : "";
  const segment = addressSegment(graphId);
  if (segment === null) return malformed(UNADDRESSABLE, null);
  const path = `${family.path}/${segment}`;
  const listed = readDocument(family, await client.get(client.url(family.version, path + query)), graphId);
  if (listed.kind !== "ok") return listed;
  const { requestId } = listed;
  const owner: Pending = {
    graphId,
    document: listed.value,
    requestId,
    listed: listed.value,
    failure: null,
  };
  const policy: Parent = { owner, path, document: listed.value };
  const type = typeOf(policy.document);
  if (isExcluded(family, policy.document)) return { kind: "not_found", requestId };
  if (source === "typedSet" && Object.hasOwn(typedSets, type)) {
    policy.path = pathOf(family, owner) ?? path;
    const typed = readDocument(family, await client.get(client.url(family.version, policy.path + byIdQuery)), graphId);
    if (typed.kind !== "ok") return ofPart(typed);
    policy.document = { "@odata.type": type, ...typed.value };
  }
  const failure =
    (await mergeChildren(client, now, family, [policy], children)) ??
    (await mergeNavigations(client, now, family, [policy])) ??
    (await mergeParts(client, now, family, [policy])) ??
    owner.failure;
  if (failure !== null) return ofPart(failure);
  return faultOf(policy.document, requestId) ?? ok({ graphId, document: policy.document, requestId }, requestId);
}

function readDocument(family: Family, answer: GraphResult<unknown>, graphId: string): GraphResult<JsonObject> {
  if (answer.kind !== "ok") return answer;
  if (!isJsonObject(answer.value) || policyIdOf(family, answer.value) !== graphId) {
    return malformed("A policy read by its id is not that policy", answer.requestId);
  }
  return ok(answer.value, answer.requestId);
}

/** A policy of the list on its way to being whole. */
interface Pending extends PolicyDocument {
  listed: JsonObject;
  /** Null while nothing has gone wrong; the first failure stands. */
  failure: GraphFailure | null;
}

/** A document with collections below it: a policy's own, or one of its children's. */
interface Parent {
  owner: Pending;
  path: string;
  document: JsonObject;
}

/** Adds what the list leaves out. Fails as a whole only where the failure says nothing of any policy. */
async function complete(
  client: GraphClient,
  now: () => number,
  family: Family,
  listed: PolicyDocument[],
): Promise<GraphResult<FamilyPortion>> {
  const pending = listed.map((policy): Pending => ({
    ...policy,
    listed: policy.document,
    failure: null,
  }));
  const parents: Parent[] = [];
  for (const owner of pending) {
    const path = pathOf(family, owner);
    if (path === null && needsAddress(family, owner.document))
      owner.failure = malformed(UNADDRESSABLE, owner.requestId);
    else parents.push({ owner, path: path ?? "", document: owner.document });
  }

  const asked = parents.filter(({ document }) => hasDetails(family, document));
  const details = await readEach(
    client,
    now,
    family.version,
    asked.map(({ path }) => path + family.reading.byIdQuery),
  );
  if (details.kind !== "ok") return details;
  for (const [index, parent] of asked.entries()) {
    const { owner } = parent;
    const detail = readDocument(family, details.value[index] ?? NO_ANSWER, owner.graphId);
    if (detail.kind !== "ok") {
      owner.failure = detail;
      continue;
    }
    const type = owner.document["@odata.type"];
    // A typed set does not repeat the type that the mixed list told.
    parent.document = type === undefined ? detail.value : { "@odata.type": type, ...detail.value };
    owner.document = parent.document;
    owner.requestId = detail.requestId;
  }

  const failure =
    (await mergeChildren(client, now, family, parents, family.reading.children)) ??
    (await mergeNavigations(client, now, family, parents)) ??
    (await mergeParts(client, now, family, parents));
  if (failure !== null) return failure;
  const portion: FamilyPortion = { policies: [], unreadable: [] };
  for (const { graphId, document, requestId, listed: inList, failure: ownFailure } of pending) {
    const problem = ownFailure ?? faultOf(document, requestId);
    if (problem === null) portion.policies.push({ graphId, document, requestId });
    else portion.unreadable.push({ graphId, name: nameOf(family, graphId, inList), listed: inList, failure: problem });
  }
  return ok(portion);
}

const UNADDRESSABLE = "Its id cannot be part of an address";

/** What forbids to take a document in although Graph told it; null when nothing does. */
function faultOf(document: JsonObject, requestId: string | null): GraphFailure | null {
  const fault = documentFault(document);
  return fault === null ? null : malformed(fault, requestId);
}

/** As people know it, from the list; always well-formed text, as its id may not be. */
function nameOf(family: Family, graphId: string, listed: JsonObject): string {
  return policyFacts(family, graphId, listed).name.toWellFormed();
}

/**
 * Reads the collections of all parents and puts them into their documents; what cannot be read is noted with the policy that it
 * belongs to. Null unless the reading fails as a whole.
 */
async function mergeChildren(
  client: GraphClient,
  now: () => number,
  family: Family,
  parents: readonly Parent[],
  collections: readonly ChildCollection[],
): Promise<GraphFailure | null> {
  const sound = parents.filter(({ owner }) => owner.failure === null);
  const wanted = sound.flatMap((parent) => collections.map((collection) => ({ parent, collection })));
  const paths = wanted.map(({ parent, collection }) => parent.path + collection.path + collection.query);
  const lists = await readCollections(client, now, family.version, paths);
  if (lists.kind !== "ok") return lists;

  const below = new Map<ChildCollection, Parent[]>();
  for (const [index, { parent, collection }] of wanted.entries()) {
    const list = lists.value[index] ?? ok<JsonObject[]>([]);
    if (list.kind !== "ok") {
      parent.owner.failure ??= list;
      continue;
    }
    parent.document[collection.property] = list.value;
    if (collection.children.length === 0) continue;
    for (const document of list.value) {
      const id = graphIdOf(document);
      const segment = id === null ? null : addressSegment(id);
      if (segment === null) {
        parent.owner.failure ??= malformed(`An entry of ${collection.property} has no id`, list.requestId);
        continue;
      }
      const siblings = below.get(collection) ?? [];
      siblings.push({ owner: parent.owner, path: `${parent.path}${collection.path}/${segment}`, document });
      below.set(collection, siblings);
    }
  }
  for (const [collection, children] of below) {
    const failure = await mergeChildren(client, now, family, children, collection.children);
    if (failure) return failure;
  }
  return null;
}

/**
 * Asks each policy for what it refers to, and puts the ids into its document: `{ "id": … }` or null, or a list. Null unless the
 * reading fails as a whole.
 */
async function mergeNavigations(
  client: GraphClient,
  now: () => number,
  family: Family,
  parents: readonly Parent[],
): Promise<GraphFailure | null> {
  const wanted = parents.flatMap((parent) =>
    parent.owner.failure === null
      ? family.reading.navigations(parent.document).map((navigation) => ({ parent, navigation }))
      : [],
  );
  const told = await readNavigations(
    client,
    now,
    family.version,
    wanted.map(({ parent, navigation }) => ({
      path: `${parent.path}/${typeOf(parent.document).replace(/^#/, "")}/${navigation.name}`,
      isMany: navigation.isMany,
    })),
  );
  if (told.kind !== "ok") return told;
  for (const [index, { parent, navigation }] of wanted.entries()) {
    const answer = told.value[index] ?? NO_ANSWER;
    if (answer.kind === "ok") parent.document[navigation.name] = answer.value;
    else parent.owner.failure ??= answer;
  }
  return null;
}

/** What the failure of a part says of its policy, which Graph has just told of. */
function ofPart(failure: GraphFailure): GraphFailure {
  if (failure.kind !== "not_found") return failure;
  const detail = "Microsoft Graph tells of the policy, and does not find a part of it (404)";
  return { kind: "transient", detail, retryAfterSeconds: null, lacksPart: true, requestId: failure.requestId };
}

/** Graph contradicts itself, or the policy was deleted meanwhile: this reading is not of one state, the next one will be. */
const DISAPPEARED = "A policy disappeared while its family was read";

function whileReading(failure: GraphFailure): GraphFailure {
  if (failure.kind !== "not_found") return failure;
  return { kind: "transient", detail: DISAPPEARED, retryAfterSeconds: null, requestId: failure.requestId };
}

/**
 * The failure of several policies that all fail alike, with none that was read: then it is the family that cannot be read (a
 * permission, an outage), not each of them. Null otherwise.
 */
function commonFailure(unreadable: readonly UnreadablePolicy[]): GraphFailure | null {
  const [first] = unreadable;
  if (
    first === undefined ||
    unreadable.length < 2 ||
    unreadable.some(({ failure }) => failure.kind !== first.failure.kind)
  )
    return null;
  return whileReading(first.failure);
}

function needsAddress(family: Family, document: JsonObject): boolean {
  const { children, parts, navigations } = family.reading;
  return hasDetails(family, document) || children.length > 0 || parts.length > 0 || navigations(document).length > 0;
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

/** Null when the policy's id cannot stand in an address. */
function pathOf(family: Family, policy: PolicyDocument): string | null {
  const collection = family.reading.typedSets[typeOf(policy.document)] ?? family.path;
  const segment = addressSegment(policy.graphId);
  return segment === null ? null : `${collection}/${segment}`;
}

/** Null for text that is not Unicode, and for the names that a URL takes for steps in a path. */
function addressSegment(id: string): string | null {
  return id === "." || id === ".." || !id.isWellFormed() ? null : encodeURIComponent(id);
}

/** Whether the list mixes in what is no policy of the family: another family's, or what Microsoft gives to all tenants. */
function isExcluded({ reading }: Family, document: JsonObject): boolean {
  return reading.excludedTypes.includes(typeOf(document)) || reading.isForeign(document);
}

function typeOf(document: JsonObject): string {
  const type = document["@odata.type"];
  return typeof type === "string" ? type : "";
}

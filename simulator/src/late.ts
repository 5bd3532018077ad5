/**
 * Graph tells what was just made some moments late: a reading of it, an action on it and a reference to it find nothing at first. Here
 * a setting says how many requests meet a new policy like that (`lateAnswers`), so that no test waits for a clock.
 */
import { z } from "zod";
import type { Settings } from "./settings.ts";
import { familyOf } from "./families.ts";
import { badRequest, type GraphRequest, notFound } from "./graph-reply.ts";
import { isDoc, readBody, text } from "./json.ts";
import type { Target } from "./router.ts";
import type { Store } from "./store.ts";

const KEY = "late";
/** How many requests do not see it yet, by family and id. */
const countsSchema = z.record(z.string(), z.int().min(1));
type Counts = z.infer<typeof countsSchema>;

function countsOf(store: Store): Counts {
  const stored = store.readSetting(KEY);
  return stored === null ? {} : countsSchema.parse(JSON.parse(stored));
}

function keyOf(family: string, id: string): string {
  return `${family}/${id}`;
}

/** A new policy will be late. */
export function beLate(store: Store, settings: Settings, family: string, id: string): void {
  if (settings.lateAnswers > 0) put(store, { ...countsOf(store), [keyOf(family, id)]: settings.lateAnswers });
}

function put(store: Store, counts: Counts): void {
  store.writeSetting(KEY, JSON.stringify(counts));
}

/** Whether this request does not see the policy yet. */
function takeLateAnswer(store: Store, family: string, id: string): boolean {
  const { [keyOf(family, id)]: left = 0, ...others } = countsOf(store);
  if (left === 0) return false;
  put(store, left === 1 ? others : { ...others, [keyOf(family, id)]: left - 1 });
  return true;
}

/** Ids of the family that this list does not show yet. */
export function takeUnlisted(store: Store, family: string): ReadonlySet<string> {
  const late = Object.keys(countsOf(store)).filter((key) => key.startsWith(`${family}/`));
  const ids = late.map((key) => key.slice(family.length + 1));
  return new Set(ids.filter((id) => takeLateAnswer(store, family, id)));
}

/** @throws GraphError what Graph says of a policy that it does not tell yet */
export function refuseLate(store: Store, target: Target, request: GraphRequest): void {
  if (target.kind !== "family") return;
  const [id] = target.segments;
  if (id !== undefined && takeLateAnswer(store, target.family.key, id)) throw notFound(id);
  if (target.family.key !== "conditionalAccess" || request.method === "GET") return;
  const conditions = readBody(request.body)?.["conditions"];
  const locations = isDoc(conditions) && isDoc(conditions["locations"]) ? conditions["locations"] : {};
  for (const named of Object.values(locations).flat()) {
    const location = text(named) ?? "";
    if (takeLateAnswer(store, familyOf("namedLocations").key, location))
      throw badRequest(`1040: NamedLocation with id ${location} does not exist in the directory.`);
  }
}

/** Winget apps are published by the service, some moments after they were made: this reading sees it done or not yet. */
export function publishMeanwhile(store: Store, target: Target): void {
  const [id, part] = target.segments;
  if (target.kind !== "family" || target.family.key !== "apps" || id === undefined || part !== undefined) return;
  const policy = store.readPolicy(target.family, id);
  if (policy?.doc["publishingState"] !== "processing") return;
  if (!takeLateAnswer(store, PUBLISHING, id))
    store.putPolicy(target.family, id, { doc: { ...policy.doc, publishingState: "published" }, parts: {} });
}

const PUBLISHING = "publishing";

export function bePublishing(store: Store, id: string): void {
  put(store, { ...countsOf(store), [keyOf(PUBLISHING, id)]: 1 });
}

/**
 * Finds the policy that a POST made whose answer was lost. Asked before anything is created again; answers only with policies
 * that, as far as Graph can tell, nobody else made (decisions/040-writes-to-graph-are-journalled.md).
 */
import type { JsonObject } from "../../../policies/json-value.ts";
import type { GraphClient } from "../client.ts";
import { eventsPath, logOf, typeDemanded } from "../../change-log/logs.ts";
import { readEvent, type RecordedChange } from "../../change-log/read-event.ts";
import { familyOf, type FamilyKey } from "../../families.ts";
import { type Family, listPath } from "../../families/family.ts";
import { readPolicy } from "../family-reader.ts";
import { readPages } from "../paging.ts";
import { policyIdOf } from "../../policy-facts.ts";
import { ok, type GraphResult } from "../result.ts";
import { compareForRestore } from "../../restore/differences.ts";
import { withoutOmaValues } from "../../restore/entries.ts";
import { meaningRules } from "../../policy-meaning.ts";
import { normalForm } from "../../../policies/policy-normal-form.ts";
import { isEmptyValue, textOf } from "../../restore/document-members.ts";

/** Clocks differ: a policy may seem to be made a little before it was asked for. */
const CLOCK_SKEW_MS = 300_000;
/** More is not read of an audit log: what is beyond counts as not named. */
const PAGES_OF_LOG = 20;

/** Ids of all policies of exactly this name and type. Reads the family's list, or asks for the name where Graph answers that. */
export async function namesakes(
  client: GraphClient,
  key: FamilyKey,
  name: string,
  type: string | null,
): Promise<GraphResult<string[]>> {
  const family = familyOf(key);
  const url = client.url(family.version, family.path);
  if (family.restore.findsByName) {
    const quoted = encodeURIComponent(`${family.meaning.nameProperty} eq '${name.replaceAll("'", "''")}'`);
    const found = await listed(client, `${url}?$filter=${quoted}`);
    // A name that the filter cannot say is looked for in the list.
    if (found.kind !== "rejected") return found.kind === "ok" ? ok(matching(found.value)) : found;
  }
  const all = await listed(client, client.url(family.version, listPath(family)));
  return all.kind === "ok" ? ok(matching(all.value)) : all;

  function matching(items: readonly JsonObject[]): string[] {
    return items
      .filter((item) => item[family.meaning.nameProperty] === name && isOfType(item, type))
      .map((item) => policyIdOf(family, item))
      .filter((id) => id !== null);
  }
}

export interface Lost {
  key: FamilyKey;
  /** What was sent, gaps filled. */
  body: JsonObject;
  existedBefore: readonly string[];
  startedAt: number;
}

/**
 * Policies that may be what the lost POST made: of its name and type, not there before, made since, holding what was sent
 * and nothing that only later steps would add, and not made by a person. Oldest first where Graph tells.
 */
export async function createdBy(client: GraphClient, now: () => number, lost: Lost): Promise<GraphResult<string[]>> {
  const family = familyOf(lost.key);
  const name = textOf(lost.body[family.meaning.nameProperty]) ?? "";
  const named = await namesakes(client, lost.key, name, textOf(lost.body["@odata.type"]));
  if (named.kind !== "ok") return named;
  const candidates: Candidate[] = [];
  for (const id of named.value) {
    if (lost.existedBefore.includes(id)) continue;
    const policy = await readPolicy(client, now, family, id);
    if (policy.kind === "not_found") continue;
    if (policy.kind !== "ok") return policy;
    const createdAt = Date.parse(textOf(policy.value.document["createdDateTime"]) ?? "");
    const earliest = createdAt || lost.startedAt;
    if (earliest < lost.startedAt - CLOCK_SKEW_MS) continue;
    if (holdsJustThat(lost.key, lost.body, policy.value.document))
      candidates.push({ id, earliest, latest: createdAt || now() });
  }
  if (candidates.length === 0) return ok([]);
  const byPeople = await madeByPeople(client, family, candidates);
  if (byPeople.kind !== "ok") return byPeople;
  const ours = candidates.filter(({ id }) => !byPeople.value.has(id));
  return ok(ours.toSorted((a, b) => a.earliest - b.earliest).map(({ id }) => id));
}

/** What may be ours, and between which times it was created; equal where Graph tells the time. Milliseconds since the epoch. */
interface Candidate {
  id: string;
  earliest: number;
  latest: number;
}

function holdsJustThat(key: FamilyKey, body: JsonObject, document: JsonObject): boolean {
  const present = normalForm(meaningRules(key), document);
  const later = [...familyOf(key).restore.apart, "assignments"];
  if (later.some((name) => Array.isArray(present[name]) && !isEmptyValue(present[name]))) return false;
  return compareForRestore(key, withoutOmaValues(body), document, { assignments: false }).changes.length === 0;
}

/**
 * Which of the candidates people have created, by the audit log of their family, around the time when they were created. The log lags by
 * minutes and needs a permission of its own: what it names is certainly not ours, what it does not name may be.
 */
async function madeByPeople(
  client: GraphClient,
  family: Family,
  candidates: readonly Candidate[],
): Promise<GraphResult<ReadonlySet<string>>> {
  const log = logOf(family);
  const from = Math.min(...candidates.map(({ earliest }) => earliest)) - CLOCK_SKEW_MS;
  const until = Math.max(...candidates.map(({ latest }) => latest)) + CLOCK_SKEW_MS;
  const path = eventsPath(log, from, until);
  const made = new Set<string>();
  let pages = 0;
  for await (const page of readPages(client, client.url("beta", path))) {
    if (page.kind === "permission_missing" || page.kind === "not_found" || page.kind === "rejected") break;
    if (page.kind !== "ok") return page;
    for (const event of page.value.items.flatMap((item) => readEvent(log, item))) {
      if (event.operation !== "create" || event.actorKind !== "user") continue;
      const found = candidates.find(({ id }) => isAbout(event, family, id));
      if (found !== undefined) made.add(found.id);
    }
    if ((pages += 1) === PAGES_OF_LOG) break;
  }
  return ok(made);
}

function isAbout({ resourceId, resourceType }: RecordedChange, family: Family, graphId: string): boolean {
  return (
    resourceId === graphId.toLowerCase() && resourceType.toLowerCase().includes(typeDemanded(family, graphId) ?? "")
  );
}

async function listed(client: GraphClient, url: string): Promise<GraphResult<JsonObject[]>> {
  const items: JsonObject[] = [];
  for await (const page of readPages(client, url)) {
    if (page.kind !== "ok") return page;
    items.push(...page.value.items);
  }
  return ok(items);
}

/** Families of one type do not repeat it on each policy. */
function isOfType(item: JsonObject, type: string | null): boolean {
  const own = textOf(item["@odata.type"]);
  return type === null || own === null || own === type;
}

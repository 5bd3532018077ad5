/**
 * Finds the policy that a POST made whose answer was lost. Asked before anything is created again; answers only with policies
 * that, as far as Graph can tell, nobody else made (decisions/040-writes-to-graph-are-journalled.md).
 */
import { z } from "zod";
import type { JsonObject } from "../../../policies/json-value.ts";
import type { GraphClient } from "../client.ts";
import { familyOf, type FamilyKey } from "../../families.ts";
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
  const all = await listed(client, url);
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
  const candidates: { id: string; createdAt: number }[] = [];
  for (const id of named.value) {
    if (lost.existedBefore.includes(id)) continue;
    const policy = await readPolicy(client, now, family, id);
    if (policy.kind === "not_found") continue;
    if (policy.kind !== "ok") return policy;
    const createdAt = Date.parse(textOf(policy.value.document["createdDateTime"]) ?? "");
    if (createdAt < lost.startedAt - CLOCK_SKEW_MS) continue;
    if (holdsJustThat(lost.key, lost.body, policy.value.document)) candidates.push({ id, createdAt: createdAt || 0 });
  }
  if (candidates.length === 0) return ok([]);
  const byPeople = await madeByPeople(client, lost.startedAt - CLOCK_SKEW_MS);
  if (byPeople.kind !== "ok") return byPeople;
  const ours = candidates.filter(({ id }) => !byPeople.value.has(id));
  return ok(ours.toSorted((a, b) => a.createdAt - b.createdAt).map(({ id }) => id));
}

function holdsJustThat(key: FamilyKey, body: JsonObject, document: JsonObject): boolean {
  const present = normalForm(meaningRules(key), document);
  const later = [...familyOf(key).restore.apart, "assignments"];
  if (later.some((name) => Array.isArray(present[name]) && !isEmptyValue(present[name]))) return false;
  return compareForRestore(key, withoutOmaValues(body), document, { assignments: false }).changes.length === 0;
}

const auditEventSchema = z.object({
  activityOperationType: z.string().nullish(),
  actor: z.object({ userPrincipalName: z.string().nullish() }).nullish(),
  resources: z.array(z.object({ resourceId: z.string().nullish() })).nullish(),
});

/**
 * Ids of what people have created in Intune since then, by its audit log. It lags by minutes and needs a permission of its
 * own: what it names is certainly not ours, what it does not name may be.
 */
async function madeByPeople(client: GraphClient, since: number): Promise<GraphResult<ReadonlySet<string>>> {
  const filter = encodeURIComponent(`activityDateTime ge ${new Date(since).toISOString()}`);
  const events = await listed(client, client.url("v1.0", `/deviceManagement/auditEvents?$filter=${filter}`));
  if (events.kind === "permission_missing" || events.kind === "not_found" || events.kind === "rejected")
    return ok(new Set());
  if (events.kind !== "ok") return events;
  const ids = events.value.flatMap((event) => {
    const parsed = auditEventSchema.safeParse(event);
    if (!parsed.success || !parsed.data.actor?.userPrincipalName) return [];
    if (parsed.data.activityOperationType !== "Create") return [];
    return (parsed.data.resources ?? []).map(({ resourceId }) => resourceId);
  });
  return ok(new Set(ids.filter((id) => typeof id === "string")));
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

/** What every write obeys, whether it is plain or an action: its body, its date, and what the service keeps for itself. */
import { callingApplication, recordChange } from "./audit.ts";
import type { Context } from "./context.ts";
import { bareType, type Family } from "./family.ts";
import { badRequest, GraphError } from "./graph-reply.ts";
import { modifiedProperty } from "./intake.ts";
import { type Doc, readBody, text } from "./json.ts";
import type { Target } from "./router.ts";
import { propertyOf } from "./schema/schema.ts";
import type { Policy } from "./store.ts";

export type FamilyTarget = Extract<Target, { kind: "family" }>;

export function bodyOf(context: Context): Doc {
  const body = readBody(context.request.body);
  if (body === null) throw badRequest("The request body must be a JSON object.");
  return body;
}

/** Every write moves the date, and the version where the family has one. */
export function touch(family: Family, doc: Doc, now: number): void {
  const type = bareType(text(doc["@odata.type"]) ?? family.types[0] ?? "");
  const modified = modifiedProperty(type);
  if (modified !== null) {
    const before = Date.parse(text(doc[modified]) ?? "") || 0;
    // Two writes within a millisecond still have two dates.
    doc[modified] = new Date(Math.max(now, before + 1)).toISOString();
  }
  const version = propertyOf("beta", type, "version");
  if (version === null) return;
  const next = (Number(doc["version"]) || 0) + 1;
  doc["version"] = version.type === "s" ? String(next) : next;
}

/** @throws GraphError when the policy is one of those that the service brought */
export function refuseBuiltIn(
  family: Family,
  id: string,
  policy: Policy,
  verb: "updated" | "deleted" | "assigned",
): void {
  const { doc } = policy;
  if (family.key === "roles" && doc["isBuiltIn"] === true)
    throw badRequest(`The built-in role definition '${id}' cannot be ${verb}.`);
  if (family.key === "authStrengths" && doc["policyType"] === "builtIn")
    throw new GraphError(403, "Forbidden", `The built-in authentication strength '${id}' cannot be ${verb}.`);
  if (family.key === "remediations" && doc["isGlobalScript"] === true && verb !== "assigned")
    throw badRequest(`The global script '${id}' cannot be ${verb}.`);
  if (family.key === "scopeTags" && id === "0" && verb === "deleted")
    throw badRequest("The default scope tag '0' cannot be deleted.");
  if (family.key === "branding" && doc["isDefaultProfile"] === true && verb !== "updated")
    throw badRequest(`The default branding profile '${id}' cannot be ${verb}.`);
  if (family.key === "enrollment" && doc["priority"] === 0 && verb !== "updated")
    throw badRequest(`The default enrollment configuration '${id}' (priority 0) cannot be ${verb}: PATCH it.`);
}

/** Keeps what an action has changed, with the parts that it replaced, and tells the audit log. */
export function keepChanged(
  context: Context,
  family: Family,
  id: string,
  policy: Policy,
  verb: string,
  parts: Policy["parts"] = {},
): void {
  touch(family, policy.doc, context.now);
  context.store.putPolicy(family, id, { doc: policy.doc, parts });
  recordChange(context.store, {
    operation: "Action",
    verb,
    family,
    id,
    name: policy.doc[family.nameProperty],
    now: context.now,
    actor: callingApplication(context.request.headers),
  });
}

/** How a stored policy looks in an answer: what `$expand` adds, what `$select` keeps, what a typed or base set shows. */
import { MANAGED_APP_POLICY_PROPERTIES } from "./families.ts";
import { bareType, type Family, type GraphVersion } from "./family.ts";
import { badRequest } from "./graph-reply.ts";
import { type Doc, docList, isDoc, text } from "./json.ts";
import type { Expansion, Query } from "./odata/query.ts";
import { betaOnlyPart, shownIn } from "./schema/model-view.ts";
import { isInVersion } from "./schema/schema.ts";
import { withoutKeys } from "./secrets.ts";
import type { Store } from "./store.ts";

/** Members of a sub-resource that only a nested `$expand`, or a path of their own, answers. */
const NESTED: Record<string, readonly string[]> = {
  scheduledActionsForRule: ["scheduledActionConfigurations"],
  definitionValues: ["definition", "presentationValues"],
  presentationValues: ["presentation"],
  files: ["fileData"],
};

export function presentPart(name: string, item: Doc, expand: readonly string[]): Doc {
  const hidden = NESTED[name] ?? [];
  for (const property of expand) {
    if (!hidden.includes(property) || property === "fileData") throw unknownProperty(property, name);
  }
  return Object.fromEntries(
    Object.entries(item)
      .filter(([key]) => !hidden.includes(key) || expand.includes(key))
      .map(([key, value]) => {
        if (key !== "presentationValues") return [key, value];
        return [key, (docList(value) ?? []).map((presentation) => presentPart(key, presentation, []))];
      }),
  );
}

export function checkExpand(family: Family, expand: readonly Expansion[]): void {
  for (const { property } of expand) {
    if (!family.expand.includes(property)) throw unknownProperty(property, family.types[0] ?? family.key);
  }
}

export function unknownProperty(property: string, type: string): Error {
  return badRequest(
    `Parsing OData Select and Expand failed: Could not find a property named '${property}' on type 'microsoft.graph.${type}'.`,
  );
}

export interface View {
  version: GraphVersion;
  family: Family;
  /** `managedAppPolicies` itself, which shows base properties only. */
  base: boolean;
  query: Query;
  store: Store;
}

export function presentPolicy(view: View, id: string, doc: Doc): Doc {
  const { family, query, store } = view;
  let shown: Doc = { ...withoutKeys(doc) };
  if (!family.polymorphic) delete shown["@odata.type"];
  if (!family.showsId) delete shown["id"];
  for (const name of Object.keys(family.apart)) delete shown[name];
  for (const name of family.inline) shown[name] = store.readPart(family, id, name);
  if (view.base)
    shown = Object.fromEntries(
      MANAGED_APP_POLICY_PROPERTIES.map((name): [string, unknown] => [name, doc[name]]).filter(
        ([, value]) => value !== undefined,
      ),
    );
  if (query.select !== null) {
    const kept = new Set([...query.select, "@odata.type"]);
    shown = Object.fromEntries(Object.entries(shown).filter(([name]) => kept.has(name)));
  }
  for (const { property, nested } of query.expand) {
    shown[property] = store.readPart(family, id, property).map((item) => presentPart(property, item, nested));
  }
  return view.version === "beta" ? shown : shownIn(view.version, typeOfPolicy(family, doc), shown);
}

export function typeOfPolicy(family: Family, doc: Doc): string {
  return bareType(text(doc["@odata.type"]) ?? family.types[0] ?? "");
}

/**
 * Whether the version has the policy at all. v1.0 leaves policies of the beta's types out of its lists, and conditional access
 * policies with conditions that only the beta knows.
 */
export function isShown(version: GraphVersion, family: Family, doc: Doc): boolean {
  if (version === "beta") return true;
  const type = typeOfPolicy(family, doc);
  if (!isInVersion(version, type)) return false;
  if (family.key !== "conditionalAccess") return true;
  const { conditions } = doc;
  return !isDoc(conditions) || betaOnlyPart("conditionalAccessConditionSet", conditions) === null;
}

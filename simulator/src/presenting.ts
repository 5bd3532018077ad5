/** How a stored policy looks in an answer: what `$expand` adds, what `$select` keeps, what a typed or base set shows. */
import { MANAGED_APP_POLICY_PROPERTIES } from "./families.ts";
import { type Family } from "./family.ts";
import { badRequest } from "./graph-reply.ts";
import { type Doc, docList } from "./json.ts";
import type { Expansion, Query } from "./odata/query.ts";
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
  family: Family;
  /** `managedAppPolicies` itself, which shows base properties only. */
  base: boolean;
  query: Query;
  store: Store;
}

export function presentPolicy(view: View, id: string, doc: Doc): Doc {
  const { family, query, store } = view;
  let shown: Doc = { ...doc };
  if (!family.polymorphic) delete shown["@odata.type"];
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
  return shown;
}

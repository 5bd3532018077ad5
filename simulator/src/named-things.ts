/** What a tenant has beside policies because its policies name it: the template that a policy was made by, and whom an export names. */
import { familyOf } from "./families.ts";
import type { Family } from "./family.ts";
import { servicePrincipalOf } from "./generate/world.ts";
import { GUID } from "./guid.ts";
import { type Doc, isDoc, text } from "./json.ts";
import type { Policy, ResourceKind, Store } from "./store.ts";

/** What a group is that nothing else is known of. */
export const GROUP_DEFAULTS: Doc = {
  mailEnabled: false,
  mailNickname: "loaded",
  securityEnabled: true,
  groupTypes: [],
};

/** Templates are Microsoft's, and in all tenants. */
export function keepTemplate(store: Pick<Store, "putResource">, family: Family, { doc }: Pick<Policy, "doc">): void {
  const id = family.key === "intents" ? text(doc["templateId"]) : undefined;
  if (id !== undefined) store.putResource("templates", id, { id, displayName: `Template ${id.slice(0, 8)}` });
}

/**
 * The groups, users and applications that a policy names. An export stands for the tenant that it was taken from, which had them, and an
 * administrator names what is there.
 */
export function keepNamed(store: Store, family: Family, policy: Policy): void {
  keepTemplate(store, family, policy);
  for (const { target } of policy.parts["assignments"] ?? []) if (isDoc(target)) keepGroups(store, [target["groupId"]]);
  const { conditions } = policy.doc;
  if (family.key !== "conditionalAccess" || !isDoc(conditions)) return;
  const [users, applications, clients] = ["users", "applications", "clientApplications"].map((part): Doc => {
    const within = conditions[part];
    return isDoc(within) ? within : {};
  });
  const both = (within: Doc = {}, name: string) => [`include${name}`, `exclude${name}`].flatMap((one) => within[one]);
  keepGroups(store, both(users, "Groups"));
  keep(store, "users", both(users, "Users"));
  keep(store, "servicePrincipals", both(clients, "ServicePrincipals"));
  for (const appId of both(applications, "Applications"))
    if (typeof appId === "string" && GUID.test(appId))
      keep(store, "servicePrincipals", [servicePrincipalOf(appId)], { appId });
}

/** A group that people have made by hand: whoever names it does not say more of it. */
export function groupOf(id: string, more: Doc = {}): Policy {
  const doc = { displayName: `groups ${id.slice(0, 8)}`, ...GROUP_DEFAULTS, ...more, id };
  return { doc: { "@odata.type": "#microsoft.graph.group", ...doc }, parts: {} };
}

function keepGroups(store: Store, ids: readonly unknown[]): void {
  const family = familyOf("groups");
  for (const id of ids)
    if (typeof id === "string" && GUID.test(id) && !store.hasPolicy(family, id))
      store.putPolicy(family, id, groupOf(id));
}

function keep(store: Store, kind: ResourceKind, ids: readonly unknown[], more: Doc = {}): void {
  for (const id of ids)
    if (typeof id === "string" && GUID.test(id) && store.readResource(kind, id) === null)
      store.putResource(kind, id, { id, displayName: `${kind} ${id.slice(0, 8)}`, ...more });
}

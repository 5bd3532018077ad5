/**
 * Navigations from device configurations to others: told at an address of their own alone, given by `@odata.bind` when a policy is
 * created, changed one by one by `$ref`, and refused in a PATCH. Source: Microsoft's published types, and IntuneManagement.
 */
import { type Answer, type Context, NO_CONTENT } from "./context.ts";
import { bareType, type Family } from "./family.ts";
import { badRequest, methodNotAllowed, notFound, unknownSegment } from "./graph-reply.ts";
import { BIND, boundId, isReference } from "./intake.ts";
import type { Doc } from "./json.ts";
import { typeOfPolicy } from "./presenting.ts";
import { isAssignable, propertyOf, type Property } from "./schema/schema.ts";
import type { Policy, Store } from "./store.ts";
import { bodyOf, type FamilyTarget } from "./write-rules.ts";

/** `microsoft.graph.<type>` after a policy's id, where what follows may be a navigation. */
export function isNavigationCast(family: Family, doc: Doc, segment: string): boolean {
  return (
    family.key === "deviceConfiguration" &&
    segment.startsWith("microsoft.graph.") &&
    isAssignable(typeOfPolicy(family, doc), bareType(segment))
  );
}

export function navigationOf(context: Context, segments: readonly string[]): Property {
  const property = propertyOf(context.request.version, bareType(segments[1] ?? ""), segments[2] ?? "");
  if (property === null || !isReference(property)) throw unknownSegment(segments[2] ?? segments[1] ?? "");
  return property;
}

/** @throws GraphError 400 for a navigation that is inline, that leads to nothing, or to what is of another type */
export function checkBinds(store: Store, family: Family, type: string, body: Doc): void {
  if (family.key !== "deviceConfiguration") return;
  for (const [name, value] of Object.entries(body)) {
    const property = propertyOf("beta", type, name.replace(BIND, ""));
    if (property === null || !isReference(property)) continue;
    if (!name.endsWith(BIND))
      throw badRequest(`The navigation property '${name}' cannot be sent inline: use '${name}${BIND}'.`);
    const addresses: unknown[] = Array.isArray(value) ? value : [value];
    for (const address of addresses) referredId(store, family, property, address);
  }
}

/** @throws GraphError 400 when a PATCH carries a navigation */
export function refuseNavigations(family: Family, type: string, body: Doc): void {
  if (family.key !== "deviceConfiguration") return;
  const carried = Object.keys(body).find((name) => {
    const property = propertyOf("beta", type, name.replace(BIND, ""));
    return property !== null && isReference(property);
  });
  if (carried !== undefined) throw badRequest(`Navigation property '${carried}' cannot be patched.`);
}

function referredId(store: Store, family: Family, property: Property, address: unknown): string {
  const id = boundId(address);
  const referred = store.readDoc(family, id);
  if (referred === null || !String(address).includes("/deviceConfigurations("))
    throw badRequest(`The resource '${String(address)}' of '${property.name}' does not exist.`);
  if (!isAssignable(typeOfPolicy(family, referred), property.type))
    throw badRequest(`'${property.name}' must refer to a 'microsoft.graph.${property.type}'.`);
  return id;
}

/** `…/<navigation>/$ref`, and `…/<navigation>/{id}/$ref` to take one of many away. */
export function writeReference(context: Context, target: FamilyTarget, id: string, policy: Policy): Answer {
  const { family, segments } = target;
  const { store, request } = context;
  const property = navigationOf(context, segments);
  const present = policy.parts[property.name] ?? [];
  const rest = segments.slice(3).join("/");
  const put = (items: Doc[]): Answer => {
    store.putPolicy(family, id, { ...policy, parts: { ...policy.parts, [property.name]: items } });
    return NO_CONTENT;
  };
  if (rest === "$ref" && request.method !== "DELETE") {
    if (request.method !== (property.isCollection ? "POST" : "PUT"))
      throw methodNotAllowed(request.method, request.path);
    const referred = referredId(store, family, property, bodyOf(context)["@odata.id"]);
    const others = property.isCollection ? present.filter((one) => one["id"] !== referred) : [];
    return put([...others, { id: referred }]);
  }
  if (request.method !== "DELETE" || rest !== (property.isCollection ? `${segments[3] ?? ""}/$ref` : "$ref"))
    throw unknownSegment(segments[3] ?? property.name);
  const left = property.isCollection ? present.filter((one) => one["id"] !== segments[3]) : [];
  if (left.length === present.length) throw notFound(segments[3] ?? property.name);
  return put(left);
}

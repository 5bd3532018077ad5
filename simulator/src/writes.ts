/** POST, PATCH, PUT and DELETE of policies. Actions and sub-resources are in actions.ts. */
import { runAction } from "./actions.ts";
import { callingApplication, recordChange } from "./audit.ts";
import { type Answer, type Context, NO_CONTENT, ok } from "./context.ts";
import { familyOf } from "./families.ts";
import { bareType, type Family } from "./family.ts";
import { badRequest, GraphError, methodNotAllowed, notFound } from "./graph-reply.ts";
import { intake, newId, removePolicy } from "./intake.ts";
import { type Doc, docList, isDoc, text } from "./json.ts";
import { presentPolicy } from "./presenting.ts";
import { contextUrl } from "./reads.ts";
import type { Target } from "./router.ts";
import { refuseUnknownNames } from "./references.ts";
import { refuseForeignTokens, sealed } from "./secrets.ts";
import { beLate, bePublishing } from "./late.ts";
import { isNavigationCast, refuseNavigations, checkBinds, writeReference } from "./navigations.ts";
import { refuseUnpatchable } from "./patch-rules.ts";
import { checkBody } from "./schema/check-body.ts";
import { shownIn } from "./schema/model-view.ts";
import { collectionType, isAssignable } from "./schema/schema.ts";
import type { Policy } from "./store.ts";
import { bodyOf, type FamilyTarget, refuseBuiltIn, touch } from "./write-rules.ts";
import {
  checkContent,
  checkType,
  refuseImmutable,
  refusePast,
  refuseReadOnly,
  requireProperties,
} from "./validation.ts";

/** @throws GraphError whatever Graph would refuse */
export function writeFamily(context: Context, target: Target): Answer {
  const { method, path } = context.request;
  if (target.kind !== "family") throw methodNotAllowed(method, path);
  const { family, segments } = target;
  const [id, action] = segments;
  if (target.within !== null && (method !== "PATCH" || action !== undefined)) throw methodNotAllowed(method, path);
  if (
    family.key === "appProtection" &&
    target.type === null &&
    (method === "PATCH" || (method === "POST" && id === undefined))
  ) {
    throw badRequest(
      "managedAppPolicies is a base set: create and update policies in their typed set, such as iosManagedAppProtections.",
    );
  }
  if (id === undefined) {
    if (method !== "POST") throw methodNotAllowed(method, path);
    return create(context, target);
  }
  const policy = context.store.readPolicy(family, id);
  if (policy === null || (target.type !== null && bareType(text(policy.doc["@odata.type"]) ?? "") !== target.type))
    throw notFound(id);
  if (action !== undefined && isNavigationCast(family, policy.doc, action) && segments.length > 3)
    return writeReference(context, target, id, policy);
  if (action !== undefined) return runAction(context, target, id, policy);
  if (method === "DELETE" && family.single === null) return remove(context, family, id, policy);
  if ((method === "PATCH" || method === "PUT") && (target.within !== null || family.updates.includes(method)))
    return update(context, target, id, policy);
  throw methodNotAllowed(method, path);
}

function create(context: Context, target: FamilyTarget): Answer {
  const { store, now, request } = context;
  const { family } = target;
  const body = bodyOf(context);
  refuseReadOnly(family, body, true);
  const type = checkType(request.version, family, body, target.type, null);
  if (family.key === "intents" && target.template === undefined) throw methodNotAllowed("POST", request.path);
  if (target.template !== undefined && store.readResource("templates", target.template) === null)
    throw notFound(target.template);
  checkBody(request.version, type, body);
  requireProperties(family, body);
  checkContent(store, family, body);
  refuseUnknownNames(store, family, body);
  refuseForeignTokens(body["settings"], []);
  refusePast(family, body, now);
  checkBinds(store, family, type, body);
  if (family.key === "branding") refuseAppearance(body);
  if (type === "androidStoreApp")
    throw badRequest("Apps of the type 'microsoft.graph.androidStoreApp' cannot be created.");
  const id = family.choosesId ? chosenId(context, family, body) : newId(store, family, type);
  const policy = intake(
    family,
    id,
    type,
    {
      ...shownIn("beta", type, effective(family, body)),
      ...serviceDefaults(context, family, type),
      ...madeFrom(target),
    },
    new Date(now).toISOString(),
  );
  showStrength(context, family, policy.doc);
  if (family.key === "roles") unitePermissions(policy.doc, body);
  store.putPolicy(family, id, policy);
  beLate(store, context.settings, family.key, id);
  if (type === "winGetApp") bePublishing(store, id);
  recordChange(store, {
    operation: "Create",
    verb: "Create",
    family,
    id,
    name: policy.doc[family.nameProperty],
    after: policy.doc,
    now,
    actor: callingApplication(context.request.headers),
  });
  return { status: 201, body: shownAfterWrite(context, target, id, policy) };
}

/** A branding profile is made with its name; all else is patched. */
function refuseAppearance(body: Doc): void {
  const more = Object.keys(body).find(
    (name) => !name.includes("@odata.") && !["profileName", "profileDescription", "roleScopeTagIds"].includes(name),
  );
  if (more !== undefined) throw badRequest(`The property '${more}' cannot be set when a branding profile is created.`);
}

/** @throws GraphError when the id is taken */
function chosenId({ store }: Context, family: Family, body: Doc): string {
  const id = text(body[family.idProperty]);
  if (id === undefined) throw badRequest(`The property '${family.idProperty}' is required.`);
  if (store.hasPolicy(family, id))
    throw new GraphError(
      409,
      "Conflict",
      `Another object with the same value for property ${family.idProperty} already exists.`,
    );
  return id;
}

/** What a template leaves in the policy that it makes. */
function madeFrom({ template }: FamilyTarget): Doc {
  return template === undefined
    ? {}
    : { templateId: template, isAssigned: false, isMigratingToConfigurationPolicy: false };
}

/** What the service decides about a new policy. */
function serviceDefaults(context: Context, family: Family, type: string): Doc {
  switch (family.key) {
    case "appleUserEnrollment":
    case "enrollment": {
      let highest = 0;
      for (const row of context.store.listPolicies(family, 0)) {
        if (bareType(text(row.doc["@odata.type"]) ?? "") === type && typeof row.doc["priority"] === "number")
          highest = Math.max(highest, row.doc["priority"]);
      }
      return { priority: highest + 1 };
    }
    case "scopeTags":
      return { isBuiltIn: false };
    case "roles":
      return { isBuiltIn: false, isBuiltInRoleDefinition: false };
    case "authStrengths":
      return { policyType: "custom", requirementsSatisfied: "mfa", combinationConfigurations: [] };
    case "conditionalAccess":
      return { modifiedDateTime: null };
    case "branding":
      return { isDefaultProfile: false };
    case "remediations":
      return { isGlobalScript: false, highestAvailableVersion: null };
    case "apps":
      return {
        publishingState: publishingStateOf(type),
        uploadState: 0,
        dependentAppCount: 0,
        supersedingAppCount: 0,
        supersededAppCount: 0,
      };
    default:
      return {};
  }
}

/** Installers are uploaded and committed, winget apps fetched by the service; all others are there with their properties. */
function publishingStateOf(type: string): string {
  if (type === "winGetApp") return "processing";
  return isAssignable(type, "mobileLobApp") ? "notPublished" : "published";
}

function update(context: Context, target: FamilyTarget, id: string, policy: Policy): Answer {
  const { store, now, request } = context;
  const { family } = target;
  const body = partOf(bodyOf(context), target.within);
  const current = bareType(text(policy.doc["@odata.type"]) ?? family.types[0] ?? "");
  refuseBuiltIn(family, id, policy, "updated");
  refuseReadOnly(family, body, false);
  checkType(request.version, family, body, target.type, current);
  const declared = body["@odata.type"] !== undefined || target.type !== null || !family.polymorphic;
  checkBody(request.version, declared ? current : (collectionType(family.path) ?? current), body);
  refuseImmutable(family, body);
  if (request.method === "PATCH") refuseUnpatchable(family, current, body);
  refuseNavigations(family, current, body);
  if (request.method === "PUT") requireProperties(family, body);
  if ("landingPageCustomizedImage" in body && Object.keys(body).length > 1)
    throw badRequest("The property 'landingPageCustomizedImage' must be patched by itself.");
  checkContent(store, family, body);
  refuseUnknownNames(store, family, body);
  refuseForeignTokens(body["settings"], policy.parts["settings"] ?? []);
  refusePast(family, body, now);

  const kept =
    request.method === "PUT" && family.single === null
      ? pick(policy.doc, ["id", "createdDateTime", "roleScopeTagIds", "creationSource", "version"])
      : policy.doc;
  const changed = intake(
    family,
    id,
    current,
    { ...kept, ...shownIn("beta", current, effective(family, body)) },
    new Date(now).toISOString(),
  );
  // What intake does not know of: assignments and other parts stay as they are.
  const next: Policy = { doc: { ...changed.doc, ...pick(policy.doc, ["isAssigned"]) }, parts: changed.parts };
  if (!("settings" in body) && policy.doc["settingCount"] !== undefined)
    next.doc["settingCount"] = policy.doc["settingCount"];
  if (!("omaSettings" in body)) delete next.parts["secrets"];
  showStrength(context, family, next.doc);
  if (family.key === "roles") unitePermissions(next.doc, body);
  touch(family, next.doc, now);
  store.putPolicy(family, id, next);
  recordChange(store, {
    operation: "Patch",
    verb: "Patch",
    family,
    id,
    name: next.doc[family.nameProperty],
    before: policy.doc,
    after: next.doc,
    now,
    actor: callingApplication(request.headers),
  });
  const silent = request.method === "PUT" || SILENT.has(family.key) || family.single !== null;
  return silent ? NO_CONTENT : ok(shownAfterWrite(context, target, id, next));
}

/** Families that answer a PATCH with nothing, beside those of one. */
const SILENT: ReadonlySet<string> = new Set([
  "conditionalAccess",
  "namedLocations",
  "authContexts",
  "crossTenantPartners",
]);

/** The property of a body that the family is, where it is written as a part of a larger object. */
function partOf(body: Doc, within: string | null): Doc {
  if (within === null) return body;
  const part = body[within];
  const other = Object.keys(body).find((name) => name !== within && !name.includes("@odata."));
  if (other !== undefined) throw badRequest(`The property '${other}' cannot be set here.`);
  if (!isDoc(part)) throw badRequest(`The property '${within}' is required.`);
  return part;
}

/** A policy is sent with the id of its strength, and shows what that is. */
function showStrength(context: Context, family: Family, doc: Doc): void {
  const grant = doc["grantControls"];
  if (family.key !== "conditionalAccess" || !isDoc(grant) || !isDoc(grant["authenticationStrength"])) return;
  const shown = context.store.readDoc(familyOf("authStrengths"), text(grant["authenticationStrength"]["id"]) ?? "");
  if (shown !== null) doc["grantControls"] = { ...grant, authenticationStrength: shown };
}

/** A role has its permissions under two names. A body with both gives it what stands under either: every action twice. */
function unitePermissions(doc: Doc, body: Doc): void {
  const both = [...(docList(body["rolePermissions"]) ?? []), ...(docList(body["permissions"]) ?? [])];
  if (both.length > 0) doc["rolePermissions"] = both;
  doc["permissions"] = doc["rolePermissions"];
}

function effective(family: Family, body: Doc): Doc {
  const taken = Object.entries(body).filter(([name]) => !family.ignored.includes(name));
  return Object.fromEntries(taken.map(([name, value]) => [name, name === "settings" ? sealed(value) : value]));
}

function pick(doc: Doc, names: readonly string[]): Doc {
  return Object.fromEntries(names.filter((name) => name in doc).map((name) => [name, doc[name]]));
}

function remove(context: Context, family: Family, id: string, policy: Policy): Answer {
  refuseBuiltIn(family, id, policy, "deleted");
  if (family.key !== "namedLocations" || !isReferenced(context, id)) {
    removePolicy(context.store, family, id);
    recordChange(context.store, {
      operation: "Delete",
      verb: "Delete",
      family,
      id,
      name: policy.doc[family.nameProperty],
      before: policy.doc,
      now: context.now,
      actor: callingApplication(context.request.headers),
    });
    return NO_CONTENT;
  }
  throw badRequest(`The named location '${id}' is used by a conditional access policy.`);
}

function isReferenced(context: Context, locationId: string): boolean {
  for (const row of context.store.listPolicies(familyOf("conditionalAccess"), 0))
    if (JSON.stringify(row.doc["conditions"]).includes(`"${locationId}"`)) return true;
  return false;
}

export function shownAfterWrite(context: Context, target: FamilyTarget, id: string, policy: Policy): Doc {
  const query = { ...context.query, expand: [], select: null };
  const view = { version: context.request.version, family: target.family, base: false, query, store: context.store };
  return {
    "@odata.context": contextUrl(context, `${target.collectionPath}/$entity`),
    ...presentPolicy(view, id, policy.doc),
  };
}

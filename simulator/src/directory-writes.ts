/** Writes below the policies of the directory: authentication methods, and the synchronization with another organization. */
import { type Answer, type Context, NO_CONTENT, ok } from "./context.ts";
import { bareType } from "./family.ts";
import { badRequest, methodNotAllowed, notFound } from "./graph-reply.ts";
import { type Doc, isDoc, text } from "./json.ts";
import { contextUrl } from "./reads.ts";
import { checkBody } from "./schema/check-body.ts";
import { propertyOf } from "./schema/schema.ts";
import type { Policy } from "./store.ts";
import { bodyOf, type FamilyTarget, keepChanged } from "./write-rules.ts";

const METHODS = "authenticationMethodConfigurations";
const EXTERNAL = "externalAuthenticationMethodConfiguration";

/** PATCH of a method, with its type; POST and DELETE of external ones, the only ones that people make. */
export function writeMethod(context: Context, target: FamilyTarget, policyId: string, policy: Policy): Answer {
  const { method, path, version } = context.request;
  const methods = policy.parts[METHODS] ?? [];
  const methodId = target.segments[2];
  if (methodId === undefined) {
    if (method !== "POST") throw methodNotAllowed(method, path);
    const body = bodyOf(context);
    if (typeIn(body) !== EXTERNAL) throw badRequest("Only external authentication methods can be created.");
    checkMethod(context, body);
    const made = { ...body, id: crypto.randomUUID() };
    keepChanged(context, target.family, policyId, policy, "Create authentication method", {
      [METHODS]: [...methods, made],
    });
    return { status: 201, body: { "@odata.context": contextUrl(context, `${METHODS}/$entity`), ...made } };
  }
  const present = methods.find((each) => String(each["id"]).toLowerCase() === methodId.toLowerCase());
  if (present === undefined) throw notFound(methodId);
  if (method === "DELETE" && typeIn(present) === EXTERNAL) {
    const rest = methods.filter((each) => each !== present);
    keepChanged(context, target.family, policyId, policy, "Delete authentication method", { [METHODS]: rest });
    return NO_CONTENT;
  }
  if (method !== "PATCH") throw methodNotAllowed(method, path);
  const body = bodyOf(context);
  if (typeIn(body) !== typeIn(present))
    throw badRequest(`The property '@odata.type' must be '#microsoft.graph.${typeIn(present)}'.`);
  checkMethod(context, body);
  if (version === "v1.0" && propertyOf(version, "authenticationMethodsPolicy", METHODS) === null) throw notFound(path);
  const next = methods.map((each) => (each === present ? { ...present, ...body } : each));
  keepChanged(context, target.family, policyId, policy, "Update authentication method", { [METHODS]: next });
  return NO_CONTENT;
}

function checkMethod(context: Context, body: Doc): void {
  if ("id" in body) throw badRequest("The property 'id' is read-only.");
  checkBody(context.request.version, typeIn(body), body);
  const features = body["featureSettings"];
  if (isDoc(features) && "numberMatchingRequiredState" in features)
    throw badRequest("The property 'featureSettings/numberMatchingRequiredState' can no longer be set.");
}

/** PUT and DELETE of what a partner's users are synchronized by. */
export function writeSynchronization(context: Context, target: FamilyTarget, id: string, policy: Policy): Answer {
  const { method, path, version } = context.request;
  const part = "identitySynchronization";
  if (method === "DELETE") {
    if (!isDoc(policy.doc[part])) throw notFound(part);
    delete policy.doc[part];
  } else if (method === "PUT") {
    const body = bodyOf(context);
    checkBody(version, "crossTenantIdentitySyncPolicyPartner", body);
    if (!isDoc(body["userSyncInbound"])) throw badRequest("The property 'userSyncInbound' is required.");
    policy.doc[part] = { displayName: null, ...body, tenantId: id };
  } else throw methodNotAllowed(method, path);
  keepChanged(context, target.family, id, policy, `Update ${part}`);
  return method === "PUT" ? ok({ "@odata.context": contextUrl(context, part) }) : NO_CONTENT;
}

function typeIn(doc: Doc): string {
  return bareType(text(doc["@odata.type"]) ?? "");
}

/** GET: collections by pages, items, sub-resources, and the functions that read. */
import type { Answer, Context } from "./context.ts";
import { NO_CONTENT, ok } from "./context.ts";
import { type Family } from "./family.ts";
import { badRequest, GraphError, methodNotAllowed, notFound, unknownSegment } from "./graph-reply.ts";
import { type Doc, docList, isDoc, text } from "./json.ts";
import { takeUnlisted } from "./late.ts";
import { isNavigationCast, navigationOf } from "./navigations.ts";
import { encodeSkipToken } from "./odata/query.ts";
import { checkExpand, isShown, presentPart, presentPolicy, typeOfPolicy, type View } from "./presenting.ts";
import type { Target } from "./router.ts";
import { shownIn } from "./schema/model-view.ts";
import { propertyOf } from "./schema/schema.ts";

type FamilyTarget = Extract<Target, { kind: "family" }>;

/** The most that `$top` may ask for; more is cut to it. */
const MAX_TOP = 999;

export function readFamily(context: Context, target: FamilyTarget): Answer {
  const { family } = target;
  const [id, part, partId, ...deeper] = target.segments;
  const { version } = context.request;
  const view: View = {
    version,
    family,
    base: family.key === "appProtection" && target.type === null,
    query: context.query,
    store: context.store,
  };
  if (target.within !== null) throw methodNotAllowed("GET", target.collectionPath);
  checkExpand(family, part === undefined ? context.query.expand : []);
  if (id === undefined) return listPolicies(context, target, view);
  const doc = context.store.readDoc(family, id);
  if (doc === null || !isOfType(doc, target.type)) throw notFound(id);
  if (!isShown(version, family, doc)) throw notInV1(family, id);
  if (part === undefined) {
    return ok({
      "@odata.context": contextUrl(context, `${target.collectionPath}/$entity`),
      ...presentPolicy(view, id, doc),
    });
  }
  if (isNavigationCast(family, doc, part)) return readNavigation(context, target, id, doc);
  if (part.startsWith("getOmaSettingPlainTextValue(")) return readSecret(context, family, id, part);
  if (part === "microsoft.graph.getOmaSettingPlainTextValue") throw methodNotAllowed("GET", part);
  const absence = family.apart[part];
  if (absence !== undefined) return readApart(context, part, doc, absence);
  if (part === "assignments" && family.assignmentsByExpandOnly)
    throw badRequest(`Assignments of '${family.path}' are read by $expand.`);
  const property = propertyOf(version, typeOfPolicy(family, doc), part);
  if (!family.parts.includes(part) || property === null) throw unknownSegment(part);
  const items = context.store.readPart(family, id, part).map((item) => shownIn(version, property.type, item));
  if (partId === undefined) return page(context, part, items, part === "settings" ? 25 : 100);
  const item = items.find((candidate) => candidate["id"] === partId);
  if (item === undefined) throw notFound(partId);
  return readDeeper(context, part, item, deeper);
}

/** An object that only its own path tells. */
function readApart(context: Context, part: string, doc: Doc, absence: 204 | 404): Answer {
  const value = doc[part];
  if (isDoc(value)) return ok({ "@odata.context": contextUrl(context, part), ...value });
  if (absence === 404) throw notFound(part);
  return NO_CONTENT;
}

function readDeeper(context: Context, part: string, item: Doc, deeper: string[]): Answer {
  const [name, id] = deeper;
  if (name === undefined)
    return ok({
      "@odata.context": contextUrl(context, `${part}/$entity`),
      ...presentPart(part, item, nestedExpand(context)),
    });
  const value = item[name];
  if (Array.isArray(value)) {
    const items = docList(value) ?? [];
    if (id === undefined) return page(context, name, items, 100);
    const found = items.find((candidate) => candidate["id"] === id);
    if (found === undefined) throw notFound(id);
    return ok({
      "@odata.context": contextUrl(context, `${name}/$entity`),
      ...presentPart(name, found, nestedExpand(context)),
    });
  }
  if (!isDoc(value)) throw unknownSegment(name);
  return ok({ "@odata.context": contextUrl(context, `${name}/$entity`), ...value });
}

function readNavigation(context: Context, target: FamilyTarget, id: string, doc: Doc): Answer {
  const { family, segments } = target;
  const { store, request } = context;
  if (segments.length > 3) throw unknownSegment(segments[3] ?? "");
  const property = navigationOf(context, segments);
  const view = { version: request.version, family, base: false, query: context.query, store };
  const shown = store.readPart(family, id, property.name).flatMap((reference): Doc[] => {
    const referred = store.readDoc(family, text(reference["id"]) ?? "");
    return referred === null ? [] : [presentPolicy(view, text(reference["id"]) ?? "", referred)];
  });
  if (property.isCollection) return page(context, property.name, shown, 100);
  const [one] = shown;
  if (one === undefined) throw notFound(`${text(doc["id"]) ?? id}/${property.name}`);
  return ok({ "@odata.context": contextUrl(context, `${target.collectionPath}/$entity`), ...one });
}

function isListed({ request, query }: Context, target: FamilyTarget, doc: Doc): boolean {
  if (!isOfType(doc, target.type) || !isShown(request.version, target.family, doc)) return false;
  return query.filter === null || query.filter(doc);
}

function notInV1(family: Family, id: string): Error {
  if (family.key !== "conditionalAccess") return notFound(id);
  return badRequest(
    "1037: The policy you requested contains preview features. Use the Beta endpoint to retrieve this policy.",
  );
}

function isOfType(doc: Doc, type: string | null): boolean {
  return type === null || doc["@odata.type"] === `#microsoft.graph.${type}`;
}

function nestedExpand(context: Context): string[] {
  return context.query.expand.map((expansion) => expansion.property);
}

function listPolicies(context: Context, target: FamilyTarget, view: View): Answer {
  const { query, store } = context;
  const size = Math.min(query.top ?? target.family.pageSize, MAX_TOP);
  const value: Doc[] = [];
  let last = query.after;
  let more = false;
  const unlisted = takeUnlisted(store, target.family.key);
  for (const row of store.listPolicies(target.family, query.after)) {
    if (unlisted.has(row.id) || !isListed(context, target, row.doc)) continue;
    if (value.length === size) {
      more = true;
      break;
    }
    value.push(presentPolicy(view, row.id, row.doc));
    last = row.seq;
  }
  const body: Doc = { "@odata.context": contextUrl(context, target.collectionPath) };
  if (query.count) body["@odata.count"] = countMatching(context, target);
  if (more) body["@odata.nextLink"] = nextLink(context, last);
  body["value"] = value;
  return ok(body);
}

function countMatching(context: Context, target: FamilyTarget): number {
  let count = 0;
  for (const row of context.store.listPolicies(target.family, 0)) {
    if (isListed(context, target, row.doc)) count += 1;
  }
  return count;
}

/** A page of a sub-resource: its items live in one row, the position is an index. */
export function page(context: Context, name: string, all: readonly Doc[], pageSize: number): Answer {
  const { query } = context;
  const expand = nestedExpand(context);
  const matching = query.filter === null ? all : all.filter(query.filter);
  const end = query.after + Math.min(query.top ?? pageSize, MAX_TOP);
  const body: Doc = { "@odata.context": contextUrl(context, name) };
  if (query.count) body["@odata.count"] = matching.length;
  if (end < matching.length) body["@odata.nextLink"] = nextLink(context, end);
  body["value"] = matching.slice(query.after, end).map((item) => presentPart(name, item, expand));
  return ok(body);
}

export function nextLink(context: Context, after: number): string {
  const { request, query } = context;
  const parameters = new URLSearchParams(query.raw);
  parameters.set("$skiptoken", encodeSkipToken(after));
  return `${request.origin}/${request.version}/${request.path.split("/").map(encodeURIComponent).join("/")}?${parameters.toString().replaceAll("%24", "$")}`;
}

export function contextUrl(context: Context, path: string): string {
  return `${context.request.origin}/${context.request.version}/$metadata#${path}`;
}

function readSecret(context: Context, family: Family, id: string, call: string): Answer {
  const reference = /^getOmaSettingPlainTextValue\(secretReferenceValueId='([^']*)'\)$/.exec(call)?.[1];
  if (family.key !== "deviceConfiguration" || reference === undefined) throw unknownSegment(call);
  const secret = context.store.readPart(family, id, "secrets").find((item) => item["id"] === reference);
  if (secret === undefined) throw notFound(reference);
  return ok({ "@odata.context": contextUrl(context, "Edm.String"), value: text(secret["value"]) ?? "" });
}

/** Service principals, the organization, audit events and approval requests. */
export function readResource(context: Context, target: Extract<Target, { kind: "resource" }>): Answer {
  const kind = target.resource === "operationApprovalRequests" ? "approvals" : target.resource;
  const [id, ...rest] = target.segments;
  if (rest[0] !== undefined) throw unknownSegment(rest[0]);
  if (context.query.expand[0] !== undefined)
    throw new GraphError(400, "BadRequest", `Could not find a property named '${context.query.expand[0].property}'.`);
  if (id !== undefined) {
    const doc = context.store.readResource(kind, id);
    if (doc === null) throw notFound(id);
    return ok({ "@odata.context": contextUrl(context, `${target.resource}/$entity`), ...selected(context, doc) });
  }
  const { query } = context;
  const size = Math.min(query.top ?? 100, MAX_TOP);
  const value: Doc[] = [];
  let last = query.after;
  let more = false;
  for (const row of context.store.listResources(kind, query.after)) {
    if (query.filter !== null && !query.filter(row.doc)) continue;
    if (value.length === size) {
      more = true;
      break;
    }
    value.push(selected(context, row.doc));
    last = row.seq;
  }
  const body: Doc = { "@odata.context": contextUrl(context, target.resource), value };
  if (more) body["@odata.nextLink"] = nextLink(context, last);
  return ok(body);
}

function selected(context: Context, doc: Doc): Doc {
  const { select } = context.query;
  const shown = Object.entries(doc).filter(
    ([name]) => !name.startsWith("_") && (select === null || select.includes(name)),
  );
  return Object.fromEntries(shown);
}

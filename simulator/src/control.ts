/** The control endpoints of one tenant: what tests and demonstrations do behind Graph's back. JSON in, JSON out. */
import { type Context as HonoContext, Hono } from "hono";
import { z } from "zod";
import { administrator, type Administrator, administratorSchema, type Change, recordChange } from "./audit.ts";
import { FAMILIES, familyOf, findFamily } from "./families.ts";
import { type Family } from "./family.ts";
import { GraphError } from "./graph-reply.ts";
import { intake, newId, removePolicy } from "./intake.ts";
import { type Doc, docSchema, text } from "./json.ts";
import { loadFiles, loadSchema } from "./loading.ts";
import { withoutPermissions } from "./permissions.ts";
import { bucketSchema, faultSchema, PROFILES, profileSchema, type Settings, settingsSchema } from "./settings.ts";
import { groupOf, keepNamed } from "./named-things.ts";
import type { Store } from "./store.ts";
import { tokenShapeSchema } from "./token.ts";
import { checkType } from "./validation.ts";
import { COUNTER_KEYS, type FamilyCounters, type TenantRuntime } from "./throttle.ts";
import { touch } from "./write-rules.ts";

/** What the control endpoints need of a tenant: its policies, its settings, and what it counts in memory. */
export interface ControlledTenant {
  readonly store: Store;
  /** Changed in place, then saved. */
  readonly settings: Settings;
  readonly runtime: TenantRuntime;
  /** Durable when it returns. */
  saveSettings(settings: Settings): void;
}

/** What becomes of an approval request, in the words of `operationApprovalRequestStatus`. */
const decidedSchema = z
  .enum(["approve", "reject", "cancel", "expire"])
  .transform(
    (decision) => ({ approve: "approved", reject: "rejected", cancel: "cancelled", expire: "expired" })[decision],
  );

const settingsPatchSchema = z.strictObject({
  /** Lifetime of tokens issued from now on, in seconds. */
  tokenSeconds: z.int().min(1).optional(),
  clientSecret: z.string().min(1).optional(),
  /** PEM of the certificate by which applications may prove themselves as well. */
  certificate: z.string().min(1).optional(),
  /** Family keys whose writes need approval; `*` is all Intune families; empty turns Multi Admin Approval off. */
  approvalFamilies: z.array(z.string()).optional(),
  /** How many requests do not see yet a policy that was just made. */
  lateAnswers: z.int().min(0).max(100).optional(),
  permissionsFrom: settingsSchema.shape.permissionsFrom.unwrap().optional(),
  tokenShape: tokenShapeSchema.optional(),
});
const permissionsSchema = z.strictObject({
  remove: z.array(z.string()).default([]),
  grant: z.array(z.string()).default([]),
});
const throttlingPatchSchema = z.strictObject({
  profile: profileSchema.optional(),
  /** Applied over the profile (or over what is set); null lifts a bucket. */
  buckets: z.record(z.string(), bucketSchema.nullable()).default({}),
});
const policySchema = z.strictObject({
  doc: docSchema,
  /** Sub-resources that are replaced: `{ "assignments": [...] }`. */
  parts: z.record(z.string(), z.array(docSchema)).default({}),
  /** Who the audit log says it was. */
  actor: administratorSchema.optional(),
});
/** What policies name and that is no policy. */
const thingKindSchema = z.enum(["groups", "users", "servicePrincipals", "templates"]);
const thingSchema = z.strictObject({
  kind: thingKindSchema,
  doc: z.looseObject({ id: z.string().min(1) }),
});
const removalSchema = z.strictObject({ actor: administratorSchema.optional() });
const additionSchema = policySchema.extend({ family: z.string() });

async function parse<T extends z.ZodType>(c: HonoContext, schema: T): Promise<z.output<T>> {
  const parsed = schema.safeParse(await c.req.json().catch(() => null));
  if (!parsed.success) throw new GraphError(400, "BadControlRequest", z.prettifyError(parsed.error));
  return parsed.data;
}

function familyNamed(key: string): Family {
  const family = findFamily(key);
  if (family === undefined) throw new GraphError(404, "NotFound", `no family '${key}'`);
  return family;
}

/** A group of chosen members is listed when groups are asked for: nothing of it is a policy. */
function isPlainGroup({ key }: Family, doc: Doc): boolean {
  return key === "groups" && !JSON.stringify(doc["groupTypes"] ?? []).includes("DynamicMembership");
}

export function controlApp(tenant: ControlledTenant): Hono {
  const app = new Hono();
  const { store } = tenant;
  app.onError((error, c) => {
    if (error instanceof GraphError) return c.json({ error: error.message }, error.status === 404 ? 404 : 400);
    throw error;
  });

  app.get("/", (c) => {
    const byFamily = store.countPolicies();
    const { faults: _faults, ...settings } = tenant.settings;
    return c.json({ ...settings, total: Object.values(byFamily).reduce((sum, count) => sum + count, 0), byFamily });
  });
  app.patch("/", async (c) => {
    const patch = await parse(c, settingsPatchSchema);
    const { settings } = tenant;
    settings.tokenSeconds = patch.tokenSeconds ?? settings.tokenSeconds;
    settings.clientSecret = patch.clientSecret ?? settings.clientSecret;
    settings.certificate = patch.certificate ?? settings.certificate;
    settings.approvalFamilies = patch.approvalFamilies ?? settings.approvalFamilies;
    settings.lateAnswers = patch.lateAnswers ?? settings.lateAnswers;
    settings.permissionsFrom = patch.permissionsFrom ?? settings.permissionsFrom;
    settings.tokenShape = patch.tokenShape ?? settings.tokenShape;
    tenant.saveSettings(settings);
    return c.json({ ok: true });
  });
  app.post("/permissions", async (c) => {
    const { remove, grant } = await parse(c, permissionsSchema);
    const { settings } = tenant;
    settings.permissions = [...new Set([...withoutPermissions(settings.permissions, remove), ...grant])];
    tenant.saveSettings(settings);
    return c.json({ permissions: settings.permissions });
  });
  app.put("/throttling", async (c) => {
    const { profile, buckets } = await parse(c, throttlingPatchSchema);
    const { settings } = tenant;
    const next: Settings["throttling"] = { ...(profile === undefined ? settings.throttling : PROFILES[profile]) };
    for (const [key, bucket] of Object.entries(buckets)) {
      if (bucket === null) delete next[key];
      else next[key] = bucket;
    }
    settings.throttling = next;
    tenant.saveSettings(settings);
    tenant.runtime.levels.clear();
    return c.json({ throttling: next });
  });

  app.get("/faults", (c) => c.json({ items: tenant.settings.faults }));
  app.post("/faults", async (c) => {
    const fault = await parse(c, faultSchema);
    const { settings } = tenant;
    const planned = { ...fault, id: crypto.randomUUID(), seen: 0, struck: 0 };
    settings.faults.push(planned);
    tenant.saveSettings(settings);
    return c.json(planned, 201);
  });
  app.delete("/faults/:id?", (c) => {
    const id = c.req.param("id");
    const { settings } = tenant;
    settings.faults = id === undefined ? [] : settings.faults.filter((fault) => fault.id !== id);
    tenant.saveSettings(settings);
    return c.body(null, 204);
  });

  app.get("/counters", (c) => {
    const families = Object.fromEntries(tenant.runtime.counters);
    const totals: FamilyCounters = { requests: 0, reads: 0, writes: 0, throttled: 0, faults: 0, errors: 0 };
    for (const counters of tenant.runtime.counters.values()) {
      for (const key of COUNTER_KEYS) totals[key] += counters[key];
    }
    return c.json({ tokensIssued: tenant.runtime.tokensIssued, totals, families });
  });
  app.delete("/counters", (c) => {
    tenant.runtime.counters.clear();
    tenant.runtime.tokensIssued = 0;
    return c.body(null, 204);
  });

  app.post("/load", async (c) => c.json(loadFiles(store, await parse(c, loadSchema), Date.now())));

  app.get("/policies", (c) => {
    const wanted = c.req.query("family");
    const families = wanted === undefined ? FAMILIES : [familyNamed(wanted)];
    const items: Doc[] = [];
    for (const family of families) {
      for (const row of store.listPolicies(family, 0)) {
        if (wanted === undefined && isPlainGroup(family, row.doc)) continue;
        items.push({
          family: family.key,
          id: row.id,
          name: row.doc[family.nameProperty] ?? null,
          type: row.doc["@odata.type"] ?? null,
        });
      }
    }
    return c.json({ items });
  });
  app.post("/policies", async (c) => {
    const { family: key, doc, parts, actor } = await parse(c, additionSchema);
    const family = familyNamed(key);
    const type = checkType("beta", family, doc, null, null);
    const id = family.single ?? text(doc[family.idProperty]) ?? newId(store, family, type);
    const policy = intake(family, id, type, { ...doc, ...parts }, new Date().toISOString());
    store.putPolicy(family, id, policy);
    keepNamed(store, family, policy);
    audit(family, id, policy.doc, actor, { operation: "Create", after: policy.doc });
    return c.json({ family: family.key, id }, 201);
  });
  app.get("/policies/:family/:id", (c) => c.json(existing(familyNamed(c.req.param("family")), c.req.param("id"))));
  app.put("/policies/:family/:id", async (c) => {
    const family = familyNamed(c.req.param("family"));
    const id = c.req.param("id");
    const { doc, parts, actor } = await parse(c, policySchema);
    const policy = existing(family, id);
    const next = { ...policy.doc, ...doc };
    if (family.idProperty in policy.doc) next[family.idProperty] = id;
    touch(family, next, Date.now());
    store.putPolicy(family, id, { doc: next, parts });
    keepNamed(store, family, { doc: next, parts });
    audit(family, id, next, actor, { operation: "Patch", before: policy.doc, after: next });
    return c.json({ family: family.key, id });
  });
  app.delete("/policies/:family/:id", async (c) => {
    const family = familyNamed(c.req.param("family"));
    const id = c.req.param("id");
    const { doc } = existing(family, id);
    // Hono keeps the text for `parse`. Clients that name a content type for every request send no body all the same.
    const { actor } = (await c.req.text()) === "" ? {} : await parse(c, removalSchema);
    removePolicy(store, family, id);
    audit(family, id, doc, actor, { operation: "Delete", before: doc });
    return c.body(null, 204);
  });

  app.post("/things", async (c) => {
    const { kind, doc } = await parse(c, thingSchema);
    if (kind === "groups") store.putPolicy(familyOf("groups"), doc.id, groupOf(doc.id, doc));
    else store.putResource(kind, doc.id, doc);
    return c.json({ kind, id: doc.id }, 201);
  });
  app.delete("/things/:kind/:id", (c) => {
    const kind = thingKindSchema.parse(c.req.param("kind"));
    if (kind === "groups") removePolicy(store, familyOf("groups"), c.req.param("id"));
    else store.deleteResource(kind, c.req.param("id"));
    return c.body(null, 204);
  });

  app.get("/approvals", (c) => c.json({ items: [...store.listResources("approvals", 0)].map((row) => row.doc) }));
  app.post("/approvals/:id/:decision{approve|reject|cancel|expire}", (c) => {
    const id = c.req.param("id");
    const stored = store.readResource("approvals", id);
    if (stored === null) throw new GraphError(404, "NotFound", `no approval request '${id}'`);
    const status = decidedSchema.parse(c.req.param("decision"));
    store.putResource("approvals", id, { ...stored, status, lastModifiedDateTime: new Date().toISOString() });
    return c.json({ id, status });
  });

  function existing(family: Family, id: string) {
    const policy = store.readPolicy(family, id);
    if (policy === null) throw new GraphError(404, "NotFound", `no policy '${id}' in '${family.key}'`);
    return policy;
  }

  /** A change made here is one that an administrator made, in the portal unless the request says otherwise. */
  function audit(
    family: Family,
    id: string,
    doc: Doc,
    actor: Administrator | undefined,
    change: Pick<Change, "before" | "after"> & { operation: "Create" | "Patch" | "Delete" },
  ): void {
    recordChange(store, {
      ...change,
      verb: change.operation,
      family,
      id,
      name: doc[family.nameProperty],
      now: Date.now(),
      actor: administrator(actor),
    });
  }

  return app;
}

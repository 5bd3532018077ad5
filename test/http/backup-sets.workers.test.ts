import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { canonicalText, comparableText } from "../../src/policies/canonical-json.ts";
import type { JsonObject } from "../../src/policies/json-value.ts";
import { putPayload } from "../../src/storage/payload-store.ts";
import { sha256Hex } from "../../src/digests/sha256.ts";
import { auditEventListSchema } from "../../src/contract/audit-events.ts";
import { runSchema, startedOperationSchema } from "../../src/contract/runs.ts";
import {
  backupSetDetailSchema,
  backupSetItemListSchema,
  backupSetItemSchema,
  backupSetListSchema,
  itemComparisonSchema,
  policyBackupListSchema,
} from "../../src/contract/backup-sets.ts";
import { addItem } from "../../src/database/backups/backup-capture.ts";
import { listBackupSetItems, listPolicyBackups } from "../../src/database/backups/backup-set-items.ts";
import { listBackupSets, matchingBackupSets } from "../../src/database/backups/backup-sets.ts";
import { mergeFamily } from "../support/merge-family.ts";
import { UNREFERENCED } from "../../src/database/payloads/payload-references.ts";
import { matchingPolicies } from "../../src/database/inventory/policies.ts";
import { encodePolicyId } from "../../src/database/inventory/policy-id.ts";
import { encodeOpaque } from "../../src/database/sql/opaque-id.ts";
import { familyByKey } from "../../src/graph/families.ts";
import { policyFacts } from "../../src/graph/policy-facts.ts";
import { recordedNames } from "../../src/database/backups/reference-names.ts";
import { queryPlans } from "../support/query-plans.ts";
import { waitFor } from "../support/wait.ts";
import { post, problemOf, request, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";
import type { TenantDatabase } from "../../src/database/databases.ts";

const BASE = "/api/tenants/contoso";
const CONTOSO = "tenant-contoso";

beforeAll(seedDemoData);

async function read<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T>> {
  const response = await request(BASE + path);
  expect(response.status).toBe(200);
  return schema.parse(await response.json());
}
async function create(body: object, base = BASE, as = "owner") {
  const response = await post(`${base}/backup-sets`, body, { as });
  expect(response.status).toBe(201);
  return { response, set: backupSetDetailSchema.parse(await response.json()) };
}
function patch(path: string, body: object): Promise<Response> {
  return request(BASE + path, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

let items = 0;
async function put(tenantId: string, backupSetId: string, family: string, document: JsonObject): Promise<string> {
  const entry = familyByKey(family);
  if (!entry) throw new Error(`no family ${family}`);
  const graphId = z.string().parse(document["id"]);
  const { hash, bytes } = await putPayload(env.ARTIFACTS, tenantId, canonicalText(document));
  const itemId = `item-${(items += 1)}`;
  await addItem(
    env.DATABASE,
    { tenantId, backupSetId, family, graphId, runId: itemId, itemId },
    {
      ...policyFacts(entry, graphId, document),
      contentHash: hash,
      contentBytes: bytes,
      comparableHash: await sha256Hex(comparableText(document)),
      sealedSecrets: null,
      capturedAt: 1_700_000_000_000 + items,
      requestId: `request-${items}`,
    },
    await env.DATABASE.prepare(
      "select id from backup_set_items where backup_set_id = ? and family = ? and graph_id = ? order by captured_at desc limit 1",
    )
      .bind(backupSetId, family, graphId)
      .first<string>("id"),
  );
  return itemId;
}

function filterPolicy(id: string, name: string, rule = "r"): JsonObject {
  return { id, displayName: name, platform: "windows10AndLater", rule };
}

async function audited(action: string) {
  const { items: events } = await read("/audit-events?limit=200", auditEventListSchema);
  return events.filter((event) => event.action === action);
}

describe("Making and changing a backup set", () => {
  it("answers 201 with the set and its address, and tells the audit log", async () => {
    const { response, set } = await create({ name: "  Före ändringen 🔒 ", description: "Two\nlines" });
    expect(response.headers.get("location")).toBe(`${BASE}/backup-sets/${set.id}`);
    expect(set).toMatchObject({
      name: "Före ändringen 🔒",
      description: "Two\nlines",
      state: "active",
      itemCount: 0,
      policyCount: 0,
      families: [],
      archivedAt: null,
      lastCapturedAt: null,
      createdBy: { id: expect.any(String), name: expect.any(String) },
    });
    expect(await read(`/backup-sets/${set.id}`, backupSetDetailSchema)).toEqual(set);
    expect((await audited("backup-set.create")).map(({ target }) => target)).toContainEqual({
      kind: "backup-set",
      id: set.id,
    });
  });

  it.each([
    [{}, "name"],
    [{ name: "   " }, "name"],
    [{ name: "x".repeat(201) }, "name"],
    [{ name: "bell\u0007" }, "name"],
    [{ name: "two\nlines" }, "name"],
    [{ name: "half \ud83d" }, "name"],
    [{ name: "x", description: "x".repeat(2_001) }, "description"],
    [{ name: "x", description: "nul\u0000" }, "description"],
    [{ name: "x", color: "red" }, "color"],
    [{ name: 7 }, "name"],
  ])("refuses %j and names the field", async (body, path) => {
    const problem = await problemOf(await post(`${BASE}/backup-sets`, body));
    expect(problem).toMatchObject({ status: 400, code: "invalid_input", fields: [{ path }] });
  });

  it("takes a name of 200 characters, and two sets of one name", async () => {
    const name = "n".repeat(200);
    const [a, b] = [await create({ name }), await create({ name })];
    expect(a.set.id).not.toBe(b.set.id);
  });

  it("renames and describes; what is not named stays, what is the same already is no event", async () => {
    const { set } = await create({ name: "Old name", description: "Kept" });
    const before = (await audited("backup-set.change")).length;
    const renamed = await patch(`/backup-sets/${set.id}`, { name: "New name" });
    expect(await renamed.json()).toMatchObject({ id: set.id, name: "New name", description: "Kept" });
    await patch(`/backup-sets/${set.id}`, { name: "New name" });
    expect(await audited("backup-set.change")).toHaveLength(before + 1);
    // Equal changes at once are one change, and the event tells what was before.
    await Promise.all(Array.from({ length: 8 }, () => patch(`/backup-sets/${set.id}`, { description: "Told once" })));
    const changes = await audited("backup-set.change");
    expect(changes).toHaveLength(before + 2);
    expect(changes[0]).toMatchObject({ detail: { description: "Told once", previousDescription: "Kept" } });
    expect((await problemOf(await patch(`/backup-sets/${set.id}`, {}))).code).toBe("invalid_input");
    expect((await problemOf(await patch("/backup-sets/set_unknown", { name: "x" }))).code).toBe("not_found");
  });

  it("archives once; an archived set stays as it is", async () => {
    const { set } = await create({ name: "To archive" });
    const first = backupSetDetailSchema.parse(await (await post(`${BASE}/backup-sets/${set.id}/archive`, {})).json());
    expect(first).toMatchObject({ state: "archived", archivedAt: expect.any(String) });
    expect(await (await post(`${BASE}/backup-sets/${set.id}/archive`, {})).json()).toEqual(first);
    const events = (await audited("backup-set.archive")).filter(({ target }) => target.id === set.id);
    expect(events).toHaveLength(1);
  });
});

describe("Other people's sets", () => {
  it("are not found by a member of another tenant: not the set, not its items, not by any change", async () => {
    const { set } = await create({ name: "Contoso's" });
    const itemId = await put(CONTOSO, set.id, "filters", filterPolicy("f-1", "Corporate"));
    const mine = await create({ name: "Mine" }, "/api/tenants/outside", "outsider");
    const own = await put("tenant-outside", mine.set.id, "filters", filterPolicy("f-1", "Own"));
    const paths: [string, string, object?][] = [
      ["GET", `/backup-sets/${set.id}`],
      ["PATCH", `/backup-sets/${set.id}`, { name: "Taken over" }],
      ["POST", `/backup-sets/${set.id}/archive`, {}],
      ["GET", `/backup-sets/${set.id}/items`],
      ["GET", `/backup-sets/${set.id}/items/${itemId}`],
      ["GET", `/backup-sets/${set.id}/items/${itemId}/content`],
      ["GET", `/backup-sets/${set.id}/items/${itemId}/content?download=true`],
      ["GET", `/backup-sets/${set.id}/items/${itemId}/diff?against=inventory`],
      ["GET", `/backup-sets/${mine.set.id}/items/${itemId}`],
      ["GET", `/backup-sets/${mine.set.id}/items/${itemId}/content`],
      ["GET", `/backup-sets/${mine.set.id}/items/${own}/diff?against=item&itemId=${itemId}`],
    ];
    for (const [method, path, body] of paths) {
      const response = await request(`/api/tenants/outside${path}`, {
        method,
        as: "outsider",
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      });
      expect(await problemOf(response), `${method} ${path}`).toMatchObject({ status: 404, code: "not_found" });
    }
    expect(await read(`/backup-sets/${set.id}`, backupSetDetailSchema)).toEqual({
      ...set,
      itemCount: 1,
      policyCount: 1,
      families: [expect.objectContaining({ key: "filters", itemCount: 1, policyCount: 1 })],
      lastCapturedAt: expect.any(String),
    });
  });
});

describe("The list of sets", () => {
  it("is filtered by state and part of the name, and the same in pages as whole", async () => {
    const names = ["Zürich A", "zürich b", "ZÜRICH C", "Zürich D"];
    const sets = [];
    for (const name of names) sets.push((await create({ name })).set);
    await post(`${BASE}/backup-sets/${sets[1]?.id}/archive`, {});
    const query = `query=${encodeURIComponent("ÜRICH")}`;
    const all = await read(`/backup-sets?state=all&${query}`, backupSetListSchema);
    expect(all.items.map(({ name }) => name)).toEqual(["Zürich A", "ZÜRICH C", "Zürich D", "zürich b"]);
    const archived = await read(`/backup-sets?state=archived&${query}`, backupSetListSchema);
    expect(archived.items.map(({ name }) => name)).toEqual(["zürich b"]);

    const paged: string[] = [];
    let cursor: string | null = null;
    do {
      const at: string = cursor === null ? "" : `&cursor=${cursor}`;
      const page: z.infer<typeof backupSetListSchema> = await read(
        `/backup-sets?limit=1&${query}${at}`,
        backupSetListSchema,
      );
      paged.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(paged).toEqual(all.items.map(({ name }) => name));
  });

  it("counts items and policies of each set exactly", async () => {
    const { set } = await create({ name: "Counted set" });
    for (const rule of ["1", "2", "3"]) await put(CONTOSO, set.id, "filters", filterPolicy("same", "Same", rule));
    await put(CONTOSO, set.id, "filters", filterPolicy("other", "Other"));
    const { items: found } = await read("/backup-sets?query=counted+set", backupSetListSchema);
    expect(found).toMatchObject([{ itemCount: 4, policyCount: 2 }]);
    expect(await read(`/backup-sets/${set.id}`, backupSetDetailSchema)).toMatchObject({
      itemCount: 4,
      policyCount: 2,
      families: [{ key: "filters", itemCount: 4, policyCount: 2 }],
    });
  });

  it.each(["state=deleted", "state=active&state=archived", "cursor=nonsense", "limit=0", "status=active"])(
    "refuses ?%s",
    async (query) => {
      expect((await problemOf(await request(`${BASE}/backup-sets?${query}`))).code).toBe("invalid_input");
    },
  );
});

describe("The items of a set", () => {
  it("are filtered, paged, and told apart by which is the latest of its policy", async () => {
    const { set } = await create({ name: "Items" });
    await put(CONTOSO, set.id, "filters", filterPolicy("a", "Alpha", "old"));
    const newest = await put(CONTOSO, set.id, "filters", filterPolicy("a", "Alpha", "new"));
    await put(CONTOSO, set.id, "scopeTags", { id: "t", displayName: "Tag" });
    const list = (query: string) => read(`/backup-sets/${set.id}/items?${query}`, backupSetItemListSchema);
    expect((await list("")).items).toHaveLength(3);
    expect((await list("latest=true")).items.map(({ name }) => name)).toEqual(["Alpha", "Tag"]);
    expect((await list("latest=true&family=filters")).items.map(({ id }) => id)).toEqual([newest]);
    expect((await list("latest=false")).items.map(({ latest }) => latest)).toEqual([false]);
    expect((await list("platform=windows")).items.map(({ family }) => family)).toEqual(["filters", "filters"]);
    expect((await list("query=LPH")).items).toHaveLength(2);
    const first = await list("limit=2");
    const second = await list(`limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items]).toEqual((await list("")).items);
    expect(second.nextCursor).toBeNull();
    expect((await problemOf(await request(`${BASE}/backup-sets/${set.id}/items?latest=yes`))).code).toBe(
      "invalid_input",
    );
  });

  it("are read one by one, with their content; what leaves as a file is in the audit log", async () => {
    const { set } = await create({ name: "Content" });
    const document = filterPolicy("c-1", "Content", "rule");
    const itemId = await put(CONTOSO, set.id, "filters", document);
    const path = `/backup-sets/${set.id}/items/${itemId}`;
    const item = await read(path, backupSetItemSchema);
    expect(item).toMatchObject({ id: itemId, graphId: "c-1", hasSecrets: false, requestId: expect.any(String) });
    const shown = await request(`${BASE}${path}/content`);
    expect(shown.headers.get("etag")).toBe(`"${item.contentHash}"`);
    expect(await shown.json()).toEqual(document);
    expect(await audited("backup-item.download")).toEqual([]);
    // A HEAD takes nothing, and what another site's page makes a browser fetch is refused.
    expect((await request(`${BASE}${path}/content?download=true`, { method: "HEAD" })).status).toBe(200);
    const foreign = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
    const refused = await request(`${BASE}${path}/content?download=true`, { headers: foreign });
    expect(await problemOf(refused)).toMatchObject({ status: 403, code: "forbidden_origin" });
    expect(await audited("backup-item.download")).toEqual([]);
    const file = await request(`${BASE}${path}/content?download=true`);
    expect(file.headers.get("content-disposition")).toBe('attachment; filename="filters-c-1.json"');
    expect(await file.json()).toEqual(document);
    expect(await audited("backup-item.download")).toMatchObject([{ target: { kind: "backup-item", id: itemId } }]);
  });

  it("tell of a payload that is lost, without a word of its content", async () => {
    const { set } = await create({ name: "Lost" });
    const itemId = await put(CONTOSO, set.id, "filters", filterPolicy("lost", "Lost"));
    await env.DATABASE.prepare("update backup_set_items set content_hash = ? where id = ?")
      .bind("0".repeat(64), itemId)
      .run();
    const response = await request(`${BASE}/backup-sets/${set.id}/items/${itemId}/content`);
    expect(await problemOf(response)).toMatchObject({ status: 500, code: "content_unavailable" });
  });
});

describe("The differences of an item", () => {
  async function withInventory(graphId: string, rule: string) {
    const document = filterPolicy(graphId, "Compared", rule);
    const { hash, bytes } = await putPayload(env.ARTIFACTS, CONTOSO, canonicalText(document));
    const family = familyByKey("filters");
    if (!family) throw new Error("no family");
    const reading = { tenantId: CONTOSO, family: "filters", runId: `run-${graphId}`, startedAt: 0, at: 1 };
    const seen = {
      ...policyFacts(family, graphId, document),
      contentHash: hash,
      contentBytes: bytes,
      comparableHash: hash,
      requestId: null,
    };
    await mergeFamily(env.DATABASE, { ...reading, policies: [seen], unread: [] });
  }

  it("from the tenant's newest known version, and from another backup", async () => {
    await withInventory("d-1", "now");
    const [one, two] = [(await create({ name: "One" })).set, (await create({ name: "Two" })).set];
    const older = await put(CONTOSO, one.id, "filters", filterPolicy("d-1", "Compared", "then"));
    const newer = await put(CONTOSO, two.id, "filters", filterPolicy("d-1", "Compared", "now"));
    const diff = (set: string, item: string, query: string) =>
      read(`/backup-sets/${set}/items/${item}/diff?${query}`, itemComparisonSchema);
    const changed = await diff(one.id, older, "against=inventory");
    expect(changed.against).toMatchObject({ kind: "inventory", versionNumber: 1 });
    expect(changed.changes).toMatchObject([
      { kind: "changed", pathText: "rule", before: { json: "then" }, after: { json: "now" } },
    ]);
    expect((await diff(two.id, newer, "against=inventory")).changes).toEqual([]);
    const between = await diff(one.id, older, `against=item&itemId=${newer}`);
    expect(between.against).toMatchObject({ kind: "item", item: { id: newer, backupSetId: two.id } });
    expect(between.changes).toHaveLength(1);

    const policyId = encodePolicyId({ family: "filters", graphId: "d-1" });
    const backups = await read(`/inventory/policies/${policyId}/backups`, policyBackupListSchema);
    expect(backups.items.map(({ id, backupSet }) => [id, backupSet.name])).toEqual([
      [newer, "Two"],
      [older, "One"],
    ]);
    const first = await read(`/inventory/policies/${policyId}/backups?limit=1`, policyBackupListSchema);
    const second = await read(
      `/inventory/policies/${policyId}/backups?limit=1&cursor=${first.nextCursor}`,
      policyBackupListSchema,
    );
    expect([...first.items, ...second.items]).toEqual(backups.items);
  });

  it("are refused without something to compare with", async () => {
    const { set } = await create({ name: "Refused" });
    const itemId = await put(CONTOSO, set.id, "filters", filterPolicy("never-synced", "X"));
    const tag = await put(CONTOSO, set.id, "scopeTags", { id: "t-2", displayName: "Tag" });
    const ask = (query: string) => request(`${BASE}/backup-sets/${set.id}/items/${itemId}/diff${query}`);
    for (const query of ["", "?against=item", "?against=nothing", `?against=inventory&itemId=${tag}`]) {
      expect((await problemOf(await ask(query))).code, query).toBe("invalid_input");
    }
    expect((await problemOf(await ask(`?against=item&itemId=${tag}`))).code).toBe("invalid_input");
    expect((await problemOf(await ask("?against=item&itemId=unknown"))).code).toBe("not_found");
    expect((await problemOf(await ask("?against=inventory"))).code).toBe("not_found");
  });
});

describe("Starting work on a set", () => {
  it("is refused by field: no such set, another tenant's, an archived one, nothing selected", async () => {
    const archived = (await create({ name: "Archived" })).set;
    await post(`${BASE}/backup-sets/${archived.id}/archive`, {});
    const foreign = (await create({ name: "Foreign" }, "/api/tenants/outside", "outsider")).set;
    const start = async (input: object) =>
      problemOf(await post(`${BASE}/operations`, { type: "backup-set.add-policies", input }));
    const policyIds = [encodePolicyId({ family: "filters", graphId: "x" })];
    const unknown = await start({ backupSetId: "set_unknown", policyIds });
    expect(unknown).toMatchObject({ status: 400, fields: [{ path: "input.backupSetId" }] });
    const { requestId: _, ...told } = await start({ backupSetId: foreign.id, policyIds });
    expect(told).toEqual({ ...told, fields: unknown.fields });
    expect((await start({ backupSetId: archived.id, policyIds })).fields).toMatchObject([
      { path: "input.backupSetId", message: expect.stringContaining("archived") },
    ]);
    const { set } = await create({ name: "Good" });
    expect((await start({ backupSetId: set.id, policyIds: [] })).fields).toMatchObject([{ path: "input.policyIds" }]);
    expect((await start({ backupSetId: set.id })).fields).toMatchObject([{ path: "input.policyIds" }]);
    expect((await start({ backupSetId: set.id, policyIds, filter: {} })).fields).toMatchObject([
      { path: "input.policyIds" },
    ]);
    expect((await start({ backupSetId: set.id, filter: { query: "matches nothing at all" } })).fields).toMatchObject([
      { path: "input.filter" },
    ]);
    const many = Array.from({ length: 2_001 }, (_none, index) => `policy-${index}`);
    expect((await start({ backupSetId: set.id, policyIds: many })).fields).toMatchObject([{ path: "input.policyIds" }]);
  });

  it.each([
    ["backup-set.add-policies", { backupSetId: "x", policyIds: ["y"] }, ["readonly"]],
    ["backup-set.restore", { backupSetIds: ["x"] }, ["readonly"]],
    ["backup-set.delete", { backupSetIds: ["x"] }, ["readonly"]],
    ["backup-set.force-delete", { backupSetIds: ["x"] }, ["readonly", "operator"]],
  ])("F40: %s takes its own capability", async (type, input, refused) => {
    for (const as of refused) {
      const response = await post(`${BASE}/operations`, { type, input }, { as });
      expect(await problemOf(response), as).toMatchObject({ status: 403, code: "forbidden" });
    }
  });
});

describe("Retrying a removal for good", () => {
  it("F40: is refused to who may not start one, though they may retry operations", async () => {
    const body = { type: "backup-set.force-delete", input: { backupSetIds: ["set_unknown"] } };
    const { run } = startedOperationSchema.parse(await (await post(`${BASE}/operations`, body)).json());
    await waitFor("the run to complete", async () => {
      return (await read(`/operations/${run.id}`, runSchema)).status === "completed";
    });
    const retry = (as: string) => post(`${BASE}/operations/${run.id}/retry`, {}, { as });
    expect(await problemOf(await retry("operator"))).toMatchObject({ status: 403, code: "forbidden" });
    expect((await retry("manager")).status).toBe(202);
  });
});

describe("The database finds by an index", () => {
  const list = { tenantId: "t", query: null, limit: 50 };
  const later = (...key: (string | number)[]) => ({ cursor: encodeOpaque(JSON.stringify(key)) });
  const items = { ...list, backupSetId: "s", family: null, platform: null, latest: true, ...later("a", "b") };
  const policies = { tenantId: "t", query: null, family: null, platform: null, removed: "hide" as const };
  const reads: [string, (database: TenantDatabase) => Promise<unknown>, RegExp[]][] = [
    [
      "sets",
      (database) => listBackupSets(database, { ...list, state: "all", origin: "kept", ...later("active", "a", "b") }),
      [/SEARCH backup_sets USING INDEX backup_sets_by_tenant/, /SEARCH backup_set_items USING INDEX/],
    ],
    [
      "sets that match",
      (database) => matchingBackupSets(database, { ...list, state: "all", after: [1, "a"] }),
      [/SEARCH backup_sets USING INDEX backup_sets_by_age/],
    ],
    [
      "items",
      (database) => listBackupSetItems(database, items),
      [
        /SEARCH backup_set_items USING INDEX backup_set_items_by_name/,
        /SEARCH newer USING INDEX backup_set_items_by_policy/,
      ],
    ],
    [
      "backups of a policy",
      (database) =>
        listPolicyBackups(database, {
          tenantId: "t",
          policyId: encodePolicyId({ family: "filters", graphId: "g" }),
          limit: 50,
          ...later(1, "a"),
        }),
      [/SEARCH backup_set_items USING INDEX backup_set_items_of_policy/],
    ],
    [
      "names of what a run's items refer to",
      (database) => recordedNames(database, "t", [{ runId: "r", kind: "group", id: "g" }]),
      [/SEARCH backup_reference_names USING INDEX sqlite_autoindex_backup_reference_names_1/],
    ],
    [
      "policies that match",
      (database) => matchingPolicies(database, policies, { family: "f", graphId: "g" }, 500),
      [/SEARCH policies USING INDEX sqlite_autoindex_policies_1/],
    ],
    [
      "references to payloads",
      (database) => database.prepare(UNREFERENCED).bind("t", '["a"]').all(),
      [
        /SEARCH policy_versions USING INDEX policy_versions_by_content/,
        /SEARCH backup_set_items USING INDEX backup_set_items_by_content/,
        /SEARCH kept USING INDEX evidence_items_by_content \(content_hash=\?\)/,
        /SEARCH baseline_policies USING INDEX baseline_policies_by_content/,
      ],
    ],
  ];
  it.each(reads)("%s", async (_what, read, expected) => {
    const [asked, ...others] = await queryPlans(env.DATABASE, read);
    expect(others).toEqual([]);
    const plan = asked?.plan.split("; ") ?? [];
    for (const pattern of expected) expect(plan).toContainEqual(expect.stringMatching(pattern));
    expect(plan.filter((line) => /^SCAN (?!json_each|page|wanted|held|\(|CONSTANT)/.test(line))).toEqual([]);
  });
});

/** Backups and restores end to end over the API: the product as a user starts it, the simulated Microsoft Graph over HTTP. */
import { describe, expect, inject, it } from "vitest";
import { HAS_REALDATA, REALDATA_FOLDER } from "../support/realdata.ts";
import { restoreClient, toDo } from "../support/restore-client.ts";
import { controlOf } from "../support/simulator-server.ts";
import { IN_WHOLE } from "../support/thoroughness.ts";
import { isSingle } from "../support/single-families.ts";
import { TENANTS } from "./tenants.ts";

const TENANT = TENANTS.restore.slug;

const REFERRED_TO = new Set([
  "scopeTags",
  "filters",
  "notifications",
  "authStrengths",
  "namedLocations",
  "termsOfUse",
  "apps",
  "reusableSettings",
  "complianceScripts",
]);

function reworded(doc: Record<string, unknown>): Record<string, unknown> {
  // A partner organization has no words of its own: Graph knows it by its tenant's id.
  if ("automaticUserConsentSettings" in doc) {
    return { automaticUserConsentSettings: { inboundAllowed: false, outboundAllowed: null } };
  }
  const property = "description" in doc ? "description" : "name" in doc ? "name" : "displayName";
  return { [property]: `${String(doc[property])} (edited)` };
}

/** Names of single objects are Microsoft's: one of their switches is changed. */
function switched(doc: Record<string, unknown>): Record<string, unknown> {
  const [name, value] = Object.entries(doc).find(([, member]) => typeof member === "boolean") ?? [];
  if (name === undefined) throw new Error(`no switch in ${JSON.stringify(doc)}`);
  return { [name]: value !== true };
}

function orderOf({ family, name, graphId }: { family: string; name: string; graphId: string }): string {
  return `${family} ${name} ${graphId}`;
}

const product = inject("product");

describe.runIf(IN_WHOLE)("a restore of a whole tenant", () => {
  let real = 0;

  it("round trip: what was changed and deleted among generated policies and real ones is found, put back, and found no more", async () => {
    const api = restoreClient(product.url, TENANT);
    const control = controlOf(product.simulatorUrl);
    if (HAS_REALDATA) real = (await control.loadFolder(TENANT, REALDATA_FOLDER)).loaded.length;
    const backupSetId = await api.backedUp("Before the change");
    const asBefore = { backupSetId, mode: "update", assignments: true, conditionalAccess: "as-is" } as const;

    const untouched = await api.preview(asBefore);
    expect(untouched.items.length).toBeGreaterThanOrEqual(TENANTS.restore.simulated.policies);
    expect(untouched.plan.actionCounts).toMatchObject({ create: 0, update: 0, ambiguous: 0 });

    const present = await control.policies(TENANT);
    // The same ones in every run: items stand in the order of ids that are new each time.
    const restorable: typeof untouched.items = [];
    for (const item of untouched.items.toSorted((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1))) {
      // Of a secret Graph tells a token, which no write takes: such a policy is unchanged or blocked.
      if (item.action !== "unchanged") continue;
      const { parts } = await control.policy(TENANT, item.family, item.graphId);
      if (!JSON.stringify(parts).includes("encryptedValueToken")) restorable.push(item);
    }
    // Every ninth is changed, every tenth deleted; not what others refer to, which would be restored with them.
    const changed = restorable.filter((_, index) => index % 9 === 0 && index % 10 !== 0);
    const deleted = restorable.filter(
      ({ family }, index) => index % 10 === 0 && !REFERRED_TO.has(family) && !isSingle(family),
    );
    for (const { family, graphId } of changed) {
      const { doc } = await control.policy(TENANT, family, graphId);
      await control.editPolicy(TENANT, family, graphId, isSingle(family) ? switched(doc) : reworded(doc));
    }
    // Defaults of which a tenant has one are made by the service alone. An export may name a template that its tenant had and this one has
    // not: Graph takes no new policy that names it.
    const notMade: typeof deleted = [];
    const templates = new Set(present.filter(({ family }) => family === "notifications").map(({ id }) => id));
    for (const item of deleted) {
      const { family, graphId, name } = item;
      const { doc, parts } = await control.policy(TENANT, family, graphId);
      const isDefault = family === "enrollment" ? name === "All users and all devices" : doc["isDefaultProfile"];
      if (isDefault === true || namedTemplates(parts).some((id) => !templates.has(id))) notMade.push(item);
      await control.deletePolicy(TENANT, family, graphId);
    }
    const keyOf = ({ family, graphId }: { family: string; graphId: string }) => `${family}/${graphId}`;

    const preview = await api.preview(asBefore);
    expect(toDo(preview.items, "update")).toEqual(changed.map(keyOf).toSorted());
    expect(toDo(preview.items, "create")).toEqual(
      deleted
        .filter((item) => !notMade.includes(item))
        .map(keyOf)
        .toSorted(),
    );
    expect(toDo(preview.items, "ambiguous")).toEqual([]);
    expect(toDo(preview.items, "blocked").length).toBe(toDo(untouched.items, "blocked").length + notMade.length);

    // What the tenant says itself, before anything is restored: an undo leads back to it.
    const said = async () =>
      new Map(
        await Promise.all(
          (await control.policies(TENANT)).map(
            async ({ family, id }) =>
              [`${family}/${id}`, withoutDates(await control.policy(TENANT, family, id))] as const,
          ),
        ),
      );
    const damaged = await said();
    const run = await api.finished("policy.restore", api.approved(preview.plan));
    const failures = (await api.results(run.id)).filter(({ outcome }) => outcome === "failed");
    expect(failures.map(({ family, name, reason }) => [family, name, reason])).toEqual([]);
    const { create = 0, update = 0, unchanged = 0, blocked = 0 } = preview.plan.actionCounts ?? {};
    expect(run).toMatchObject({
      outcome: "succeeded",
      summaryCounts: {
        total: preview.items.length,
        processed: preview.items.length,
        created: create,
        updated: update,
        unchanged,
        skipped: blocked,
        failed: 0,
      },
    });
    expect(await api.proof(run.id)).toMatchObject({ drift: false });

    await api.finished("inventory.sync", {});
    const restoredPlan = await api.preview(asBefore);
    expect(restoredPlan.plan.actionCounts).toMatchObject({ create: 0, update: 0, ambiguous: 0 });
    const namesOf = (policies: Awaited<ReturnType<typeof control.policies>>) =>
      policies.map(({ family, name, type }) => `${family} ${type} ${name}`).toSorted();
    const restoredNames = namesOf(await control.policies(TENANT));
    const lost = new Set(notMade.map(({ graphId }) => graphId));
    expect(restoredNames).toEqual(namesOf(present.filter(({ id }) => !lost.has(id))));

    const again = await api.finished("policy.restore", api.approved(preview.plan));
    expect(again).toMatchObject({
      outcome: "succeeded",
      summaryCounts: { unchanged: create + update + unchanged, skipped: blocked, failed: 0 },
    });
    expect(again.summaryCounts.created ?? 0).toBe(0);
    expect(namesOf(await control.policies(TENANT))).toEqual(restoredNames);

    const undo = await api.undoPreview(run.id);
    expect(undo.plan.actionCounts).toMatchObject({ update, delete: create, create: 0, blocked: 0, ambiguous: 0 });
    const undone = await api.finished("policy.restore", api.approved(undo.plan));
    const notUndone = (await api.results(undone.id)).filter(({ outcome }) => outcome === "failed");
    expect(notUndone.map(({ family, name, reason }) => [family, name, reason])).toEqual([]);
    expect(undone).toMatchObject({ outcome: "succeeded", summaryCounts: { updated: update, deleted: create } });
    const after = await said();
    expect([...after.keys()].toSorted()).toEqual([...damaged.keys()].toSorted());
    expect([...damaged].flatMap(([key, policy]) => unlike(policy, after.get(key), key))).toEqual([]);
    expect((await api.undoPreview(run.id)).plan.actionCounts).toMatchObject({ update: 0, delete: 0, blocked: 0 });
  }, 900_000);

  it.runIf(HAS_REALDATA)("had policies exported from real tenants among them", () => {
    expect(real).toBeGreaterThan(50);
  });
});

/** Dates and counters that every write moves, and ids of entries, which the service gives anew. */
const MOVING = new Set([
  "lastModifiedDateTime",
  "modifiedDateTime",
  "createdDateTime",
  "version",
  "isAssigned",
  "referencingConfigurationPolicyCount",
]);

function withoutDates(value: unknown, depth = 0): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutDates(item, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      MOVING.has(name) || (name === "id" && depth > 2) ? [] : [[name, withoutDates(member, depth + 1)]],
    ),
  );
}

/** Where two values differ, each place with both. */
function unlike(one: unknown, other: unknown, path: string): string[] {
  // The simulator leaves out of a policy that was put what was null.
  const [mine, others] = [JSON.stringify(one ?? null), JSON.stringify(other ?? null)];
  if (mine === others) return [];
  if (!isObject(one) || !isObject(other)) return [`${path}: ${mine} is ${others}`];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((name) =>
    unlike(one[name], other[name], `${path}.${name}`),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The notification templates that a compliance policy's actions name. */
function namedTemplates(parts: unknown): string[] {
  const named = [...JSON.stringify(parts).matchAll(/"notificationTemplateId":"([^"]+)"/g)].map(([, id = ""]) => id);
  return named.filter((id) => !/^[0-]*$/.test(id));
}

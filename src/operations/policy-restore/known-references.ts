/**
 * What the tenant has of the things that policies refer to: looked up in batches, each once for a plan, and kept in R2 from one step
 * of the preview to the next. What may not be looked up is not taken for missing (F35).
 */
import { z } from "zod";
import { type ReferenceKind, referenceKindSchema } from "../../contract/restore.ts";
import type { GraphClient } from "../../graph/calls/client.ts";
import { lookUpBatched } from "../../graph/calls/batch.ts";
import { GROUP_VERSION, groupName, groupPath } from "../../graph/calls/reference-names.ts";
import { familyOfKind, type KnownFamily } from "../../graph/families.ts";
import { readPages } from "../../graph/calls/paging.ts";
import { policyFacts, policyIdOf } from "../../graph/policy-facts.ts";
import { ok, type GraphFailure, type GraphResult } from "../../graph/calls/result.ts";
import { planPrefix } from "../../storage/plan-details.ts";

export type Presence =
  | { kind: "found"; name: string | null }
  | { kind: "missing" }
  /** Not to be looked up: well-known ids, or the application lacks the permission. */
  | { kind: "unchecked" };

const storedSchema = z.object({
  /** Names by id, empty for a group that has none; null for an id that the tenant does not have. Only what was asked for. */
  groups: z.record(z.string(), z.string().nullable()),
  /** Names by id, of all that the tenant has, by the family's key. */
  families: z.record(z.string(), z.record(z.string(), z.string())),
  /** Kinds that the application may not read. */
  unreadable: z.array(referenceKindSchema),
});

export class KnownReferences {
  readonly #groups: Map<string, string | null>;
  readonly #families: Map<string, ReadonlyMap<string, string>>;
  readonly #unreadable: Set<ReferenceKind>;
  #changed = false;

  private constructor(stored: z.infer<typeof storedSchema>) {
    this.#groups = new Map(Object.entries(stored.groups));
    this.#families = new Map(
      Object.entries(stored.families).map(([family, names]) => [family, new Map(Object.entries(names))]),
    );
    this.#unreadable = new Set(stored.unreadable);
  }

  /** As the plan's last step left it; empty at the first. One reading of R2. */
  static async load(bucket: R2Bucket, plan: { tenantId: string; planId: string }): Promise<KnownReferences> {
    const object = await bucket.get(keyOf(plan));
    const empty = { groups: {}, families: {}, unreadable: [] };
    return new KnownReferences(object === null ? empty : storedSchema.parse(await object.json()));
  }

  /** Keeps what was found for the next step. One write to R2, when there is news. */
  async save(bucket: R2Bucket, plan: { tenantId: string; planId: string }): Promise<void> {
    if (!this.#changed) return;
    const stored: z.infer<typeof storedSchema> = {
      groups: Object.fromEntries(this.#groups),
      families: Object.fromEntries([...this.#families].map(([key, names]) => [key, Object.fromEntries(names)])),
      unreadable: [...this.#unreadable],
    };
    await bucket.put(keyOf(plan), JSON.stringify(stored));
    this.#changed = false;
  }

  /**
   * Looks up what is not known yet. Null when all went well, else the failure that waiting may mend. Costs a request for every 20
   * groups, and one for every page of a family that a kind belongs to.
   */
  async lookUp(
    client: GraphClient,
    now: () => number,
    wanted: readonly { kind: ReferenceKind; id: string }[],
  ): Promise<GraphFailure | null> {
    const kinds = new Set(wanted.map(({ kind }) => kind));
    for (const kind of kinds) {
      const family = familyOfKind(kind);
      if (family === null || this.#families.has(family.key) || this.#unreadable.has(kind)) continue;
      const names = await namesOf(client, family);
      if (names.kind === "ok") this.#families.set(family.key, names.value);
      else if (isForbidden(names)) this.#unreadable.add(kind);
      else return names;
      this.#changed = true;
    }
    const groups = new Set(wanted.flatMap(({ kind, id }) => (kind === "group" && !this.#groups.has(id) ? [id] : [])));
    if (groups.size === 0 || this.#unreadable.has("group")) return null;
    for (const id of groups) if (groupPath(id) === null) this.#groups.set(id, null);
    const asked = [...groups].flatMap((id) => {
      const path = groupPath(id);
      return path === null ? [] : [{ id, path }];
    });
    const answers = await lookUpBatched(
      client,
      now,
      GROUP_VERSION,
      asked.map(({ path }) => path),
    );
    if (answers.kind === "ok") {
      asked.forEach(({ id }, index) => {
        const answer = answers.value[index];
        this.#groups.set(id, answer === null ? null : (groupName(answer) ?? ""));
      });
    } else if (isForbidden(answers)) this.#unreadable.add("group");
    else return answers;
    this.#changed = true;
    return null;
  }

  /** What is known after `lookUp`. */
  presence(kind: ReferenceKind, id: string): Presence {
    if (this.#unreadable.has(kind)) return { kind: "unchecked" };
    if (kind === "group") {
      const name = this.#groups.get(id);
      if (name === undefined) return { kind: "unchecked" };
      return name === null ? { kind: "missing" } : { kind: "found", name: name === "" ? null : name };
    }
    const family = familyOfKind(kind);
    const names = family === null ? undefined : this.#families.get(family.key);
    if (names === undefined) return { kind: "unchecked" };
    const name = names.get(id);
    return name === undefined ? { kind: "missing" } : { kind: "found", name };
  }

  /** Ids of what the tenant has of the kind by exactly this name. */
  named(kind: ReferenceKind, name: string): string[] {
    const family = familyOfKind(kind);
    const names = family === null ? undefined : this.#families.get(family.key);
    return [...(names ?? [])].flatMap(([id, known]) => (known === name ? [id] : []));
  }
}

function keyOf({ tenantId, planId }: { tenantId: string; planId: string }): string {
  return `${planPrefix(tenantId, planId)}known-references.json`;
}

async function namesOf(client: GraphClient, family: KnownFamily): Promise<GraphResult<Map<string, string>>> {
  const names = new Map<string, string>();
  for await (const page of readPages(client, client.url(family.version, family.path))) {
    if (page.kind !== "ok") return page;
    for (const item of page.value.items) {
      const id = policyIdOf(family, item);
      if (id !== null) names.set(id, policyFacts(family, id, item).name);
    }
  }
  return ok(names);
}

/** No permission, or nothing there for this tenant's licence or cloud: not the policy's fault, and no reason to stop. */
function isForbidden(failure: GraphFailure): boolean {
  return failure.kind === "permission_missing" || failure.kind === "not_found" || failure.kind === "rejected";
}

/**
 * What the tenant has of the things that policies refer to: looked up in batches, each once for a plan, and kept in R2 from one step
 * of the preview to the next. What may not be looked up is not taken for missing (F35).
 */
import { z } from "zod";
import { REFERENCE_KINDS, type ReferenceKind, referenceKindSchema } from "../../contract/restore.ts";
import type { GraphClient } from "../../graph/calls/client.ts";
import { lookUpBatched } from "../../graph/calls/batch.ts";
import { displayNameIn, isThing, thingPath } from "../../graph/calls/reference-names.ts";
import { familyOfKind, type KnownFamily } from "../../graph/families.ts";
import { readPages } from "../../graph/calls/paging.ts";
import { THINGS } from "../../graph/permissions/needs.ts";
import { policyFacts, policyIdOf } from "../../graph/policy-facts.ts";
import { ok, type GraphFailure, type GraphResult } from "../../graph/calls/result.ts";
import { planPrefix } from "../../storage/plan-details.ts";

export type Presence =
  | { kind: "found"; name: string | null }
  | { kind: "missing" }
  /** Not to be looked up: well-known ids, or the application lacks the permission. */
  | { kind: "unchecked" };

const storedSchema = z.object({
  /** Names by id, by the kind of what is no policy; null for an id that the tenant does not have. Only what was asked for. */
  things: z.partialRecord(referenceKindSchema, z.record(z.string(), z.string().nullable())).default({}),
  /** Names by id, of all that the tenant has, by the family's key. */
  families: z.record(z.string(), z.record(z.string(), z.string())),
  /** Kinds that the application may not read. */
  unreadable: z.array(referenceKindSchema),
});

export class KnownReferences {
  readonly #things: Map<ReferenceKind, Map<string, string | null>>;
  readonly #families: Map<string, ReadonlyMap<string, string>>;
  readonly #unreadable: Set<ReferenceKind>;
  #changed = false;

  private constructor(stored: z.infer<typeof storedSchema>) {
    this.#things = new Map(
      REFERENCE_KINDS.flatMap((kind) => {
        const names = stored.things[kind];
        return names === undefined ? [] : [[kind, new Map(Object.entries(names))]];
      }),
    );
    this.#families = new Map(
      Object.entries(stored.families).map(([family, names]) => [family, new Map(Object.entries(names))]),
    );
    this.#unreadable = new Set(stored.unreadable);
  }

  /** As the plan's last step left it; empty at the first. One reading of R2. */
  static async load(bucket: R2Bucket, plan: { tenantId: string; planId: string }): Promise<KnownReferences> {
    const object = await bucket.get(keyOf(plan));
    const empty = { things: {}, families: {}, unreadable: [] };
    return new KnownReferences(object === null ? empty : storedSchema.parse(await object.json()));
  }

  /** Keeps what was found for the next step. One write to R2, when there is news. */
  async save(bucket: R2Bucket, plan: { tenantId: string; planId: string }): Promise<void> {
    if (!this.#changed) return;
    const stored: z.infer<typeof storedSchema> = {
      things: Object.fromEntries([...this.#things].map(([kind, names]) => [kind, Object.fromEntries(names)])),
      families: Object.fromEntries([...this.#families].map(([key, names]) => [key, Object.fromEntries(names)])),
      unreadable: [...this.#unreadable],
    };
    await bucket.put(keyOf(plan), JSON.stringify(stored));
    this.#changed = false;
  }

  /**
   * Looks up what is not known yet. Null when all went well, else the failure that waiting may mend. Costs a request for every 20
   * things of a kind that is no policy, and one for every page of a family that a kind belongs to.
   */
  async lookUp(
    client: GraphClient,
    now: () => number,
    wanted: readonly { kind: ReferenceKind; id: string }[],
  ): Promise<GraphFailure | null> {
    const kinds = new Set(wanted.map(({ kind }) => kind));
    for (const kind of kinds) {
      const family = familyOfKind(kind);
      if (family === null || isThing(kind) || this.#families.has(family.key) || this.#unreadable.has(kind)) continue;
      const names = await namesOf(client, family);
      if (names.kind === "ok") this.#families.set(family.key, names.value);
      else if (isForbidden(names)) this.#unreadable.add(kind);
      else return names;
      this.#changed = true;
    }
    for (const kind of kinds) {
      const ids = wanted.flatMap((each) => (each.kind === kind ? [each.id] : []));
      const failure = await this.#lookUpThings(client, now, kind, new Set(ids));
      if (failure !== null) return failure;
    }
    return null;
  }

  async #lookUpThings(
    client: GraphClient,
    now: () => number,
    kind: ReferenceKind,
    wanted: ReadonlySet<string>,
  ): Promise<GraphFailure | null> {
    const known = this.#things.get(kind) ?? new Map<string, string | null>();
    const unknown = [...wanted].filter((id) => !known.has(id));
    if (!isThing(kind) || unknown.length === 0 || this.#unreadable.has(kind)) return null;
    this.#things.set(kind, known);
    const asked: { id: string; path: string }[] = [];
    for (const id of unknown) {
      const path = thingPath(kind, id);
      if (path === null) known.set(id, null);
      else asked.push({ id, path });
    }
    const answers = await lookUpBatched(
      client,
      now,
      THINGS.version,
      asked.map(({ path }) => path),
    );
    if (answers.kind === "ok") {
      asked.forEach(({ id }, index) => known.set(id, nameIn(answers.value[index])));
    } else if (isForbidden(answers)) this.#unreadable.add(kind);
    else return answers;
    this.#changed = true;
    return null;
  }

  /** What is known after `lookUp`. */
  presence(kind: ReferenceKind, id: string): Presence {
    if (this.#unreadable.has(kind)) return { kind: "unchecked" };
    if (isThing(kind)) {
      const name = this.#things.get(kind)?.get(id);
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

/** Null for a thing that is not there; empty for one without a name. */
function nameIn(answer: unknown): string | null {
  return answer === null ? null : (displayNameIn(answer) ?? "");
}

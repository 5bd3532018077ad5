/** Keeps what a plan's item replaces and makes in the undo set of its run: contents in R2, the rest in D1. */
import { canonicalText, comparableText } from "../../policies/canonical-json.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import type { RestoreAction } from "../../contract/restore.ts";
import type { UndoneWrite } from "../../database/backups/tables.ts";
import {
  keepAfter,
  keepBefore,
  type KeptBefore,
  type KeptContent,
  readUndoState,
  undoItemIdOf,
  type UndoKey,
  type UndoState,
  unknownIdOf,
} from "../../database/restore/undo-items.ts";
import type { GraphClient } from "../../graph/calls/client.ts";
import type { PolicyDocument } from "../../graph/calls/family-reader.ts";
import { readOmaSecrets } from "../../graph/calls/read-oma-secrets.ts";
import { comparableHash } from "../../graph/calls/restore/check-target.ts";
import type { RestoreKeeper } from "../../graph/calls/restore/keeper.ts";
import { fails, readingStop, type RestoreStop } from "../../graph/calls/restore/outcome.ts";
import type { KnownFamily } from "../../graph/families.ts";
import { policyFacts } from "../../graph/policy-facts.ts";
import type { UnitContext } from "../../runs/operation.ts";
import { putPayload } from "../../storage/payload-store.ts";
import { openItemSecrets, sealItemSecrets } from "../backup-sets/sealed-secrets.ts";

export interface KeptItem {
  action: Extract<RestoreAction, "create" | "update" | "delete">;
  /** The name that a policy to be made will have. */
  name: string;
  /** Of the backup set's item. */
  sourceItemId: string;
}

type Kept = { kind: "kept"; value: KeptBefore | null } | { kind: "stop"; stop: RestoreStop };

/**
 * D1: a query and a batch before, a batch after. R2: a write before an update or a deletion, or after a creation. Graph: a request for each encrypted value that
 * is about to be replaced.
 */
export class UndoKeeper implements RestoreKeeper {
  readonly #key: UndoKey;
  readonly #item: KeptItem;
  readonly #family: KnownFamily;
  readonly #client: GraphClient;
  readonly #context: UnitContext;

  constructor(key: UndoKey, item: KeptItem, family: KnownFamily, client: GraphClient, context: UnitContext) {
    this.#key = key;
    this.#item = item;
    this.#family = family;
    this.#client = client;
    this.#context = context;
  }

  async before(policy: PolicyDocument | null): Promise<RestoreStop | null> {
    const { env, now } = this.#context;
    const state = await readUndoState(env.DATABASE, this.#key);
    if (state.kept) return null;
    // The plan goes with its set: what is deleted under a restore is restored no further.
    if (state.plan === null) return fails(SET_GONE);
    const kept = await this.#toKeep(policy, state);
    if (kept.kind === "stop") return kept.stop;
    // Begun by a version that kept nothing: what was there before is not known.
    if (kept.value === null) return null;
    await keepBefore(env.DATABASE, { ...this.#key, family: this.#family.key, at: now() }, state.plan, kept.value);
    return null;
  }

  async after(policy: PolicyDocument): Promise<void> {
    const { env, now } = this.#context;
    const hash = await comparableHash(this.#family.key, policy.document);
    const isMade = this.#item.action === "create";
    const made = isMade ? { facts: this.#factsOf(policy), content: await this.#put(policy) } : null;
    await keepAfter(env.DATABASE, this.#key, { hash, at: now(), made });
  }

  async #toKeep(policy: PolicyDocument | null, { madeId, earlier }: UndoState): Promise<Kept> {
    const { action, name, sourceItemId } = this.#item;
    if (action === "create") {
      const graphId = madeId ?? unknownIdOf(this.#key.ordinal);
      return { kind: "kept", value: { kind: "nothing", graphId, family: this.#family.key, name, sourceItemId } };
    }
    return policy === null ? this.#asEarlier(earlier) : this.#whole(policy, action);
  }

  /** A retry goes on with a policy that an earlier run of the plan has begun to write: undoing either brings back what was before both. */
  async #asEarlier(earlier: UndoState["earlier"]): Promise<Kept> {
    if (earlier === null) return { kind: "kept", value: null };
    const { env } = this.#context;
    const { tenantId } = this.#key;
    const secrets = await openItemSecrets(env, { tenantId, itemId: earlier.itemId }, earlier.sealedSecrets);
    const sealedSecrets = await sealItemSecrets(env, { tenantId, itemId: undoItemIdOf(this.#key) }, secrets ?? {});
    return { kind: "kept", value: { kind: "earlier", itemId: earlier.itemId, sealedSecrets } };
  }

  async #whole(policy: PolicyDocument, undoes: Extract<UndoneWrite, "update" | "delete">): Promise<Kept> {
    const secrets = await readOmaSecrets(this.#client, this.#family, policy);
    if (secrets.kind !== "ok" && mayPass(secrets.kind))
      return { kind: "stop", stop: readingStop(secrets, this.#family) };
    // What the application may not read is not kept: the undo of this policy says so, and its restore goes on.
    const values = secrets.kind === "ok" ? secrets.value : {};
    const item = { tenantId: this.#key.tenantId, itemId: undoItemIdOf(this.#key) };
    const sealedSecrets = await sealItemSecrets(this.#context.env, item, values);
    const content = await this.#put(policy);
    return { kind: "kept", value: { kind: "policy", undoes, facts: this.#factsOf(policy), content, sealedSecrets } };
  }

  #factsOf({ graphId, document }: PolicyDocument) {
    return policyFacts(this.#family, graphId, document);
  }

  /** The row that refers to it follows at once. */
  async #put({ document, requestId }: PolicyDocument): Promise<KeptContent> {
    const { ARTIFACTS } = this.#context.env;
    const { hash, bytes } = await putPayload(ARTIFACTS, this.#key.tenantId, canonicalText(document));
    const comparable = await sha256Hex(comparableText(document));
    return { contentHash: hash, contentBytes: bytes, comparableHash: comparable, requestId };
  }
}

const SET_GONE = {
  code: "conflict",
  message: "The backup set was deleted for good while it was restored. Nothing more was written.",
} as const;

function mayPass(kind: string): boolean {
  return ["throttled", "transient", "aborted", "over_budget", "unauthorized"].includes(kind);
}

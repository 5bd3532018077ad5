/**
 * What the families of one claim share, so that forty small families cost a few calls of D1 and not three each
 * (decisions/158-what-a-claim-shares.md): the connection and the stored hashes are read once, readings that end at about the same time
 * are merged together, and as many families as the invocation has memory for are read at a time.
 */
import {
  type FamilyReading,
  mergeFamilies,
  type MergedFamily,
  readHashes,
  type StoredHashes,
} from "../../database/inventory/inventory-merge.ts";
import { connected, type Connecting, resolveConnection, type Resolved } from "../../graph-work/connect.ts";
import type { Needs } from "../../runs/invocation-budget.ts";
import type { RunUnitTask, UnitContext } from "../../runs/operation.ts";

/**
 * What a family takes while it is read: two portions of documents, one read and one stored, each several times its bytes
 * (graph/calls/exchange.ts); its requests to Graph, and a write to R2 for each new content.
 */
const READING_NEEDS: Needs = { queries: 0, subrequests: 9_400, memoryMiB: 17 };
/** A connection that was renewed or taken away meanwhile is noticed by the families that begin after so long. */
const CONNECTION_HOLDS_MS = 10_000;
/** A reading waits at most so long for others, so that it is told as soon as its settle call would be. */
const MERGE_WITHIN_MS = 100;
/** Readings that wait for no more, and the policies that one transaction takes of several families. */
const MERGED_TOGETHER = { families: 5, policies: 500 };

/** The key of the family that a unit reads. */
type FamilyOf = (task: RunUnitTask) => string;

interface Waiting {
  reading: FamilyReading;
  answer: PromiseWithResolvers<MergedFamily>;
}

/** By the units of a claim: each claim has a list of its own. */
const ofClaims = new WeakMap<readonly RunUnitTask[], SharedWork>();

/** What `task` shares with the units that were claimed with it; with none where it is alone. */
export function sharedWorkOf(context: UnitContext, task: RunUnitTask, familyOf: FamilyOf): SharedWork {
  const { companions } = context;
  if (companions?.includes(task) !== true) return new SharedWork(context, task, [familyOf(task)]);
  const known = ofClaims.get(companions);
  if (known !== undefined) return known;
  const made = new SharedWork(context, task, companions.map(familyOf));
  ofClaims.set(companions, made);
  return made;
}

export class SharedWork {
  readonly #context: UnitContext;
  readonly #tenantId: string;
  readonly #runId: string;
  readonly #families: readonly string[];
  #connection: { resolved: Promise<Resolved>; at: number } | null = null;
  #hashes: ReturnType<typeof readHashes> | null = null;
  #beingRead = 0;
  readonly #waiting: Waiting[] = [];
  #merging = false;
  #mergeTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(context: UnitContext, { tenantId, runId }: RunUnitTask, families: readonly string[]) {
    this.#context = context;
    this.#tenantId = tenantId;
    this.#runId = runId;
    this.#families = families;
  }

  /** A client with the budget of one unit. One query for all that ask within ten seconds. Rejects when D1 does. */
  async connect(): Promise<Connecting> {
    const at = this.#context.now();
    if (this.#connection === null || at - this.#connection.at > CONNECTION_HOLDS_MS) {
      const resolved = resolveConnection(this.#tenantId, this.#context);
      this.#connection = { resolved, at };
      // The next to ask reads again.
      resolved.catch(() => (this.#connection = null));
    }
    const resolved = await this.#connection.resolved;
    return resolved.kind === "usable" ? connected(resolved.connection, this.#tenantId, this.#context) : resolved;
  }

  /** What was stored of the family's policies when the claim's first family began, by Graph id. One query for all. Rejects when D1 does. */
  async storedHashes(family: string): Promise<ReadonlyMap<string, StoredHashes>> {
    if (this.#hashes === null) {
      this.#hashes = readHashes(this.#context.env.DATABASE, this.#tenantId, this.#families);
      this.#hashes.catch(() => (this.#hashes = null));
    }
    return (await this.#hashes).get(family) ?? new Map<string, StoredHashes>();
  }

  /**
   * Does the reading of one family when the invocation has room for its documents. Rejects as `read` does, and with
   * `InvocationSpentError` when there will be no room.
   */
  async reading<Result>(read: () => Promise<Result>): Promise<Result> {
    this.#beingRead += 1;
    try {
      const giveBack = await this.#context.budget?.hold(READING_NEEDS);
      try {
        return await read();
      } finally {
        giveBack?.();
      }
    } finally {
      this.#beingRead -= 1;
      this.#mergeWhenDue();
    }
  }

  /** As `mergeFamilies`: durable when it resolves; when it rejects, nothing of the family is changed. */
  merge(reading: FamilyReading): Promise<MergedFamily> {
    const answer = Promise.withResolvers<MergedFamily>();
    this.#waiting.push({ reading, answer });
    this.#mergeWhenDue();
    return answer.promise;
  }

  /** At once when enough wait or no other is coming, else in a moment. */
  #mergeWhenDue(): void {
    if (this.#merging || this.#waiting.length === 0) return;
    if (this.#beingRead === 0 || this.#waiting.length >= MERGED_TOGETHER.families) void this.#mergeAll();
    else this.#mergeTimer ??= setTimeout(() => void this.#mergeAll(), MERGE_WITHIN_MS);
  }

  /** Never rejects: each reading has an answer of its own. */
  async #mergeAll(): Promise<void> {
    if (this.#mergeTimer !== null) clearTimeout(this.#mergeTimer);
    this.#mergeTimer = null;
    if (this.#merging) return;
    this.#merging = true;
    while (this.#waiting.length > 0) await this.#mergeTogether(this.#nextTurn());
    this.#merging = false;
  }

  #nextTurn(): Waiting[] {
    let policies = 0;
    const end = this.#waiting.findIndex(({ reading }, index) => {
      policies += reading.policies.length;
      return index > 0 && (index === MERGED_TOGETHER.families || policies > MERGED_TOGETHER.policies);
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }

  async #mergeTogether(turn: readonly Waiting[]): Promise<void> {
    const run = { tenantId: this.#tenantId, runId: this.#runId, readings: turn.map(({ reading }) => reading) };
    try {
      const merged = await mergeFamilies(this.#context.env.DATABASE, run);
      for (const { reading, answer } of turn) answer.resolve(mergedOf(merged, reading.family));
    } catch (error) {
      const [first, ...others] = turn;
      if (others.length === 0) first?.answer.reject(error);
      // One by one: the failure of one is no failure of the others.
      else for (const one of turn) await this.#mergeTogether([one]);
    }
  }
}

function mergedOf(merged: ReadonlyMap<string, MergedFamily>, family: string): MergedFamily {
  const own = merged.get(family);
  if (own === undefined) throw new TypeError(`The merge tells nothing of ${family}`);
  return own;
}

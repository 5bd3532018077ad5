/**
 * Performs a plan: sends its steps in order, each at most once as far as that can be known, and reads the policy back. May be
 * called again with the same journal after any crash, and by two callers at once: nothing is created twice, and no policy
 * that is somebody else's is taken for the one that was created (decisions/040-writes-to-graph-are-journalled.md).
 */
import { backoffMs } from "../backoff.ts";
import type { GraphClient } from "../client.ts";
import type { WriteFailure } from "../write.ts";
import { familyOf } from "../../families.ts";
import type { Family } from "../../families/family.ts";
import { type PolicyDocument, readPolicy } from "../family-reader.ts";
import { policyIdOf } from "../../policy-facts.ts";
import { isJsonObject } from "../../../policies/json-value.ts";
import { logEvent } from "../../../observability/log.ts";
import { nextOfParked, type ParkedNext, type ParkedOutcome } from "./parked-write.ts";
import { fillPlan, type Filling } from "./fill-gaps.ts";
import { namesakes } from "./find-created.ts";
import {
  createdPolicyId,
  firstAttempt,
  isApplied,
  lastAttempt,
  requestsOf,
  type Attempt,
  type AttemptOutcome,
  type RecordedAttempt,
  type RestoreJournal,
} from "./journal.ts";
import {
  approvalRefused,
  deferred,
  fails,
  mismatch,
  readingStop,
  throttledStop,
  writingStop,
  type RestoreOutcome,
  type RestoreStop,
} from "./outcome.ts";
import { isDeletion } from "../../restore/deletion.ts";
import type { WritePlan } from "../../restore/plan.ts";
import { gapsIn } from "../../restore/gaps.ts";
import { lookFor } from "./find-lost-effect.ts";
import type { RestoreKeeper } from "./keeper.ts";
import { isGone, readBack } from "./read-back.ts";
import { bearsRepeating, POLICY_ID, type RestoreStep } from "../../restore/restore-step.ts";
import { comparableHash, judgeTarget } from "./check-target.ts";
import { textOf } from "../../restore/document-members.ts";

/**
 * How long after an attempt began its absence proves that it was not applied: longer than it may wait to be sent and then be
 * under way (60 s), and than Graph takes to show what it has taken.
 */
export const UNCERTAIN_MS = 90_000;
/** How long one attempt may wait for Graph to take its write: what is begun is soon sent, or ended and begun anew. */
const PATIENCE_MS = 15_000;
/** Lost answers to one step in one call: more are waited for outside. */
const MAX_LOSSES = 3;
const ELSEWHERE_SECONDS = 15;
const ELSEWHERE = { kind: "stop", stop: deferred("elsewhere", ELSEWHERE_SECONDS) } as const;
/** In one turn, for what Graph does not show yet: about ten seconds. More are waited for outside. */
const TRIES_A_TURN = 5;
/** Within this time the service makes ready what was created: it publishes an app, say. */
const READY_MS = 600_000;
const STILL_THERE = {
  code: "still_there",
  message: "Microsoft Graph took the deletion and still shows the policy. Look for it in the tenant, or retry later.",
} as const;
/** How Graph says of a reference that it leads nowhere. Conditional access has a code for locations. */
const NOT_THERE = /\b1040\b|not exist|not found|could not find|cannot be found/i;

export interface RestoreTask {
  plan: WritePlan;
  /** For an update or a deletion: the target as it was when the plan was approved. */
  target: { graphId: string; comparableHash: string } | null;
  journal: RestoreJournal;
  keeper: RestoreKeeper;
  filling: Filling;
  /** Told to the administrator who has to approve, where the tenant demands that. */
  justification: string;
}

/** The task with its gaps filled. */
interface FilledTask extends RestoreTask {
  /** Whether the policy refers to one that the same run has made. */
  refersToNew: boolean;
}

/**
 * Costs a request for each step, a list of the family before a copy is created, and a reading of the policy at the end; for
 * an update another reading before. Two journal writes a step.
 */
export async function performRestore(
  client: GraphClient,
  now: () => number,
  task: RestoreTask,
): Promise<RestoreOutcome> {
  const filled = await fillPlan(task.plan, task.filling);
  if (filled.kind === "unfilled") return { ...filled.stop, graphId: task.target?.graphId ?? null, requests: [] };
  const attempts = [...(await task.journal.read())];
  const refersToNew = gapsIn(task.plan.wanted).some(({ kind }) => kind === "restoredId");
  return new Performance(
    client,
    now,
    { ...task, plan: filled.plan, refersToNew },
    familyOf(task.plan.family),
    attempts,
  ).run();
}

class Performance {
  readonly #client: GraphClient;
  readonly #now: () => number;
  readonly #task: FilledTask;
  readonly #family: Family;
  readonly #attempts: RecordedAttempt[];
  #graphId: string | null;
  /** The target as it was before anything was written to it; null of a policy that is made, or was begun by an earlier execution. */
  #found: PolicyDocument | null = null;
  #isKept = false;
  #isAlreadyGone = false;

  constructor(client: GraphClient, now: () => number, task: FilledTask, family: Family, attempts: RecordedAttempt[]) {
    this.#client = client;
    this.#now = now;
    this.#task = task;
    this.#family = family;
    this.#attempts = attempts;
    this.#graphId = task.target?.graphId ?? createdPolicyId(attempts);
  }

  async run(): Promise<RestoreOutcome> {
    const stop = (await this.#awaitApproval()) ?? (await this.#checkTarget()) ?? (await this.#performSteps());
    if (stop?.kind === "failed") await this.#keepWhatIsLeft();
    const outcome = stop ?? (isDeletion(this.#task.plan) ? await this.#seeItGone() : await this.#readBack());
    return { ...outcome, graphId: this.#graphId, requests: requestsOf(this.#task.plan.steps, this.#attempts) };
  }

  /** A unit that waits for days asks for nothing but the approval: its target is looked at when there is something to write. */
  async #awaitApproval(): Promise<RestoreStop | null> {
    const step = this.#task.plan.steps.find((each) => !isApplied(this.#attempts, each));
    const last = step === undefined ? null : lastAttempt(this.#attempts, step);
    if (step === undefined || last?.outcome?.kind !== "parked") return null;
    const approval = await this.#approval(step, last, last.outcome);
    return approval.kind === "stop" ? approval.stop : null;
  }

  async #performSteps(): Promise<RestoreStop | null> {
    for (const step of this.#isAlreadyGone ? [] : this.#task.plan.steps) {
      const stop = await this.#perform(step);
      if (stop) return stop;
    }
    return null;
  }

  /** Nothing is written to a policy that is not what was approved. Once a step was applied, the plan is carried to its end. */
  async #checkTarget(): Promise<RestoreStop | null> {
    const { target, plan } = this.#task;
    if (target === null || plan.steps.some((step) => isApplied(this.#attempts, step))) return null;
    const policy = await readPolicy(this.#client, this.#now, this.#family, target.graphId);
    const [first] = plan.steps;
    const open = first && lastAttempt(this.#attempts, first)?.outcome === null ? first : null;
    if (policy.kind === "not_found" && isDeletion(plan)) {
      // By a request whose answer was lost, which finds nothing when it is sent again; or by somebody else, and there is nothing to do.
      this.#isAlreadyGone = open === null;
      return null;
    }
    if (policy.kind !== "ok") return readingStop(policy, this.#family);
    const { document } = policy.value;
    const stop = await judgeTarget(plan, document, target.comparableHash, open);
    if (stop === null) {
      // What shows the effect of the first request already is not what was there before: that was kept when it was sent.
      if ((await comparableHash(plan.family, document)) === target.comparableHash) this.#found = policy.value;
      return null;
    }
    // The unit may be executed a second time beside this one: a change that the other has made since the journal was read is no conflict.
    const attempts = await this.#task.journal.read();
    return attempts.length > this.#attempts.length ? deferred("elsewhere", ELSEWHERE_SECONDS) : stop;
  }

  async #perform(step: RestoreStep): Promise<RestoreStop | null> {
    for (let losses = 0; ;) {
      const last = lastAttempt(this.#attempts, step);
      if (last?.outcome?.kind === "applied") return null;
      if (last?.outcome === null) {
        const stop = await this.#findOut(step, last);
        if (stop) return stop;
        if (isApplied(this.#attempts, step)) return null;
        losses += 1;
        if (losses === MAX_LOSSES || !(await this.#client.wait(backoffMs(losses, 0.5))))
          return deferred("graph_unavailable");
        continue;
      }
      if (last?.outcome?.kind === "declined" && !last.ofEarlierRun)
        return fails(approvalRefused(last.outcome.code, last.outcome.how));
      let approvalCode: string | null = null;
      if (last?.outcome?.kind === "parked") {
        const approval = await this.#approval(step, last, last.outcome);
        if (approval.kind === "stop") return approval.stop;
        if (approval.kind === "look") continue;
        approvalCode = approval.code;
      }
      const stop = (await this.#whenReady(step)) ?? (await this.#send(step, approvalCode));
      if (stop) return stop;
    }
  }

  /** Ends an attempt whose answer is not known, or says how long it stays unknown. */
  async #findOut(step: RestoreStep, open: Attempt): Promise<RestoreStop | null> {
    if (bearsRepeating(step)) return this.#end(open, { kind: "lost", requestId: null });
    const search = {
      plan: this.#task.plan,
      family: this.#family,
      attempts: this.#attempts,
      graphId: this.#graphId,
    };
    const found = await lookFor(this.#client, this.#now, step, search);
    if (found.kind === "stop") return this.#isUnshown(found.stop) ? deferred("not_shown") : found.stop;
    for (const policyId of found.kind === "none" ? [] : found.policyIds) {
      const applied = { kind: "applied", policyId, requestId: null } as const;
      const recorded = await this.#task.journal.end(open.step, open.number, applied);
      if (recorded === "taken") continue;
      return recorded === "recorded" ? this.#ended(open, applied) : deferred("elsewhere", ELSEWHERE_SECONDS);
    }
    const ageMs = this.#now() - open.startedAt;
    if (ageMs < UNCERTAIN_MS) return deferred("uncertain", (UNCERTAIN_MS - ageMs) / 1000);
    return this.#end(open, { kind: "not_applied", requestId: null });
  }

  async #approval(
    step: RestoreStep,
    parked: RecordedAttempt,
    outcome: ParkedOutcome,
  ): Promise<Extract<ParkedNext, { kind: "send" }> | { kind: "look" } | { kind: "stop"; stop: RestoreStop }> {
    const next = await nextOfParked(this.#client, this.#now(), this.#family, { ...parked, outcome });
    switch (next.kind) {
      case "look":
        return (await this.#begin(step, parked.existedBefore, parked.startedAt)) ? next : ELSEWHERE;
      case "decline": {
        // In one write, so that a crash after it does not make the same run ask again.
        const { how } = next;
        const declined = { kind: "declined", code: outcome.code, how, requestId: null } as const;
        const recorded = await this.#begin(step, parked.existedBefore, this.#now(), declined);
        return recorded ? { kind: "stop", stop: fails(approvalRefused(outcome.code, how)) } : ELSEWHERE;
      }
      default:
        return next;
    }
  }

  /** Null when there is more to find out: how the attempt ended is in its outcome. */
  async #send(step: RestoreStep, approvalCode: string | null): Promise<RestoreStop | null> {
    let existedBefore = firstAttempt(this.#attempts, step)?.existedBefore;
    if (existedBefore === undefined && step.effect.kind === "creates") {
      const { plan } = this.#task;
      const present = await namesakes(this.#client, plan.family, plan.name, textOf(plan.wanted["@odata.type"]));
      if (present.kind !== "ok") return readingStop(present, this.#family);
      existedBefore = present.value;
    }
    if (!this.#isKept) {
      const stop = await this.#task.keeper.before(this.#found);
      if (stop) return stop;
      this.#isKept = true;
    }
    if (!(await this.#begin(step, existedBefore ?? []))) return deferred("elsewhere", ELSEWHERE_SECONDS);
    const attempt = lastAttempt(this.#attempts, step);
    if (!attempt) throw new Error("an attempt that was begun is there");
    const path = step.path.replace(POLICY_ID, encodeURIComponent(this.#graphId ?? ""));
    const result = await this.#client.write({
      method: step.method,
      url: this.#client.url(this.#family.version, path),
      body: step.body,
      approval: { justification: this.#task.justification, code: approvalCode },
      patienceMs: PATIENCE_MS,
    });
    const { requestId } = result;
    switch (result.kind) {
      case "ok": {
        const policyId = step.effect.kind === "creates" ? this.#idIn(result.value) : null;
        // Created, and no word under which id: looked for like a lost answer.
        if (step.effect.kind === "creates" && policyId === null) return null;
        return this.#end(attempt, { kind: "applied", policyId, requestId });
      }
      case "unknown":
        return null;
      case "aborted":
        return deferred("interrupted");
      case "approval_required": {
        const { code, justification } = result;
        return this.#end(attempt, { kind: "parked", code, justification, requestId });
      }
      case "throttled": {
        const stop = await this.#end(attempt, { kind: "not_applied", requestId });
        if (stop) return stop;
        const waited = await this.#client.wait((result.retryAfterSeconds ?? 1) * 1000);
        return waited ? null : throttledStop(result);
      }
      case "not_found":
        if (step.effect.kind === "removes" || step.effect.kind === "deletes")
          return this.#end(attempt, { kind: "applied", policyId: null, requestId });
        break;
      default:
        break;
    }
    const stop = await this.#end(attempt, { kind: "not_applied", requestId });
    if (stop) return stop;
    if (this.#maySucceedYet(step, result)) return this.#pause(attempt.number);
    return writingStop(result, step, this.#family.restore.permission);
  }

  /** Whether Graph refuses the step for what it does not show yet: the policy just created, or one that this one refers to. */
  #maySucceedYet(step: RestoreStep, refusal: WriteFailure): boolean {
    if (refusal.kind === "not_found" && this.#isJustCreated()) return true;
    const isUnseen = refusal.kind === "not_found" || (refusal.kind === "rejected" && NOT_THERE.test(refusal.message));
    const [first] = this.#attempts.filter((attempt) => attempt.step === step.name);
    return isUnseen && this.#task.refersToNew && first !== undefined && this.#isRecent(first);
  }

  #isUnshown(stop: RestoreStop): boolean {
    return stop.kind === "failed" && stop.failure.code === "not_found" && this.#isJustCreated();
  }

  #isJustCreated(): boolean {
    const made = this.#attempts.find(({ outcome }) => outcome?.kind === "applied" && outcome.policyId !== null);
    return made !== undefined && this.#isRecent(made);
  }

  #isRecent({ startedAt }: Attempt): boolean {
    return this.#now() - startedAt < UNCERTAIN_MS;
  }

  /** Null after a moment; deferred when this turn has waited long enough. */
  async #pause(tries: number): Promise<RestoreStop | null> {
    const goesOn = tries % TRIES_A_TURN !== 0 && (await this.#client.wait(backoffMs(tries % TRIES_A_TURN, 0.5)));
    return goesOn ? null : deferred("not_shown");
  }

  /** Null once the policy is as the step needs it, or after so long that Graph's own refusal tells more. */
  async #whenReady({ awaits }: RestoreStep): Promise<RestoreStop | null> {
    const made = this.#attempts.find(({ outcome }) => outcome?.kind === "applied" && outcome.policyId !== null);
    if (awaits === undefined || made === undefined) return null;
    for (let tries = 1; this.#now() - made.startedAt < READY_MS; tries += 1) {
      const policy = await readPolicy(this.#client, this.#now, this.#family, this.#graphId ?? "");
      if (policy.kind === "ok" && policy.value.document[awaits.property] === awaits.value) return null;
      const failure = policy.kind === "ok" || policy.kind === "not_found" ? null : policy;
      const stop = failure === null ? await this.#pause(tries) : readingStop(failure, this.#family);
      if (stop) return stop;
    }
    return null;
  }

  async #readBack(): Promise<RestoreStop | (RestoreOutcome & { kind: "restored" })> {
    const { plan } = this.#task;
    const graphId = this.#graphId ?? "";
    const result = await readBack(this.#client, this.#now, plan.family, graphId, plan.wanted, plan);
    if (result.kind === "not_found" && this.#isJustCreated()) return deferred("not_shown");
    if (result.kind !== "ok") return readingStop(result, this.#family);
    const { policy, differences } = result.value;
    if (this.#hasWritten()) await this.#task.keeper.after(policy);
    if (differences.length === 0) return { kind: "restored", policy, graphId, requests: [] };
    return fails(mismatch(differences));
  }

  /** What is read as gone twice over is gone: Graph may show for some moments what was just deleted. */
  async #seeItGone(): Promise<RestoreStop | (RestoreOutcome & { kind: "deleted" })> {
    const graphId = this.#graphId ?? "";
    const gone = await isGone(this.#client, this.#now, this.#family, graphId);
    if (gone.kind !== "ok") return readingStop(gone, this.#family);
    if (gone.value) return { kind: "deleted", graphId, requests: [] };
    const last = this.#attempts.at(-1);
    return last !== undefined && this.#isRecent(last) ? deferred("not_shown") : fails(STILL_THERE);
  }

  /** Whether Graph has taken anything that this run sent: what is read then is of its making. */
  #hasWritten(): boolean {
    return this.#attempts.some(({ ofEarlierRun, outcome }) => !ofEarlierRun && outcome?.kind === "applied");
  }

  /** A restore that fails on its way leaves something behind as well. Best effort: unread, an undo decides by what the plan wanted. */
  async #keepWhatIsLeft(): Promise<void> {
    if (this.#graphId === null || !this.#hasWritten()) return;
    const policy = await readPolicy(this.#client, this.#now, this.#family, this.#graphId);
    if (policy.kind === "ok") await this.#task.keeper.after(policy.value);
  }

  async #begin(
    step: RestoreStep,
    existedBefore: readonly string[],
    startedAt = this.#now(),
    outcome: AttemptOutcome | null = null,
  ): Promise<boolean> {
    const number = (lastAttempt(this.#attempts, step)?.number ?? 0) + 1;
    const attempt: Attempt = { step: step.name, number, startedAt, existedBefore, outcome };
    if (!(await this.#task.journal.begin(attempt))) return false;
    this.#attempts.push({ ...attempt, ofEarlierRun: false });
    return true;
  }

  async #end(attempt: Attempt, outcome: AttemptOutcome): Promise<RestoreStop | null> {
    const recorded = await this.#task.journal.end(attempt.step, attempt.number, outcome);
    switch (recorded) {
      case "recorded":
        return this.#ended(attempt, outcome);
      case "taken":
        // A restore of an equal policy, whose own answer was lost, has found ours and calls it its own. We make another.
        return this.#end(attempt, { kind: "not_applied", requestId: outcome.requestId });
      case "ended_already":
        logEvent("warn", "restore_attempt_overtaken", { step: attempt.step, outcome: outcome.kind });
        return deferred("elsewhere", ELSEWHERE_SECONDS);
    }
  }

  #idIn(value: unknown): string | null {
    return isJsonObject(value) ? policyIdOf(this.#family, value) : null;
  }

  #ended(attempt: Attempt, outcome: AttemptOutcome): null {
    attempt.outcome = outcome;
    if (outcome.kind === "applied" && outcome.policyId !== null) this.#graphId = outcome.policyId;
    return null;
  }
}

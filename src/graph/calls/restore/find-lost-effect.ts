/** Looks in the tenant for the effect of a step whose answer was lost. */
import type { GraphClient } from "../client.ts";
import type { Family } from "../../families/family.ts";
import { readPolicy } from "../family-reader.ts";
import { entriesLike, shows } from "./detect-effect.ts";
import { createdBy } from "./find-created.ts";
import { firstAttempt, isApplied, type Attempt } from "./journal.ts";
import { readingStop, type RestoreStop } from "./outcome.ts";
import type { WritePlan } from "../../restore/plan.ts";
import type { RestoreStep } from "../../restore/restore-step.ts";

export type Found =
  /** For a step that creates, the policies that it may have made, likeliest first; else one null. */
  { kind: "found"; policyIds: readonly (string | null)[] } | { kind: "none" } | { kind: "stop"; stop: RestoreStop };

export interface Search {
  plan: WritePlan;
  family: Family;
  attempts: readonly Attempt[];
  /** Null before the policy was created. */
  graphId: string | null;
}

export async function lookFor(
  client: GraphClient,
  now: () => number,
  step: RestoreStep,
  search: Search,
): Promise<Found> {
  const { plan, family, attempts, graphId } = search;
  if (step.effect.kind === "creates") {
    const { existedBefore = [], startedAt = 0 } = firstAttempt(attempts, step) ?? {};
    const ids = await createdBy(client, now, { key: plan.family, body: step.body ?? {}, existedBefore, startedAt });
    if (ids.kind !== "ok") return { kind: "stop", stop: readingStop(ids, family) };
    return ids.value.length === 0 ? { kind: "none" } : { kind: "found", policyIds: ids.value };
  }
  const policy = await readPolicy(client, now, family, graphId ?? "");
  if (policy.kind !== "ok") return { kind: "stop", stop: readingStop(policy, family) };
  const there = shows(plan.family, step, policy.value.document, plan.wanted, twinsOf(step, plan, attempts));
  return there ? { kind: "found", policyIds: [null] } : { kind: "none" };
}

/** Equal entries that other steps of the plan have added: those are theirs. */
function twinsOf(step: RestoreStep, plan: WritePlan, attempts: readonly Attempt[]): number {
  const { effect, body } = step;
  if (effect.kind !== "adds" || body === null) return 0;
  const { property } = effect;
  const others = plan.steps.filter((other) => other !== step && isApplied(attempts, other));
  return others.filter(
    (other) =>
      other.effect.kind === "adds" &&
      other.effect.property === property &&
      other.body !== null &&
      entriesLike(plan.family, property, body, { [property]: [other.body] }) > 0,
  ).length;
}

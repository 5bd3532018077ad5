/** Fills a plan's gaps, so that it can be sent. The filled plan may hold secrets: it stays in memory. */
import { isJsonObject, type JsonObject } from "../../../policies/json-value.ts";
import { filledObject, gapsIn, type Gap } from "../../restore/gaps.ts";
import { inBase64 } from "../../oma-secrets.ts";
import { fails, type RestoreStop } from "./outcome.ts";
import type { WritePlan } from "../../restore/plan.ts";

export interface Filling {
  /** The plain value of an encrypted OMA setting; null when it is not to be had. */
  omaValue(reference: string): Promise<string | null>;
  /** The id that another item of the same plan has in the tenant; null when it was not restored. */
  restoredId(item: string): Promise<string | null>;
}

export type FilledPlan = { kind: "filled"; plan: WritePlan } | { kind: "unfilled"; stop: RestoreStop };

/** Each gap is asked for once, however often it stands in the plan. */
export async function fillPlan(plan: WritePlan, filling: Filling): Promise<FilledPlan> {
  const values = new Map<string, string>();
  for (const gap of [plan.wanted, ...plan.steps.map(({ body }) => body)].flatMap(gapsIn)) {
    const key = gapKey(gap);
    if (values.has(key)) continue;
    const value =
      gap.kind === "restoredId" ? await filling.restoredId(gap.item) : await filling.omaValue(gap.reference);
    if (value === null) return { kind: "unfilled", stop: unfilled(gap) };
    values.set(key, gap.kind === "omaBase64" ? inBase64(value) : value);
  }
  if (values.size === 0) return { kind: "filled", plan };
  const fillObject = (body: JsonObject) => filledObject(body, (gap) => values.get(gapKey(gap)) ?? "");
  const steps = plan.steps.map((step) => (isJsonObject(step.body) ? { ...step, body: fillObject(step.body) } : step));
  return { kind: "filled", plan: { ...plan, steps, wanted: fillObject(plan.wanted) } };
}

function gapKey(gap: Gap): string {
  return gap.kind === "restoredId" ? `item ${gap.item}` : `${gap.kind} ${gap.reference}`;
}

function unfilled(gap: Gap): RestoreStop {
  return gap.kind === "restoredId"
    ? fails({ code: "dependency_missing", message: "Another policy that this one refers to was not restored." })
    : fails({
        code: "encrypted_value",
        message: "The plain text of an encrypted OMA setting is not to be had any more.",
      });
}

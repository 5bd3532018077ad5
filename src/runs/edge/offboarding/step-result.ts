import type { Deletion } from "../../../database/offboarding/removal.ts";

/** What a step of a deletion came to: it goes on at once, later, or has ended. */
export type StepResult = { kind: "on"; deletion: Deletion } | { kind: "later"; afterMs: number } | { kind: "ended" };

/** Units of a run as they are kept outside its object. */

/** One unit of a plan. `key` is unique in the plan and orders it; `input` is small and holds no secret. */
export interface PlannedUnit {
  key: string;
  /** For people: "Settings catalog". */
  label: string;
  input: unknown;
  /** The key that its operation named (`BulkBehavior.comesAfter`), kept with the plan: all units with lower keys end before it is sent. */
  after?: string;
}

/** Why a unit did not succeed. Kept in the journal until it has been projected to D1. */
export interface UnitProblem {
  ordinal: number;
  outcome: "failed" | "skipped";
  reasonCode: string;
  message: string;
  attempts: number;
}

/** A problem with the words people need, as D1 keeps it. */
export interface ProjectedProblem extends UnitProblem, PlannedUnit {}

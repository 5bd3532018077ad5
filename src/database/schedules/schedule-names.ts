/** The two kinds of schedules: of a tenant, in its shard; and over tenants, a person's own, in the control database. What is done with both is written once. */
import { notMoving } from "../moves/fences.ts";

/** Names of the tables and columns of a kind, for SQL. */
export interface ScheduleNames {
  schedules: string;
  occurrences: string;
  /** Which runs are whose steps. */
  stepRuns: string;
  /** The projections of these runs. */
  runs: string;
  /** Whose a schedule is. */
  holder: "tenant_id" | "owner_id";
  /** Rows of occurrences and steps have the tenant's id. */
  ofTenant: boolean;
  /** What the sweep notes in `sweep_cursors`: when it last looked at these schedules. */
  atWork: string;
  /** SQL that holds for a row that may be changed now, by its alias. */
  isAtHome: (row: string) => string;
}

export const OF_TENANT: ScheduleNames = {
  schedules: "schedules",
  occurrences: "schedule_occurrences",
  stepRuns: "schedule_runs",
  runs: "operation_runs",
  holder: "tenant_id",
  ofTenant: true,
  atWork: "schedules_at_work",
  isAtHome: (row) => notMoving(`${row}.tenant_id`),
};

export const OVER_TENANTS: ScheduleNames = {
  schedules: "portfolio_schedules",
  occurrences: "portfolio_occurrences",
  stepRuns: "portfolio_schedule_runs",
  runs: "portfolio_runs",
  holder: "owner_id",
  ofTenant: false,
  atWork: "portfolio_schedules_at_work",
  isAtHome: () => "true",
};

/** SQL for the kind that has a tenant's id in its rows, and nothing for the other. */
export function whereOfTenant({ ofTenant }: ScheduleNames, text: string): string {
  return ofTenant ? text : "";
}

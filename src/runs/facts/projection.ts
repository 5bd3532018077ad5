/** What one write to D1 carries of a run. */
import type { ProjectionRow } from "./projection-row.ts";
import type { ProjectedProblem } from "./units.ts";

export interface Projection {
  row: ProjectionRow;
  /** More problems follow: write these and leave the row alone, so that a completed row always has its whole list. */
  partial: boolean;
  tenantSlug: string;
  problems: ProjectedProblem[];
}

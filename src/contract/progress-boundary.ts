/**
 * The boundary of counted progress: the types whose mode is fixed by decision, whatever their declaration would like
 * (docs/ui/enterprise-ui-standards.md; specs/271-counted-progress-rollout). They are the rows of the table of operation types with
 * `excludedBy`. Moving a type out takes a specification of its own: the check compares the rows with the specifications.
 */
import { isOperationType, OPERATION_TYPES } from "./operation-types.ts";
import type { ProgressMode } from "./progress.ts";

/** Nobody knows beforehand how much there is to do with a baseline, whatever it is that is done. */
const PHASED_FAMILY = "baseline.";

/** The mode that the boundary fixes for a type; null for one that may be declared as it can prove. */
export function fixedProgressMode(type: string): ProgressMode | null {
  if (type.startsWith(PHASED_FAMILY)) return "phased";
  if (!isOperationType(type)) return null;
  const row = OPERATION_TYPES[type];
  return "excludedBy" in row ? row.progressMode : null;
}

/** Says how a declaration contradicts the boundary, or null. */
export function judgeProgressMode(type: string, declared: string): string | null {
  const fixed = fixedProgressMode(type);
  if (fixed === null || fixed === declared) return null;
  return `${type} is ${fixed} by decision and may not be declared ${declared}: see docs/ui/enterprise-ui-standards.md.`;
}

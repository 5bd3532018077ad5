/**
 * The boundary of counted progress: the types whose mode is fixed by decision, whatever their declaration would like
 * (docs/ui/enterprise-ui-standards.md; specs/271-counted-progress-rollout). The only such list. Moving a type out of it takes a
 * specification of its own.
 */
import type { ProgressMode } from "./progress.ts";

/** Nobody knows beforehand how much there is to do, so they go in phases and never show a number. */
export const PHASED_TYPES = ["baseline.capture", "baseline.compare", "policy.restore-preview"] as const;

/** Whatever else is done with baselines has the same reason. */
const PHASED_FAMILY = "baseline.";

/** Their workers are not proven to count: indeterminate. */
export const UNCOUNTED_TYPES = ["backup-set.delete", "backup-set.force-delete"] as const;

/** The mode that the boundary fixes for a type; null for one that may be declared as it can prove. */
export function fixedProgressMode(type: string): ProgressMode | null {
  if (type.startsWith(PHASED_FAMILY) || PHASED_TYPES.some((phased) => phased === type)) return "phased";
  return UNCOUNTED_TYPES.some((uncounted) => uncounted === type) ? "uncounted" : null;
}

/** Says how a declaration contradicts the boundary, or null. */
export function judgeProgressMode(type: string, declared: string): string | null {
  const fixed = fixedProgressMode(type);
  if (fixed === null || fixed === declared) return null;
  return `${type} is ${fixed} by decision and may not be declared ${declared}: see docs/ui/enterprise-ui-standards.md.`;
}

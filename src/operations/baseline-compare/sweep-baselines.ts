/** What the cron sweep does for baselines: ends acceptances whose time is over, and cleans up after runs that left nothing. */
import { failAbandonedBaselines } from "../../database/baselines/baseline-building.ts";
import { abandonedComparisons, failComparison } from "../../database/baselines/comparison-work.ts";
import { expireAcceptances } from "../../database/findings/finding-expiry.ts";
import { errorFields, logEvent } from "../../observability/log.ts";

const COMPARISONS_PER_SWEEP = 50;

/** Never rejects: what it leaves undone, the next one finds. */
export async function sweepBaselines({ DATABASE }: Env, now: number): Promise<void> {
  try {
    await expireAcceptances(DATABASE, now);
    await failAbandonedBaselines(DATABASE);
    for (const id of await abandonedComparisons(DATABASE, COMPARISONS_PER_SWEEP)) await failComparison(DATABASE, id);
  } catch (error) {
    logEvent("error", "baselines_not_swept", errorFields(error));
  }
}

/** What the cron sweep does for comparisons: ends acceptances whose time is over, and cleans up after runs that left nothing. */
import { abandonedComparisons, failComparison } from "../../database/baselines/comparison-work.ts";
import { expireAcceptances } from "../../database/findings/finding-expiry.ts";
import type { TenantEnv } from "../../database/databases.ts";

const COMPARISONS_PER_SWEEP = 50;

/** What it leaves undone, the next sweep finds. */
export async function sweepComparisons({ DATABASE }: TenantEnv, now: number): Promise<void> {
  await expireAcceptances(DATABASE, now);
  for (const id of await abandonedComparisons(DATABASE, COMPARISONS_PER_SWEEP)) await failComparison(DATABASE, id);
}

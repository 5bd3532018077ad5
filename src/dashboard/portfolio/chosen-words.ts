import type { PortfolioSchedule } from "../../contract/portfolio-schedules.ts";
import { PORTFOLIO_WORDS } from "../../contract/portfolio.ts";
import { counted } from "../components/digits.ts";

/** Which tenants a schedule is over. Of a list, those that are still the person's are counted. */
export function tenantsText({ chosen, listed }: Pick<PortfolioSchedule, "chosen" | "listed">): string {
  switch (chosen.kind) {
    case "all":
      return "All your tenants, as of each start";
    case "tag":
      return `Your tenants with the tag “${chosen.tag}”, as of each start`;
    case "list":
      return listed === null ? "Chosen tenants" : counted(listed.length, "chosen tenant", "chosen tenants");
  }
}

export function stepText({ type, standardId }: PortfolioSchedule["steps"][number]): string {
  return standardId === undefined ? PORTFOLIO_WORDS[type] : `${PORTFOLIO_WORDS[type]}, by a gold standard`;
}

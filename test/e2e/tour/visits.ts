/** What a tour looks at: every page of the console, in the states that it has. */
import { PAGES } from "../../../src/contract/console-addresses.ts";
import type { TourState } from "./tour-state.ts";

export type VisitState = "busy" | "empty" | "failed";

export interface Visit {
  /** Of the picture: page and state. */
  name: string;
  state: VisitState;
  address: string;
  /** The demo person who looks. */
  as: string;
}

/** Those who see the page as it is meant to be seen, where that is not the owner. */
const SEEN_BY: Record<string, string> = { setUp: "outsider" };

/**
 * Every page of the console once with something on it, and again where it is empty or its work failed. The pages are those of the table of
 * addresses, which `test/dashboard/router.test.ts` compares with the router.
 * @throws Error when a page has no visit: its address still has a hole
 */
export function allVisits({ pages, empty, failed, waitingRun }: TourState): Visit[] {
  const visits: Visit[] = [];
  for (const [name, address] of Object.entries(pages)) {
    visits.push({ name, state: "busy", address, as: SEEN_BY[name] ?? "owner" });
  }
  visits.push({ name: "run-waiting", state: "busy", address: waitingRun, as: "owner" });
  visits.push({ name: "home-of-one", state: "busy", address: PAGES.home, as: "outsider" });
  for (const [name, address] of Object.entries(viewsOf(pages))) {
    visits.push({ name, state: "busy", address, as: "owner" });
  }
  for (const [name, address] of Object.entries(empty)) visits.push({ name, state: "empty", address, as: "owner" });
  for (const [name, address] of Object.entries(failed)) visits.push({ name, state: "failed", address, as: "owner" });
  const forgotten = visits.filter(({ address }) => address.includes("$"));
  if (forgotten.length > 0) throw new Error(`no visit to ${forgotten.map(({ name }) => name).join(", ")}`);
  return visits;
}

/** Views of a page that its own address does not show. */
function viewsOf({ policy, backupItem, inventory, findings }: TourState["pages"]): Record<string, string> {
  return {
    "policy-assignments": `${policy}?tab=assignments`,
    "policy-changes": `${policy}?tab=changes`,
    "policy-about": `${policy}?tab=about`,
    "policy-json": `${policy}?tab=json`,
    "backupItem-references": `${backupItem}?show=references`,
    "backupItem-json": `${backupItem}?show=json`,
    "inventory-families": `${inventory}?view=families`,
    "findings-all": `${findings}?status=all`,
  };
}

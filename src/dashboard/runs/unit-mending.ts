/** Where a person mends what made units fail, by the code of the reason. Pure. */
import { PAGES } from "../../contract/console-addresses.ts";
import type { RunUnit } from "../../contract/runs.ts";

/** A page of the tenant where the cause is removed. */
export interface MendingPlace {
  label: string;
  to: typeof PAGES.permissions | typeof PAGES.connection | typeof PAGES.backupSets | typeof PAGES.inventory;
  search?: { view: "families" };
}

/**
 * `place`: a person removes the cause there. `again`: it passes by itself, and the units can be tried again. `none`: the message says all that there
 * is to say.
 */
export type Mending = { kind: "place"; place: MendingPlace } | { kind: "again" } | { kind: "none" };

const PLACES: Readonly<Record<string, MendingPlace>> = {
  permission_missing: { label: "Check permissions", to: PAGES.permissions },
  credentials_rejected: { label: "Renew the connection", to: PAGES.connection },
  not_connected: { label: "Connect the tenant", to: PAGES.connection },
  connection_unusable: { label: "See the connection", to: PAGES.connection },
  partly_read: { label: "See what was not read", to: PAGES.inventory, search: { view: "families" } },
  never_read: { label: "See the families", to: PAGES.inventory, search: { view: "families" } },
  not_archived: { label: "See the backup sets", to: PAGES.backupSets },
};

/** Nothing of the tenant is in the way: an outage, a limit, or a fault of this product. */
const PASSING = new Set([
  "graph_unavailable",
  "part_not_found",
  "waiting_for_graph",
  "throttled",
  "timed_out",
  "storage_unavailable",
  "contended",
  "interrupted",
  "lost",
  "delivery_exhausted",
  "internal_error",
  "malformed_response",
  "over_budget",
  "content_unavailable",
]);

export function mendingOf(reasonCode: string): Mending {
  const place = PLACES[reasonCode];
  if (place !== undefined) return { kind: "place", place };
  return PASSING.has(reasonCode) ? { kind: "again" } : { kind: "none" };
}

/** Units that ended so for one reason. */
export interface ReasonGroup {
  key: string;
  outcome: RunUnit["outcome"];
  reasonCode: string;
  message: string;
  units: RunUnit[];
}

/** By outcome and reason, what failed first, then the largest. Units with one code and different messages are mended apart. */
export function groupByReason(units: readonly RunUnit[]): ReasonGroup[] {
  const groups = new Map<string, ReasonGroup>();
  for (const unit of units) {
    const { outcome, reasonCode, message } = unit;
    const key = JSON.stringify([outcome, reasonCode, message]);
    const group = groups.get(key) ?? { key, outcome, reasonCode, message, units: [] };
    group.units.push(unit);
    groups.set(key, group);
  }
  const rank = ({ outcome }: ReasonGroup) => (outcome === "failed" ? 0 : 1);
  return [...groups.values()].toSorted(
    (one, other) => rank(one) - rank(other) || other.units.length - one.units.length,
  );
}

/** What is known of a tenant's activity, of the ways by which it comes. Pure. */
import type { Reachable } from "../api/reachability.ts";
import type { Told } from "../api/told.ts";
import type { Activity } from "./run-merge.ts";

/** `live`: the socket is open. `polling`: it is not, reads succeed. `offline`: neither works. */
export type ConnectionState = "connecting" | "live" | "polling" | "offline";

/** `toldAt`: when the activity was told last, in milliseconds since the epoch; null before it was. */
export interface ConnectionNews {
  state: ConnectionState;
  toldAt: number | null;
}

/** @param known null before the first snapshot */
export function toldActivity(known: Activity | null, news: ConnectionNews, reachable: Reachable): Told<Activity> {
  if (reachable.state === "lost") {
    return { state: "unknown", reason: "not_connected", since: reachable.since, last: known };
  }
  // The server is there, and what tells of runs is not.
  if (news.state === "offline") return { state: "unknown", reason: "not_read", since: news.toldAt, last: known };
  if (known === null || news.toldAt === null) return { state: "loading" };
  return { state: "told", value: known, asOf: news.toldAt };
}

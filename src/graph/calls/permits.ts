/** Permission to send requests, from whatever shares a tenant's limits out. */
import type { ServiceGroup } from "./service-groups.ts";

export type Permission =
  /**
   * May be sent in `waitMs`, which is mostly 0. `epoch` names the state of learning that it was given in, and goes back with what Graph
   * answers to it.
   */
  | { kind: "granted"; waitMs: number; epoch: number }
  /** Not within the patience: ask again in `waitMs`. `cause`: others have the turn before, or Graph has told the tenant to wait. */
  | { kind: "later"; waitMs: number; cause: "paced" | "closed" };

export interface PermitSource {
  /**
   * Permission for `requests` requests to one service; each part of a `$batch` is one, as Graph counts them. `patienceMs`: the longest
   * wait worth a grant. Never rejects, and at once where there is something to give.
   */
  take(group: ServiceGroup, requests: number, patienceMs: number): Permission | Promise<Permission>;
  /**
   * Graph has refused requests that were sent with a permission of `epoch` (429). `retryAfterMs` is null where it did not say for how
   * long. Told to all of the tenant's work; never rejects, and a report that is lost is made by the next that is refused.
   */
  refused(group: ServiceGroup, epoch: number, retryAfterMs: number | null): void;
}

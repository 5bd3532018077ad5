/**
 * Whether the server answers this page. Whatever hears from it says so here (requests, the socket), and whatever waited in vain; all that is
 * shown is as old as the last that was heard. Pure but for the one store at the end.
 */

/** `since`: when the server was heard last, in milliseconds since the epoch. Nothing that is shown is younger. */
export type Reachable = { state: "connected" } | { state: "lost"; since: number };

const CONNECTED: Reachable = { state: "connected" };

export interface Reachability {
  getState: () => Reachable;
  /** When the server was heard last; null before the first answer. */
  heardAt: () => number | null;
  /** The server has answered. */
  heard: () => void;
  /**
   * A question that was asked at `askedAt` had no answer in its time. Says nothing when the server has answered another one since then: that one
   * request was slow.
   */
  missed: (askedAt: number) => void;
  /** Calls back when the connection is lost, and when it is there again. */
  subscribe: (listener: () => void) => () => void;
}

/** @param now the clock, in milliseconds since the epoch */
export function createReachability(now: () => number): Reachability {
  let state = CONNECTED;
  let heardAt: number | null = null;
  const listeners = new Set<() => void>();
  const change = (next: Reachable) => {
    state = next;
    for (const listener of listeners) listener();
  };
  return {
    getState: () => state,
    heardAt: () => heardAt,
    heard() {
      heardAt = now();
      if (state.state === "lost") change(CONNECTED);
    },
    missed(askedAt) {
      if (state.state === "lost" || (heardAt !== null && heardAt > askedAt)) return;
      change({ state: "lost", since: heardAt ?? askedAt });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export const reachability = createReachability(Date.now);

/** How long nothing may be heard before a visible page asks, and how often it asks once the connection is lost. */
export const QUIET_MS = 15_000;
export const ASK_AGAIN_MS = 3_000;

export interface ProbeFacts {
  visible: boolean;
  lost: boolean;
  /** When the server was heard last, and asked last by a probe; null: never. */
  heardAt: number | null;
  askedAt: number | null;
}

/** Whether the page asks the server now whether it is there. Nobody reads a hidden page, so it does not ask. */
export function asksNow({ visible, lost, heardAt, askedAt }: ProbeFacts, nowMs: number): boolean {
  if (!visible) return false;
  const isOver = (at: number | null, ms: number): boolean => at === null || nowMs - at >= ms;
  return lost ? isOver(askedAt, ASK_AGAIN_MS) : isOver(heardAt, QUIET_MS) && isOver(askedAt, QUIET_MS);
}

/** Asks the server whether it is there: the one question whose answer does not matter, only that it comes. */
import { healthRoutes } from "../../contract/routes/session.ts";
import { call } from "./client.ts";
import { asksNow, reachability } from "./reachability.ts";
import { PROBE_LIMIT } from "./time-limit.ts";

const LOOK_EVERY_MS = 1_000;

let asking = false;
let askedAt: number | null = null;

/** Asks, unless it is being asked already. `reachability` has the answer. Never throws. */
export async function askServer(): Promise<void> {
  if (asking) return;
  asking = true;
  askedAt = Date.now();
  try {
    await call(healthRoutes.check, { params: {}, limit: PROBE_LIMIT });
  } catch {
    // The call has told `reachability`.
  } finally {
    asking = false;
  }
}

/** Asks for as long as the page is open, where nothing else does and people look. */
export function keepAsking(): void {
  setInterval(() => {
    const facts = {
      visible: document.visibilityState === "visible",
      lost: reachability.getState().state === "lost",
      heardAt: reachability.heardAt(),
      askedAt,
    };
    if (asksNow(facts, Date.now())) void askServer();
  }, LOOK_EVERY_MS);
}

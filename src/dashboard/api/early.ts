/** Answers that were asked for before the console's code was there (scripts/setup/early-requests.ts). Each is taken once, and while it is young. */

import type { Answer } from "../../client/answer.ts";

interface Asked {
  answer: Promise<Answer>;
  /** Milliseconds since the epoch. */
  askedAt: number;
}

declare global {
  var tenantAtlasEarly: Map<string, Asked> | undefined;
}

/** What is older is asked for again: it may not be so any more. */
const YOUNG_MS = 10_000;

/**
 * The early answer to a read; null where there is none, or it has failed: the caller then asks itself. Throws what `signal` aborts with.
 */
export async function earlyAnswer(address: string, signal: AbortSignal): Promise<Answer | null> {
  const asked = globalThis.tenantAtlasEarly?.get(address);
  if (asked === undefined) return null;
  globalThis.tenantAtlasEarly?.delete(address);
  if (Date.now() - asked.askedAt > YOUNG_MS) return null;
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([asked.answer.catch(() => null), aborted]);
}

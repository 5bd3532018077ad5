/**
 * One call of a receiver, who may be hostile: no redirect is followed, little of the answer is read, and the wait is short. What came back is told;
 * what it means is for the caller.
 */
import { readRetryAfter } from "../../news/back-off.ts";
import type { Fetch } from "./judge-receiver.ts";

export const RECEIVER_LIMITS = {
  /** Until the answer is there. */
  timeoutMs: 15_000,
  /** Read of it, so that the connection can end well; and kept. */
  readBytes: 64 * 1_024,
  keptLetters: 1_024,
};
export type ReceiverLimits = typeof RECEIVER_LIMITS;

export interface ReceiverCall {
  url: string;
  headers: Record<string, string>;
  body: string;
}

export type Called =
  | { kind: "answered"; status: number; answer: string; retryAfterMs: number | null }
  | { kind: "timed_out" | "unreachable" };

/** Never rejects: a receiver's faults are answers. */
export async function callReceiver(
  { url, headers, body }: ReceiverCall,
  { fetch, now, signal }: { fetch: Fetch; now: () => number; signal?: AbortSignal },
  { timeoutMs, readBytes, keptLetters }: ReceiverLimits = RECEIVER_LIMITS,
): Promise<Called> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8", "user-agent": "TenantAtlas-News/1", ...headers },
      body,
      redirect: "manual",
      signal: either,
    });
    const { status } = response;
    const retryAfterMs = readRetryAfter(response.headers.get("retry-after"), now());
    const text = await readSome(response, readBytes, either);
    return { kind: "answered", status, answer: Array.from(text).slice(0, keptLetters).join(""), retryAfterMs };
  } catch {
    return { kind: timeout.aborted ? "timed_out" : "unreachable" };
  }
}

/** The beginning of a body. The status has said all that counts: a body that stops or drips is cut where it is. */
async function readSome(response: Response, most: number, signal: AbortSignal): Promise<string> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const late = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener("abort", () => resolve(null), { once: true });
  });
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    while (bytes < most) {
      const part = await Promise.race([reader.read(), late]);
      if (part === null || part.done) break;
      const chunk: unknown = part.value;
      if (!(chunk instanceof Uint8Array)) break;
      bytes += chunk.byteLength;
      text += decoder.decode(chunk.subarray(0, Math.max(0, most - (bytes - chunk.byteLength))), { stream: true });
    }
  } catch {
    // What came before is told.
  }
  void reader.cancel().catch(() => {});
  return text;
}

/**
 * Repeating calls to Durable Objects. The platform marks a failure `retryable` when the object was reset or moved (a deploy does that to
 * all of them) and `overloaded` when the object has more requests than it can do:
 * https://developers.cloudflare.com/durable-objects/best-practices/error-handling/
 */

/** First attempt included. All of them together wait at most 1.5 seconds. */
export const CALL_ATTEMPTS = 5;
const FIRST_WAIT_MS = 100;

/** The object cannot be reached for now, or has too much to do. Whether the last attempt took effect is not known. */
export class ObjectUnavailableError extends Error {
  override name = "ObjectUnavailableError";
  readonly code = "object_unavailable";
  /** When a caller may try again. An overloaded object needs time more than it needs attempts. */
  readonly retryAfterSeconds: number;

  constructor(reason: "overloaded" | "unreachable", cause: unknown) {
    super(`the object is ${reason}`, { cause });
    this.retryAfterSeconds = reason === "overloaded" ? 10 : 2;
  }
}

export interface RepeatPorts {
  wait(milliseconds: number): Promise<void>;
  /** From 0 up to 1, without 1. */
  random(): number;
}

const REAL: RepeatPorts = {
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
};

/**
 * The attempt's answer. Repeats it, after growing waits with jitter, while it fails as `retryable` and not `overloaded`. Any failed
 * attempt may have taken effect, so what is called has to bear being called again. Throws `ObjectUnavailableError` when the object is
 * overloaded or the attempts are used up, and at once whatever else the attempt throws.
 */
export async function repeatCall<T>(attempt: () => Promise<T>, ports: RepeatPorts = REAL): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (says(error, "overloaded")) throw new ObjectUnavailableError("overloaded", error);
      if (!says(error, "retryable")) throw error;
      if (failures >= CALL_ATTEMPTS) throw new ObjectUnavailableError("unreachable", error);
      await ports.wait(Math.round(FIRST_WAIT_MS * 2 ** (failures - 1) * (0.5 + ports.random() / 2)));
    }
  }
}

function says(error: unknown, property: "retryable" | "overloaded"): boolean {
  return error instanceof Error && property in error && Reflect.get(error, property) === true;
}

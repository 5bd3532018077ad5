/** What one unit may spend on Microsoft Graph, so that none retries for ever (F39). */
export interface BudgetLimits {
  /** HTTP requests, token and repeated ones included; a `$batch` is one. */
  maxRequests: number;
  /** Requests sent again after throttling or a transient failure. */
  maxRetries: number;
  /** The same among them without any progress in between: against an answer that never changes. */
  maxFruitlessRetries: number;
  /** The longest single wait that is slept through; a longer one ends the unit's turn. */
  maxWaitMs: number;
  maxTotalWaitMs: number;
  /** From the start of the unit to its last request. */
  maxDurationMs: number;
}

/**
 * A turn of four and a half minutes at most, well inside a consumer's 15. Waits that make progress may fill it: a family of
 * 5,000 policies with sub-resources is 10,000 reads, which Intune's rate alone stretches over three minutes, and a turn that
 * ended before would begin again from the first page.
 */
export const UNIT_BUDGET: BudgetLimits = {
  maxRequests: 3_000,
  maxRetries: 400,
  maxFruitlessRetries: 6,
  maxWaitMs: 5_000,
  maxTotalWaitMs: 200_000,
  maxDurationMs: 270_000,
};

/** What the unit's invocation has left for all that happens in it (`runs/invocation-budget.ts`). */
export interface InvocationShare {
  /** False when no request is left; what asked then ends its turn. */
  affordsRequest(): boolean;
}

/** Counts down one unit's `BudgetLimits`, a share of its invocation's. Not shared between units. */
export class RequestBudget {
  readonly #limits: BudgetLimits;
  readonly #now: () => number;
  readonly #invocation: InvocationShare | null;
  readonly #startedAt: number;
  #requests = 0;
  #retries = 0;
  #waitedMs = 0;

  /** `invocation`: null for work that a request waits for. */
  constructor(limits: BudgetLimits, now: () => number, invocation: InvocationShare | null = null) {
    this.#limits = limits;
    this.#now = now;
    this.#invocation = invocation;
    this.#startedAt = now();
  }

  /** Takes one request. False, and nothing taken, when none is left or the time is over. */
  takeRequest(): boolean {
    if (this.#requests >= this.#limits.maxRequests || this.#elapsedMs() >= this.#limits.maxDurationMs) return false;
    if (this.#invocation?.affordsRequest() === false) return false;
    this.#requests += 1;
    return true;
  }

  /**
   * Takes one retry after a wait of `ms`, the one after `fruitless` others that changed nothing. False, and nothing taken, when
   * the wait is not to be slept through in this turn.
   */
  takeRetry(ms: number, fruitless: number): boolean {
    const affordable =
      fruitless < this.#limits.maxFruitlessRetries &&
      this.#retries < this.#limits.maxRetries &&
      ms <= this.#limits.maxWaitMs &&
      this.#waitedMs + ms <= this.#limits.maxTotalWaitMs &&
      this.#elapsedMs() + ms < this.#limits.maxDurationMs;
    if (!affordable) return false;
    this.#retries += 1;
    this.#waitedMs += ms;
    return true;
  }

  /** Takes a wait for the tenant's budget before a request is sent. False, and nothing taken, when it is not to be slept through in this turn. */
  takeWait(ms: number): boolean {
    const affordable =
      ms <= this.#limits.maxWaitMs &&
      this.#waitedMs + ms <= this.#limits.maxTotalWaitMs &&
      this.#elapsedMs() + ms < this.#limits.maxDurationMs;
    if (affordable) this.#waitedMs += ms;
    return affordable;
  }

  /** The longest wait that is slept through at once. */
  get maxWaitMs(): number {
    return this.#limits.maxWaitMs;
  }

  get spent(): { requests: number; retries: number; waitedMs: number } {
    return { requests: this.#requests, retries: this.#retries, waitedMs: this.#waitedMs };
  }

  #elapsedMs(): number {
    return this.#now() - this.#startedAt;
  }
}

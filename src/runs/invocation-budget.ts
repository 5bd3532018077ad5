/**
 * What one invocation of the Worker may use. Cloudflare limits a batch of messages, an alarm or a cron event as a whole, whatever number
 * of units or steps it holds (https://developers.cloudflare.com/workers/platform/limits/), and the local runtime enforces none of it. So the
 * budget is made where an invocation begins, is asked before each unit and each step, and counts every call that these make.
 */

/** The platform's limits of one invocation. */
export const PLATFORM_LIMITS = {
  /** Requests that wait for an answer together: the seventh waits. */
  connections: 6,
  /** Requests in all: to Graph, D1, R2, queues and objects. What `[limits]` of wrangler.toml asks for. */
  subrequests: 50_000,
  /** Of one D1 database. Nothing says whether a batch is one query or as many as its statements, so statements are counted. */
  queries: 1_000,
  memoryMiB: 128,
} as const;

export type InvocationLimits = Record<keyof typeof PLATFORM_LIMITS, number>;

/** What units and steps share: the rest is for claims, renewals, settles and projections, which are never refused. */
export const SHARED_LIMITS: InvocationLimits = { connections: 5, subrequests: 48_000, queries: 960, memoryMiB: 96 };

/** The most that one execution of a unit (or of several together), or one step, takes. Tests hold every operation to it. */
export interface Needs {
  /** D1 statements; a batch of three is three. */
  queries: number;
  /** Requests of all kinds, those to D1 among them. */
  subrequests: number;
  /** Held at a time. */
  memoryMiB: number;
}

/** Of a unit whose operation says nothing else: a few statements, a few documents. */
export const UNIT_NEEDS: Needs = { queries: 40, subrequests: 200, memoryMiB: 4 };

/** Of a step of an alarm or a part of the sweep: planning, finalizing, a phase. */
export const STEP_NEEDS: Needs = { queries: 400, subrequests: 15_000, memoryMiB: 48 };

/** A request that is about to be made. `statements` and `messages`: how many one request carries. */
export type Call =
  | { to: "database"; statements: number }
  | { to: "queue"; messages: number }
  | { to: "bucket" | "network" };

/** Stands before every request: may count it, let it wait, or refuse it by rejecting. */
export type Gate = <T>(call: Call, request: () => Promise<T>) => Promise<T>;

/** The invocation has no room for another request. It is never sent: the platform would refuse it, and those after it too. */
export class InvocationSpentError extends Error {
  override name = "InvocationSpentError";
  readonly code = "invocation_spent";

  constructor(what: "queries" | "subrequests") {
    super(`this invocation has used up its ${what}`);
  }
}

/** Room for one execution. */
export interface Room {
  /** Nothing had begun before in this invocation: what does not fit now fits never. */
  readonly first: boolean;
  /** Gives the room back. True when the invocation refused a request while it was held. */
  end(): boolean;
}

interface Waiting {
  needs: Needs;
  admit: (room: Room | null) => void;
}

export class InvocationBudget {
  readonly #limits: InvocationLimits;
  readonly #used = { subrequests: 0, queries: 0 };
  readonly #reserved: Needs = { queries: 0, subrequests: 0, memoryMiB: 0 };
  readonly #waiting: Waiting[] = [];
  readonly #unconnected: (() => void)[] = [];
  readonly #unheld: { needs: Needs; held: () => void; refused: (error: InvocationSpentError) => void }[] = [];
  #holding = 0;
  #held = 0;
  #connections = 0;
  #begun = 0;
  #underWay = 0;
  #refusals = 0;

  constructor(limits: InvocationLimits = SHARED_LIMITS) {
    this.#limits = limits;
  }

  /**
   * Room for an execution that takes at most `needs`: at once, or when others have given theirs back, in the order of asking. Null when
   * this invocation has none for it any more. The first to ask always gets it, so that every invocation does something.
   */
  begin(needs: Needs): Room | null | Promise<Room | null> {
    if (this.#begun > 0 && this.#isHopeless(needs)) return null;
    if (this.#waiting.length === 0 && (this.#underWay === 0 || this.#fits(needs))) return this.#admit(needs);
    return new Promise((admit) => this.#waiting.push({ needs, admit }));
  }

  /**
   * Room for a part of an execution, beside what its `needs` hold from beginning to end: at once, or when others have given theirs back.
   * Gives the function that gives it back. The first to ask always gets it; who holds some never asks for more, so none waits for ever.
   * Rejects with `InvocationSpentError` when this invocation has no such room any more.
   */
  async hold(needs: Needs): Promise<() => void> {
    const lacking = this.#lacks(needs);
    if (this.#held > 0 && lacking !== null) throw this.#refused(lacking);
    if (this.#holding > 0 && !this.#fits(needs)) {
      await new Promise<void>((held, refused) => this.#unheld.push({ needs, held, refused }));
    } else this.#takeHold(needs);
    return () => {
      this.#holding -= 1;
      this.#reserve(needs, -1);
      this.#admitWaiting();
    };
  }

  /** Whether a step that takes at most `needs` may begin. For work that goes on one step at a time. */
  affords(needs: Needs = STEP_NEEDS): boolean {
    return !this.#isHopeless(needs);
  }

  /** Whether there is a request left. */
  affordsRequest(): boolean {
    if (this.#used.subrequests < this.#limits.subrequests) return true;
    this.#refusals += 1;
    return false;
  }

  /** A `Gate`: counts the request, and lets it wait for one of the connections. Rejects with `InvocationSpentError`, the request unsent. */
  readonly gate: Gate = async (call, request) => {
    this.#take(call);
    if (this.#connections >= this.#limits.connections) {
      await new Promise<void>((connected) => this.#unconnected.push(connected));
    } else {
      this.#connections += 1;
    }
    try {
      return await request();
    } finally {
      // The connection goes to the next in line, which counts it on.
      const next = this.#unconnected.shift();
      if (next === undefined) this.#connections -= 1;
      else next();
    }
  };

  /** Counts a request that is never refused: of a claim, a renewal or a settle. */
  note(): void {
    this.#used.subrequests += 1;
  }

  #take(call: Call): void {
    const statements = call.to === "database" ? call.statements : 0;
    if (this.#used.subrequests + 1 > this.#limits.subrequests) throw this.#refused("subrequests");
    if (this.#used.queries + statements > this.#limits.queries) throw this.#refused("queries");
    this.#used.subrequests += 1;
    this.#used.queries += statements;
  }

  #refused(what: "queries" | "subrequests"): InvocationSpentError {
    this.#refusals += 1;
    return new InvocationSpentError(what);
  }

  /** What has been used never comes back. After a refusal nothing more begins: what was refused comes again, and would be so again. */
  #isHopeless(needs: Needs): boolean {
    return this.#refusals > 0 || this.#lacks(needs) !== null;
  }

  #lacks({ queries, subrequests }: Needs): "queries" | "subrequests" | null {
    if (this.#used.queries + queries > this.#limits.queries) return "queries";
    return this.#used.subrequests + subrequests > this.#limits.subrequests ? "subrequests" : null;
  }

  #fits({ queries, subrequests, memoryMiB }: Needs): boolean {
    const { limits, used, reserved } = { limits: this.#limits, used: this.#used, reserved: this.#reserved };
    return (
      used.queries + reserved.queries + queries <= limits.queries &&
      used.subrequests + reserved.subrequests + subrequests <= limits.subrequests &&
      reserved.memoryMiB + memoryMiB <= limits.memoryMiB
    );
  }

  #admit(needs: Needs): Room {
    const first = this.#begun === 0;
    const refusalsBefore = this.#refusals;
    this.#begun += 1;
    this.#underWay += 1;
    this.#reserve(needs, 1);
    return {
      first,
      end: () => {
        this.#underWay -= 1;
        this.#reserve(needs, -1);
        this.#admitWaiting();
        return this.#refusals > refusalsBefore;
      },
    };
  }

  #reserve(needs: Needs, sign: 1 | -1): void {
    this.#reserved.queries += sign * needs.queries;
    this.#reserved.subrequests += sign * needs.subrequests;
    this.#reserved.memoryMiB += sign * needs.memoryMiB;
  }

  #takeHold(needs: Needs): void {
    this.#holding += 1;
    this.#held += 1;
    this.#reserve(needs, 1);
  }

  #admitWaiting(): void {
    for (let next = this.#unheld[0]; next !== undefined; next = this.#unheld[0]) {
      const lacking = this.#lacks(next.needs);
      if (lacking === null && this.#holding > 0 && !this.#fits(next.needs)) return;
      this.#unheld.shift();
      if (lacking !== null) next.refused(this.#refused(lacking));
      else {
        this.#takeHold(next.needs);
        next.held();
      }
    }
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const hopeless = this.#isHopeless(next.needs);
      if (!hopeless && this.#underWay > 0 && !this.#fits(next.needs)) return;
      this.#waiting.shift();
      next.admit(hopeless ? null : this.#admit(next.needs));
    }
  }
}

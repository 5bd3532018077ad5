/** The numbers that govern a run's pace. One place, so that tests can shrink them and operators can find them. */
export interface RunPolicy {
  /** How long a claim is good for; the consumer renews it while it works. */
  leaseMs: number;
  /** How far the clocks of two machines may lie apart, or one clock may be set back: the cleanup keeps this distance from the last lease. */
  clockMarginMs: number;
  /** Least time between two projections while counts move (docs/design/progress.md, section 6). */
  projectionIntervalMs: number;
  /** A projection that has not answered by then is taken for lost and written again. */
  projectionTimeoutMs: number;
  /** Least time between two reports while something changes; what readers learn of single units and of waits is at most so old. */
  reportIntervalMs: number;
  /** Pages of units that one report carries; the rest follows with the next. */
  pagesPerReport: number;
  /** Quiet time after which unsettled units are sent again; doubles with each round without progress. */
  healAfterMs: number;
  /** Healing rounds without any progress after which what is left is settled as lost. */
  maxHealingRounds: number;
  /** Units settled as lost in one commit. */
  lostPerCommit: number;
  /** Messages of one run that are sent and not settled, waiting ones included: what a local queue survives if all of them are delayed. */
  maxOutstandingMessages: number;
  /**
   * Messages of one run that calls Microsoft Graph that may be in its queue at a time: a queue delivers in order, so this is what stands
   * before the runs of other tenants. Two hundred keep twenty consumers busy.
   */
  graphWindowMessages: number;
  /** Messages a `sendBatch` carries: the platform's limit. */
  messagesPerSend: number;
  /** `sendBatch` calls under way together, and so messages per stored dispatch step. */
  sendsPerStep: number;
  /** Dispatch steps in one alarm, then other work gets its turn. */
  stepsPerAlarm: number;
  planPagesPerAlarm: number;
  maxPlanAttempts: number;
  maxFinalizeAttempts: number;
  /** Steps of phased runs in one alarm, then other work gets its turn. */
  phaseStepsPerAlarm: number;
  maxPhaseAttempts: number;
  maxAbandonAttempts: number;
  /** First wait after a failed outside call; doubles up to `maxBackoffMs`. */
  backoffMs: number;
  maxBackoffMs: number;
  /** Journal entries after which a running run's journal is folded. */
  compactAboveEntries: number;
}

export const RUN_POLICY: RunPolicy = {
  leaseMs: 10_000,
  clockMarginMs: 5_000,
  projectionIntervalMs: 1_000,
  projectionTimeoutMs: 10_000,
  reportIntervalMs: 5_000,
  pagesPerReport: 20,
  healAfterMs: 10_000,
  maxHealingRounds: 6,
  lostPerCommit: 500,
  maxOutstandingMessages: 10_000,
  graphWindowMessages: 200,
  messagesPerSend: 100,
  sendsPerStep: 5,
  stepsPerAlarm: 4,
  planPagesPerAlarm: 10,
  maxPlanAttempts: 5,
  // A killed step was an attempt: half a dozen kills in a row are bad luck, not a bug.
  maxFinalizeAttempts: 10,
  phaseStepsPerAlarm: 10,
  maxPhaseAttempts: 5,
  maxAbandonAttempts: 8,
  backoffMs: 1_000,
  maxBackoffMs: 60_000,
  compactAboveEntries: 50_000,
};

/** Exponential back-off without jitter: one object retries against one resource, so there is no herd to spread. */
export function backoffDelay(policy: Pick<RunPolicy, "backoffMs" | "maxBackoffMs">, failures: number): number {
  return Math.min(policy.maxBackoffMs, policy.backoffMs * 2 ** Math.max(0, failures - 1));
}

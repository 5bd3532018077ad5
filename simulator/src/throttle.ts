/**
 * Token buckets per family and tenant, and the counters. Kept in the isolate, not in storage: a restart fills the buckets,
 * and the object's eviction after idling must not lose the counts that a test is about to read.
 */
import type { Bucket, Settings } from "./settings.ts";
import { type Family } from "./family.ts";

interface Level {
  tokens: number;
  at: number;
}

export const COUNTER_KEYS = ["requests", "reads", "writes", "throttled", "faults", "errors"] as const;
export type FamilyCounters = Record<(typeof COUNTER_KEYS)[number], number>;

export interface TenantRuntime {
  levels: Map<string, Level>;
  counters: Map<string, FamilyCounters>;
  tokensIssued: number;
}

const runtimes = new Map<string, TenantRuntime>();

export function runtimeOf(tenantId: string): TenantRuntime {
  let runtime = runtimes.get(tenantId);
  if (runtime === undefined) {
    runtime = { levels: new Map(), counters: new Map(), tokensIssued: 0 };
    runtimes.set(tenantId, runtime);
  }
  return runtime;
}

export function countersOf(runtime: TenantRuntime, family: string): FamilyCounters {
  let counters = runtime.counters.get(family);
  if (counters === undefined) {
    counters = { requests: 0, reads: 0, writes: 0, throttled: 0, faults: 0, errors: 0 };
    runtime.counters.set(family, counters);
  }
  return counters;
}

export type Admission = { kind: "admitted" } | { kind: "throttled"; retryAfter: string | null };

/** Takes one token from every bucket that the request falls under, or none at all. */
export function admit(
  runtime: TenantRuntime,
  settings: Settings,
  family: Family,
  isWrite: boolean,
  now: number,
): Admission {
  const shared = family.area === "intune" ? [isWrite ? "intune:write" : "intune:read"] : [];
  const taken: Level[] = [];
  for (const key of [...shared, family.key]) {
    const bucket = settings.throttling[key];
    if (bucket === undefined) continue;
    const level = refill(runtime, key, bucket, now);
    if (level.tokens < 1) return { kind: "throttled", retryAfter: retryAfter(bucket, level) };
    taken.push(level);
  }
  for (const level of taken) level.tokens -= 1;
  return { kind: "admitted" };
}

function refill(runtime: TenantRuntime, key: string, bucket: Bucket, now: number): Level {
  const level = runtime.levels.get(key) ?? { tokens: bucket.burst, at: now };
  level.tokens = Math.min(bucket.burst, level.tokens + ((now - level.at) / 1000) * bucket.perSecond);
  level.at = now;
  runtime.levels.set(key, level);
  return level;
}

function retryAfter(bucket: Bucket, level: Level): string | null {
  if (bucket.retryAfter === "absent") return null;
  const seconds = (1 - level.tokens) / bucket.perSecond;
  return bucket.retryAfter === "whole" ? String(Math.max(1, Math.ceil(seconds))) : Math.max(0.1, seconds).toFixed(2);
}

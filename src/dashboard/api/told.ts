/**
 * What the console knows of a value: it is told, or it is not. Unknown is a state of its own, so that it cannot be taken for zero, "nothing" or
 * "none". Pure.
 */
import type { Reachable } from "./reachability.ts";

export type Told<T> =
  | { state: "loading" }
  /** `since`: from when on it is not known, in milliseconds since the epoch; null where it never was. `last`: what was told before; it holds no more. */
  | { state: "unknown"; reason: UnknownReason; since: number | null; last: T | null }
  /** `asOf`: when it was told, in milliseconds since the epoch. */
  | { state: "told"; value: T; asOf: number };

/** `not_connected`: the server is not heard. `not_read`: it refused, or failed. `not_recorded`: it answered, and does not know either. */
export type UnknownReason = "not_connected" | "not_read" | "not_recorded";

/** The parts of a query of TanStack Query that say what it knows. */
export interface QueryFacts<T> {
  data: T | undefined;
  error: unknown;
  dataUpdatedAt: number;
}

/** What a query knows at this moment. What it read before the connection was lost is what was, not what is. */
export function toldBy<T>({ data, error, dataUpdatedAt }: QueryFacts<T>, reachable: Reachable): Told<T> {
  if (reachable.state === "lost" && (data !== undefined || error !== null)) {
    return { state: "unknown", reason: "not_connected", since: reachable.since, last: data ?? null };
  }
  if (data !== undefined) return { state: "told", value: data, asOf: dataUpdatedAt };
  return error === null ? { state: "loading" } : { state: "unknown", reason: "not_read", since: null, last: null };
}

/** A value of an answer that may leave it out. */
export function recorded<T>(value: T | null | undefined, asOf: number): Told<T> {
  if (value !== null && value !== undefined) return { state: "told", value, asOf };
  return { state: "unknown", reason: "not_recorded", since: null, last: null };
}

/** The same knowledge of something that follows from the value. `null` from `follow`: the value does not say. */
export function mapTold<T, U>(told: Told<T>, follow: (value: T) => U | null): Told<U> {
  switch (told.state) {
    case "loading":
      return told;
    case "told":
      return recorded(follow(told.value), told.asOf);
    case "unknown":
      return { ...told, last: told.last === null ? null : follow(told.last) };
  }
}

/** Why a value is not known, in words. */
export const UNKNOWN_WORDS: Record<UnknownReason, string> = {
  not_connected: "Unknown: not connected",
  not_read: "Unknown: could not be read",
  not_recorded: "Unknown",
};

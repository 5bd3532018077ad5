/** Which of a person's tenants stands worst: the order of the page of all tenants. Pure. decisions/162-all-tenants-first.md */
import { CREDENTIAL_WARNING_DAYS } from "../../contract/connections.ts";
import type { StandingFacts } from "../../contract/standing.ts";
import { compareNames } from "../components/compare-names.ts";

const DAY_MS = 86_400_000;
/** A sync or backup is this old before it counts against a tenant. */
const FRESH_MS = DAY_MS;
const OLD_MS = 7 * DAY_MS;

/** What is not known comes after what is known to be bad, and before what is known to be good. */
const UNKNOWN = 0.5;

/** `waiting`: not asked yet. `unread`: asked, and nobody could say. */
export type Standing = StandingFacts | "waiting" | "unread";

export interface NamedStanding {
  name: string;
  standing: Standing;
}

export type ConnectionTrouble = "none" | "ends_soon" | "not_connected" | "ended" | "refused";

const TROUBLE_WEIGHTS: Readonly<Record<ConnectionTrouble, number>> = {
  none: 0,
  ends_soon: 1,
  not_connected: 2,
  ended: 3,
  refused: 4,
};

export function connectionTrouble(connection: StandingFacts["connection"], nowMs: number): ConnectionTrouble {
  const { connected, credentialEndsAt, refused } = connection;
  if (!connected) return "not_connected";
  if (refused) return "refused";
  if (credentialEndsAt === null) return "none";
  const leftMs = Date.parse(credentialEndsAt) - nowMs;
  if (leftMs <= 0) return "ended";
  return leftMs <= CREDENTIAL_WARNING_DAYS * DAY_MS ? "ends_soon" : "none";
}

/** The worst first, by what the page's columns say from left to right; equals by name. Tenants that are still waited for come last. */
export function worstFirst<Row extends NamedStanding>(rows: readonly Row[], nowMs: number): Row[] {
  return rows
    .map((row) => ({ row, weights: weightsOf(row.standing, nowMs) }))
    .toSorted((a, b) => heavierFirst(a.weights, b.weights) || compareNames(a.row.name, b.row.name))
    .map(({ row }) => row);
}

function weightsOf(standing: Standing, nowMs: number): readonly number[] {
  if (standing === "waiting") return [-1];
  if (standing === "unread") return [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN];
  const { failures, criticalFindings, sync, backup, connection, running } = standing;
  return [
    failures === null || (failures.more && failures.uncured === 0) ? UNKNOWN : failures.uncured,
    criticalFindings ?? UNKNOWN,
    ageWeight(sync, nowMs),
    ageWeight(backup, nowMs),
    TROUBLE_WEIGHTS[connectionTrouble(connection, nowMs)],
    running ?? UNKNOWN,
  ];
}

/** In steps, so that an hour more does not decide before a connection that is refused. */
function ageWeight(last: StandingFacts["sync"], nowMs: number): number {
  if (last === null) return UNKNOWN;
  if (last.at === null) return 3;
  const ageMs = nowMs - Date.parse(last.at);
  if (ageMs > OLD_MS) return 2;
  return ageMs > FRESH_MS ? 1 : 0;
}

/** By the first weight in which they differ. */
function heavierFirst(a: readonly number[], b: readonly number[]): number {
  for (const [at, weight] of a.entries()) {
    const difference = (b[at] ?? weight) - weight;
    if (difference !== 0) return difference;
  }
  return 0;
}

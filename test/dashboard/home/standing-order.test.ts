import { describe, expect, it } from "vitest";
import type { StandingFacts } from "../../../src/contract/standing.ts";
import { connectionTrouble, type Standing, worstFirst } from "../../../src/dashboard/home/standing-order.ts";

const NOW = Date.parse("2026-11-29T12:00:00.000Z");
const hoursAgo = (hours: number) => ({ at: new Date(NOW - hours * 3_600_000).toISOString() });
const inDays = (days: number) => new Date(NOW + days * 86_400_000).toISOString();

const GOOD: StandingFacts = {
  failures: { uncured: 0, more: false },
  criticalFindings: 0,
  sync: hoursAgo(1),
  backup: hoursAgo(1),
  running: 0,
  connection: { connected: true, credentialEndsAt: inDays(200), refused: false },
};

/** The names in their order, of tenants that are good but for what is given. */
function order(tenants: Record<string, Partial<StandingFacts> | "waiting" | "unread">): string[] {
  const rows = Object.entries(tenants).map(([name, facts]) => {
    const standing: Standing = typeof facts === "string" ? facts : { ...GOOD, ...facts };
    return { name, standing };
  });
  const forth = worstFirst(rows, NOW).map(({ name }) => name);
  expect(worstFirst(rows.toReversed(), NOW).map(({ name }) => name)).toEqual(forth);
  return forth;
}

describe("the order of tenants", () => {
  it("goes by failures, critical findings, sync, backup, connection, what runs, and then by name", () => {
    expect(
      order({
        "Good 10": {},
        "good 9": {},
        running: { running: 2 },
        "ends soon": { connection: { ...GOOD.connection, credentialEndsAt: inDays(3) } },
        "not connected": { connection: { connected: false, credentialEndsAt: null, refused: false } },
        refused: { connection: { ...GOOD.connection, refused: true } },
        "backup old": { backup: hoursAgo(30) },
        "sync old": { sync: hoursAgo(30) },
        "sync older": { sync: hoursAgo(200) },
        "never synced": { sync: { at: null } },
        "one critical": { criticalFindings: 1 },
        "many critical": { criticalFindings: 40 },
        "one failed": { failures: { uncured: 1, more: false }, criticalFindings: 3 },
        "two failed": { failures: { uncured: 2, more: true } },
      }),
    ).toEqual([
      "two failed",
      "one failed",
      "many critical",
      "one critical",
      "never synced",
      "sync older",
      "sync old",
      "backup old",
      "refused",
      "not connected",
      "ends soon",
      "running",
      "good 9",
      "Good 10",
    ]);
  });

  it("has the unknown after what is known to be bad and before what is known to be good", () => {
    expect(
      order({
        good: {},
        "older failures not looked at": { failures: { uncured: 0, more: true }, criticalFindings: 9 },
        "failures not in the role": { failures: null },
        failed: { failures: { uncured: 1, more: false } },
        "no answer": "unread",
        critical: { criticalFindings: 1 },
        "findings not in the role": { criticalFindings: null },
        "sync not in the role": { sync: null },
      }),
    ).toEqual([
      "failed",
      "older failures not looked at",
      "no answer",
      "failures not in the role",
      "critical",
      "findings not in the role",
      "sync not in the role",
      "good",
    ]);
  });

  it("has tenants that are waited for last", () => {
    expect(order({ a: "waiting", good: {}, b: "unread" })).toEqual(["b", "good", "a"]);
  });

  it("lets an hour more decide nothing", () => {
    expect(
      order({
        "a good": { sync: hoursAgo(5) },
        refused: { sync: hoursAgo(2), connection: { ...GOOD.connection, refused: true } },
      }),
    ).toEqual(["refused", "a good"]);
  });
});

describe("trouble with a connection", () => {
  it.each([
    ["none", {}],
    ["none", { credentialEndsAt: null }],
    ["none", { credentialEndsAt: inDays(31) }],
    ["ends_soon", { credentialEndsAt: inDays(30) }],
    ["ended", { credentialEndsAt: inDays(-1) }],
    ["refused", { credentialEndsAt: inDays(-1), refused: true }],
    ["not_connected", { connected: false, refused: true }],
  ] as const)("%s: %j", (trouble, connection) => {
    expect(connectionTrouble({ ...GOOD.connection, ...connection }, NOW)).toBe(trouble);
  });
});

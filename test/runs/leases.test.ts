import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LeaseTable } from "../../src/runs/leases.ts";

const TOTAL = 12;

type Step =
  | { kind: "grant"; claim: number; ordinals: number[]; ms: number }
  | { kind: "renew"; claim: number; ms: number }
  | { kind: "release" | "settled"; claim: number; ordinal: number }
  | { kind: "finish"; claim: number }
  | { kind: "pass"; ms: number };

const claim = fc.nat({ max: 4 });
const ordinal = fc.nat({ max: TOTAL - 1 });
const ms = fc.integer({ min: 1, max: 30 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("grant" as const),
    claim,
    ordinals: fc.uniqueArray(ordinal, { minLength: 1, maxLength: 5 }),
    ms,
  }),
  fc.record({ kind: fc.constant("renew" as const), claim, ms }),
  fc.record({ kind: fc.constantFrom("release" as const, "settled" as const), claim, ordinal }),
  fc.record({ kind: fc.constant("finish" as const), claim }),
  fc.record({ kind: fc.constant("pass" as const), ms }),
);

describe("the lease table", () => {
  it("knows who holds what, as a plain table of ordinals does, through any course of grants, renewals, returns and time", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const table = new LeaseTable(TOTAL);
        const holders = new Map<number, string>();
        const until = new Map<string, number>();
        let now = 0;
        let granted = 0;
        const current = new Map<number, string>();
        const drop = (id: string): void => {
          until.delete(id);
          for (const [one, holder] of holders) if (holder === id) holders.delete(one);
        };
        for (const one of steps) {
          table.expire(now);
          for (const [id, end] of until) if (end <= now) drop(id);
          if (one.kind === "pass") now += one.ms;
          else if (one.kind === "grant") {
            // As the coordinator does: claim ids are new each time, and only what nobody holds is granted.
            const id = `claim-${(granted += 1)}`;
            current.set(one.claim, id);
            const free = one.ordinals.filter((candidate) => !holders.has(candidate));
            table.grant(
              id,
              free.flatMap((candidate) => [candidate, candidate]),
              now + one.ms,
            );
            until.set(id, now + one.ms);
            for (const candidate of free) holders.set(candidate, id);
          } else {
            const id = current.get(one.claim) ?? "nobody";
            if (one.kind === "renew") {
              expect(table.renew(id, now + one.ms)).toBe(until.has(id));
              if (until.has(id)) until.set(id, Math.max(until.get(id) ?? 0, now + one.ms));
            } else if (one.kind === "finish") {
              table.finish(id);
              drop(id);
            } else if (one.kind === "settled") {
              table.settled(one.ordinal);
              holders.delete(one.ordinal);
              // A settled ordinal is never granted again; here it is, so its old holders must not take it back.
              for (const id of until.keys()) table.release(id, one.ordinal);
            } else {
              table.release(id, one.ordinal);
              if (holders.get(one.ordinal) === id) holders.delete(one.ordinal);
            }
          }
          for (let candidate = 0; candidate < TOTAL; candidate += 1)
            expect(table.has(candidate)).toBe(holders.has(candidate));
          expect(table.ordinals.count).toBe(holders.size);
          expect(table.nextExpiry() === null).toBe(holders.size === 0);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("does not let a claim that ran out give back what somebody else holds by then", () => {
    const table = new LeaseTable(3);
    table.grant("slow", [0, 1], 10);
    table.expire(10);
    table.grant("quick", [0, 0], 30);
    table.release("slow", 0);
    table.finish("slow");
    expect([table.has(0), table.has(1)]).toEqual([true, false]);
    expect(table.renew("slow", 99)).toBe(false);
  });
});

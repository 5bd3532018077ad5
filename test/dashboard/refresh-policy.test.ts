import fc from "fast-check";
import { expect, it } from "vitest";
import { nextPollMs, reconnectMs } from "../../src/dashboard/runs/refresh-policy.ts";

it("polls often while something runs and the socket is down, seldom otherwise, and never unseen", () => {
  expect(nextPollMs({ socketOpen: false, anyActive: true, visible: true })).toBe(2_000);
  expect(nextPollMs({ socketOpen: false, anyActive: false, visible: true })).toBe(15_000);
  expect(nextPollMs({ socketOpen: true, anyActive: true, visible: true })).toBe(15_000);
  expect(nextPollMs({ socketOpen: true, anyActive: false, visible: true })).toBe(60_000);
  expect(nextPollMs({ socketOpen: false, anyActive: true, visible: false })).toBeNull();
});

it("comes back at a random time below a ceiling that grows with failures and then stays", () => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, random) => {
      const delay = reconnectMs(failures, random);
      expect(delay).toBeGreaterThanOrEqual(250);
      expect(delay).toBeLessThan(30_250);
      expect(delay).toBeLessThan(250 + 1_000 * 2 ** Math.min(failures, 5));
    }),
  );
  expect(reconnectMs(3, 0.9)).toBeGreaterThan(reconnectMs(0, 0.9));
});

import { expect, it } from "vitest";
import { patientSeconds } from "../../../src/operations/policy-restore/restore-order.ts";

it.each([1, 10, 30])("a unit that waits for others (%i s at first) is patient for three days in few waits", (usual) => {
  expect(patientSeconds(usual, 0)).toBe(usual);
  expect(patientSeconds(usual, 60)).toBe(usual);
  let waits = 0;
  for (let seconds = 0; seconds < 3 * 24 * 3_600; waits += 1) seconds += patientSeconds(usual, waits);
  expect(waits).toBeLessThan(500);
  expect(patientSeconds(usual, waits)).toBe(900);
});

import { expect, it } from "vitest";
import { type LogCoverage, whyUnknown } from "../../../src/graph/change-log/why-unknown.ts";

const read: LogCoverage = { coveredFrom: 100, coveredUntil: 200, reasonCode: null, reasonMessage: null };
const refused: LogCoverage = { ...read, reasonCode: "permission_missing", reasonMessage: "Grant it." };
const never: LogCoverage = { ...refused, coveredFrom: null, coveredUntil: null };

it.each<[string, LogCoverage | null, number, number, number, string]>([
  ["no sync has tried", null, 120, 180, 0, "not_read"],
  ["it was never allowed", never, 120, 180, 0, "permission_missing"],
  ["a first reading has not ended", { ...never, reasonCode: null }, 120, 180, 0, "log_behind"],
  ["it failed since", refused, 120, 250, 0, "permission_missing"],
  ["it failed since, which is no matter for what was read before", refused, 120, 180, 0, "not_in_log"],
  ["the log does not go back so far", read, 50, 180, 0, "older_than_kept"],
  ["rows are kept no longer", read, 120, 180, 130, "older_than_kept"],
  ["a first version, just seen", read, 0, 250, 0, "older_than_kept"],
  ["events may still come", read, 120, 250, 0, "log_behind"],
  ["all was read, and nothing is there", read, 120, 180, 0, "not_in_log"],
])("%s", (_name, coverage, after, until, oldestKept, code) => {
  const reason = whyUnknown("intune", coverage, { after, until, oldestKept });
  expect(reason.code).toBe(code);
  expect(reason.message).not.toBe("");
});

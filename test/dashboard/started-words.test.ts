import { expect, it } from "vitest";
import { startedWords } from "../../src/dashboard/runs/started-words.ts";
import { buildRun } from "./run-builder.ts";

it("never says that a run is going which has ended", () => {
  const title = (status: "queued" | "running" | "completed", deduplicated: boolean) =>
    startedWords({ run: buildRun({ id: "r1", status }), deduplicated }).title;
  expect(title("queued", false)).toBe("Inventory sync queued");
  expect(title("queued", true)).toBe("Inventory sync is already under way");
  expect(title("running", true)).toBe("Inventory sync is already under way");
  expect(title("completed", true)).toBe("The failed units were retried already");
});

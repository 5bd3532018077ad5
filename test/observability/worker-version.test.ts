import { expect, it } from "vitest";
import { workerVersionOf } from "../../src/observability/worker-version.ts";

const id = "6f1b3c1e-8d0a-4c53-9a1e-2f0d3b7c5a10";

it("names a version by its tag, where a deployment gave one, and by its id", () => {
  expect(workerVersionOf({ VERSION: { id, tag: "59ba579", timestamp: "" } })).toBe(`59ba579 (${id})`);
  expect(workerVersionOf({ VERSION: { id, tag: "", timestamp: "" } })).toBe(id);
});

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** The types that the files of the "workers" project register, with the files of each. */
function registeredTypes(): Map<string, string[]> {
  const types = new Map<string, string[]>();
  const files = readdirSync("test", { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".workers.test.ts"),
  );
  for (const file of files) {
    const text = readFileSync(`test/${file}`, "utf8");
    for (const [, type = ""] of text.matchAll(/registerTestOperation\(\s*"([^"]+)"/g)) {
      types.set(type, [...(types.get(type) ?? []), file]);
    }
  }
  return types;
}

describe("operation types of tests", () => {
  it("are registered by one file each", () => {
    // Files of one worker share its registry, and which files share a worker differs from run to run.
    const types = registeredTypes();
    expect(types.size).toBeGreaterThan(15);
    expect([...types].filter(([, files]) => files.length > 1)).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { foundText, removedText } from "../../src/dashboard/closing/closing-words.ts";

describe("what is said of a deletion", () => {
  it("counts what was removed, each kind with its noun", () => {
    const removed = { rows: { policies: 2, tenants: 1 }, objects: 1, bytes: 12, uploads: 0, runObjects: 0 };
    expect(removedText(removed)).toBe("3 rows, 1 object, 0 run objects");
  });

  it("says that nothing was found, or what", () => {
    const at = "2026-12-05T02:28:00.000Z";
    expect(foundText({ at, rows: { policies: 0 }, objects: 0, sockets: 0 })).toBe("Nothing");
    expect(foundText({ at, rows: { policies: 1 }, objects: 2, sockets: 0 })).toBe("1 row, 2 objects");
  });
});

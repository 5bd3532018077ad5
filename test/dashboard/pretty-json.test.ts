import fc from "fast-check";
import { expect, it } from "vitest";
import { prettyJson } from "../../src/client/pretty-json.ts";
import { lineBlocks } from "../../src/dashboard/inventory/line-blocks.ts";

it("lays out any JSON as JSON.stringify would", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(prettyJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
    }),
  );
});

it("keeps a number that JavaScript cannot hold as it is stored", () => {
  expect(prettyJson('{"id":9007199254740993123,"ratio":1.10}')).toBe(
    '{\n  "id": 9007199254740993123,\n  "ratio": 1.10\n}',
  );
});

it("leaves brackets, colons and quotes inside strings alone", () => {
  const text = JSON.stringify({ script: 'if (a[0]) { say: "b\\" }, "c" }' });
  expect(prettyJson(text)).toBe(JSON.stringify(JSON.parse(text), null, 2));
});

it("splits a text into blocks that make the text again", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.integer({ min: 1, max: 5 }), (lines, size) => {
      const text = lines.join("\n");
      expect(lineBlocks(text, size).join("\n")).toBe(text);
    }),
  );
});

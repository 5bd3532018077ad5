import fc from "fast-check";
import { expect, it } from "vitest";
import { escapeControls, parseShown } from "../../src/client/visible-controls.ts";

const OVERRIDE = "\u202E";

it("shows what would turn the direction of writing, in values and in names, raw and escaped", () => {
  const answer = { items: [{ name: `Guests ${OVERRIDE}law`, [`a\u2067b`]: 1 }] };
  const shown = { items: [{ name: "Guests ⟨U+202E⟩law", "a⟨U+2067⟩b": 1 }] };
  expect(parseShown(JSON.stringify(answer))).toEqual(shown);
  expect(parseShown(escapeControls(JSON.stringify(answer)))).toEqual(shown);
});

it("leaves names in Arabic and Hebrew as they are", () => {
  const name = "سياسة الضيوف\u200F (1) · מדיניות\u200E 2";
  expect(parseShown(JSON.stringify({ name }))).toEqual({ name });
});

it("changes no other JSON, and escapes without changing what it says", () => {
  const controls = fc.constantFrom(OVERRIDE, "\u202A", "\u2066", "\u2069");
  fc.assert(
    fc.property(fc.jsonValue(), controls, (value, control) => {
      const json = JSON.stringify(value);
      if (json.search(/[\u202A-\u202E\u2066-\u2069]/) < 0) expect(parseShown(json)).toEqual(JSON.parse(json));
      const hostile = JSON.stringify({ value, name: `\\${control}` });
      expect(escapeControls(hostile)).not.toContain(control);
      expect(JSON.parse(escapeControls(hostile))).toEqual(JSON.parse(hostile));
    }),
  );
});

import { describe, expect, it } from "vitest";
import { readText } from "../../src/policy-files/read-text.ts";
import { utf16, utf8 } from "./files.ts";

const TEXT = '{\r\n  "displayName": "Gerät für Übersee",\r\n  "x": 1\r\n}';
const plain = { kind: "text", text: TEXT, notice: null };

describe("The text of an exported file", () => {
  it.each([
    ["UTF-8", utf8(TEXT)],
    ["UTF-8 with a mark", Uint8Array.of(0xef, 0xbb, 0xbf, ...utf8(TEXT))],
    ["UTF-16LE with a mark", utf16(TEXT)],
    ["UTF-16BE with a mark", utf16(TEXT, "big")],
    ["UTF-16LE without a mark", utf16(TEXT, "little", false)],
    ["UTF-16BE without a mark", utf16(TEXT, "big", false)],
  ])("is read from %s", (_, bytes) => {
    expect(readText(bytes)).toEqual(plain);
  });

  it("is taken for Windows-1252 where it is nothing else, and says so", () => {
    const bytes = Uint8Array.of(...utf8('{"displayName":"Ger'), 0xe4, ...utf8('t"}'));
    expect(readText(bytes)).toEqual({
      kind: "text",
      text: '{"displayName":"Gerät"}',
      notice: expect.stringContaining("Windows-1252"),
    });
  });

  // OpenIntuneBaseline's BitLocker policy, v3.7: the bytes are those of the review's finding D2.
  it.each(["big", "little"] as const)("is repaired where its UTF-8 was taken for UTF-16 (%s)", (order) => {
    const bytes = utf8(`${TEXT}${TEXT.length % 2 === 0 ? "" : " "}`);
    const even = bytes.byteLength % 2 === 0 ? bytes : Uint8Array.of(...bytes, 0x20);
    const pairs = Array.from({ length: even.byteLength / 2 }, (_, at) => [even[at * 2] ?? 0, even[at * 2 + 1] ?? 0]);
    const letters = pairs
      .map(([a = 0, b = 0]) => String.fromCharCode(order === "big" ? a * 256 + b : b * 256 + a))
      .join("");
    const wrong = utf16(letters);
    if (order === "big") expect([...wrong.subarray(0, 4)]).toEqual([0xff, 0xfe, 0x0d, 0x7b]);
    const reading = readText(wrong);
    expect(reading).toEqual({
      kind: "text",
      text: expect.stringContaining("Gerät für Übersee"),
      notice: expect.stringContaining("repaired"),
    });
  });

  it("is left as it is where a letter only looks like that, and the repair is no JSON", () => {
    expect(readText(utf16("\u7b0d\u4e2d"))).toEqual({ kind: "text", text: "\u7b0d\u4e2d", notice: null });
  });

  it.each([
    ["a UTF-8 mark before other bytes", Uint8Array.of(0xef, 0xbb, 0xbf, 0xe4, 0x22)],
    ["half a letter of UTF-16", Uint8Array.of(0xff, 0xfe, 0x7b)],
    ["half a pair of UTF-16", Uint8Array.of(0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00)],
  ])("is refused for %s", (_, bytes) => {
    expect(readText(bytes)).toEqual({ kind: "unreadable", reason: expect.stringMatching(/^Its .*\.$/) });
  });
});

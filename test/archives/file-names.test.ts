import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { folderName, readableName, uniqueFileName } from "../../src/archives/file-names.ts";
import { anyCharacter } from "../support/any-character.ts";

const anyText = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 200 }),
  fc.string({ unit: "grapheme", maxLength: 200 }),
  fc.constantFrom(
    "..",
    "../../etc/passwd",
    "C:\\Windows",
    "CON",
    "nul.txt",
    " . ",
    "a/b\\c",
    "\u202Egnp.exe",
    "\uD800",
    "com¹",
  ),
);
const id = fc.oneof(fc.uuid(), fc.string({ maxLength: 80 }), fc.constantFrom("a--b", "ABC", "abc", ""));
const HASH = "0123456789abcdef".repeat(4);

describe("a file's name from a policy's name", () => {
  it("keeps letters of every script", () => {
    expect(readableName("CA006: 管理者の多要素認証 – Kopie")).toBe("CA006_ 管理者の多要素認証 – Kopie");
    expect(readableName("Datenschutz & Telemetrie Ä")).toBe("Datenschutz & Telemetrie Ä");
  });

  it.each([
    ["../../etc/passwd", "_.._etc_passwd"],
    ["..", "unnamed"],
    ["", "unnamed"],
    ["CON", "_CON"],
    ["aux.json", "_aux.json"],
    ["COM¹", "_COM¹"],
    ["a\u0000b\u202Ec", "a_b_c"],
    ["name. . ", "name"],
    ["a／b∕c", "a_b_c"],
  ])("makes %j into %j", (name, made) => {
    expect(readableName(name)).toBe(made);
  });

  it("can stand in a folder of any system, whatever the name is", () => {
    fc.assert(
      fc.property(anyText, (name) => {
        const made = readableName(name);
        expect(made).not.toBe("");
        expect(made).not.toMatch(/[\p{Cc}\p{Cs}<>:"/\\|?*]/u);
        expect(made).not.toMatch(/^[\s.]|[\s.]$/u);
        expect(made).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
        expect(Buffer.byteLength(made)).toBeLessThanOrEqual(81);
        expect(made).toBe(made.normalize("NFC"));
        expect(readableName(made)).toBe(made);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is never that of another id, in any case", () => {
    fc.assert(
      fc.property(anyText, id, anyText, id, (name, first, other, second) => {
        fc.pre(first !== second);
        const hashOf = (text: string) => Buffer.from(text, "utf8").toString("hex").padEnd(64, "0");
        const [a, b] = [uniqueFileName(name, first, hashOf(first)), uniqueFileName(other, second, hashOf(second))];
        expect(a.toLowerCase()).not.toBe(b.toLowerCase());
      }),
      { numRuns: 2_000 },
    );
  });

  it("ends with the id itself where that can stand in a name, else with its hash", () => {
    const guid = "5c1d1f3a-0000-4000-8000-000000000001";
    expect(uniqueFileName("Firewall", guid, HASH)).toBe(`Firewall--${guid}.json`);
    expect(uniqueFileName("Firewall", "T_1--x", HASH)).toBe(`Firewall--sha256-${HASH}.json`);
  });

  it("takes folders from keys of ours alone", () => {
    expect(folderName("settingsCatalog")).toBe("settingsCatalog");
    expect(() => folderName("../x")).toThrow(/folder/);
  });
});

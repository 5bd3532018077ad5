import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvRecord, type CsvValue } from "../../src/contract/csv.ts";
import { anyCharacter } from "../support/any-character.ts";

/** A parser of RFC 4180 that shares nothing with the writer. */
function parse(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let field = "";
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ",") {
      record.push(field);
      field = "";
    } else if (character === "\r" && text[at + 1] === "\n") {
      records.push([...record, field]);
      record = [];
      field = "";
      at += 1;
    } else field += character;
  }
  return records;
}

const value = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 40 }),
  fc.constantFrom("=1+1", "@SUM(A1)", "+1", "-1", "\t=1", "\r\n=1", "＝cmd", " =1", 'a"b', "a,b", "a\r\nb", "'"),
  fc.integer(),
  fc.constant(null),
);
const FORMULA = /^\s*[=+\-@\t\r＝＋－＠]/u;
const expected = (cell: CsvValue) => (typeof cell === "string" && FORMULA.test(cell) ? `'${cell}` : String(cell ?? ""));
const unquoted = (text: string) => text.replaceAll("'", "");

describe("a CSV record", () => {
  it("comes back as it went in, formulas disarmed", () => {
    fc.assert(
      fc.property(fc.array(fc.array(value, { minLength: 2, maxLength: 6 }), { maxLength: 6 }), (rows) => {
        const read = parse(rows.map((row) => csvRecord(row)).join(""));
        expect(read.map((row) => row.map(unquoted))).toEqual(rows.map((row) => row.map(expected).map(unquoted)));
        // What no spreadsheet would calculate is not touched at all.
        const calm = rows.map((row) => row.map((cell) => !/[=+\-@\t\r＝＋－＠]/u.test(String(cell))));
        const calmOf = (cells: string[][]) => cells.map((row, at) => row.filter((_, column) => calm[at]?.[column]));
        expect(calmOf(read)).toEqual(calmOf(rows.map((row) => row.map(expected))));
      }),
      { numRuns: 1_000 },
    );
  });

  it("never begins a cell with what a spreadsheet would calculate", () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 40 }), (text) => {
        const [[cell = ""] = []] = parse(csvRecord([text, "x"]));
        expect(cell).not.toMatch(FORMULA);
      }),
    );
  });

  it("brings no formula into a cell of a spreadsheet that separates by semicolons or tabs, either", () => {
    const part = fc.constantFrom(";", "\t", "\n", "\r\n", " ", '"', "=", "-", "@SUM(A1)", "+1", "＝cmd", "x", ",", "'");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        // As such a spreadsheet does: quotes that do not stand at the beginning of a cell mean nothing to it.
        const [, ...cells] = csvRecord(["x", `x${parts.join("")}`]).split(/[;\t\r\n]/);
        for (const cell of cells) expect(cell.replaceAll('"', "")).not.toMatch(/^\s*[=+\-@＝＋－＠]/u);
      }),
      { numRuns: 2_000 },
    );
    expect(csvRecord(["a;=1+cmd|' /C calc'!A0;b"])).toBe("a;'=1+cmd|' /C calc'!A0;b\r\n");
    expect(csvRecord(["a; b - c"])).toBe("a; b - c\r\n");
  });

  it("is read by Python's csv module as the same", () => {
    const rows = [
      ["a", "ü – 管", 'say "x", y'],
      ["=1+1", "two\r\nlines", ""],
      [" lead", "trail ", "'q"],
    ];
    const program =
      "import csv,json,sys,io;print(json.dumps(list(csv.reader(io.StringIO(sys.stdin.buffer.read().decode('utf-8'),newline='')))))";
    const output = execFileSync("python3", ["-c", program], { input: rows.map((row) => csvRecord(row)).join("") });
    expect(JSON.parse(output.toString("utf8"))).toEqual(rows.map((row) => row.map(expected)));
  });
});

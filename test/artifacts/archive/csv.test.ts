import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvRecord, type CsvValue } from "../../../src/artifacts/archive/csv.ts";

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
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("=1+1", "@SUM(A1)", "+1", "-1", "\t=1", "\r\n=1", "＝cmd", " =1", 'a"b', "a,b", "a\r\nb", "'"),
  fc.integer(),
  fc.constant(null),
);
const expected = (cell: CsvValue) =>
  typeof cell === "string" && /^\s*[=+\-@\t\r＝＋－＠]/u.test(cell) ? `'${cell}` : String(cell ?? "");

describe("a CSV record", () => {
  it("comes back as it went in, formulas disarmed", () => {
    fc.assert(
      fc.property(fc.array(fc.array(value, { minLength: 2, maxLength: 6 }), { maxLength: 6 }), (rows) => {
        expect(parse(rows.map((row) => csvRecord(row)).join(""))).toEqual(rows.map((row) => row.map(expected)));
      }),
      { numRuns: 1_000 },
    );
  });

  it("never begins a cell with what a spreadsheet would calculate", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const [[cell = ""] = []] = parse(csvRecord([text, "x"]));
        expect(cell).not.toMatch(/^\s*[=+\-@\t\r＝＋－＠]/u);
      }),
    );
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

import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execFileSync } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import { archiveEnd, archivePiece } from "../../src/archives/archive-piece.ts";
import { writeSegment } from "../../src/archives/segment.ts";
import { checkArchive } from "../support/archive-tools.ts";
import { IN_WHOLE } from "../support/thoroughness.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tenantatlas-archive-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TIMES = { at: Date.parse("2026-11-24T12:34:56Z") };
const text = (content: string) => new TextEncoder().encode(content);
const entriesOf = (from: number, count: number, content: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => ({ path: `files/ü ${from + at}.json`, content: text(content(from + at)) }));

/** Puts segments together, choosing entries of each, as the finalizer does. */
function assemble(parts: readonly { segment: Uint8Array; positions: number[] }[], from = 0) {
  const local: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = from;
  let entries = 0;
  for (const { segment, positions } of parts) {
    const piece = archivePiece(segment, positions, offset);
    local.push(...piece.local);
    central.push(...piece.central);
    offset += piece.localBytes;
    entries += positions.length;
  }
  const bytes = central.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  return { local, tail: [...central, archiveEnd({ entries, offset, bytes })] };
}

function write(name: string, chunks: readonly Uint8Array[]): string {
  const file = path.join(folder, name);
  writeFileSync(file, Buffer.concat(chunks));
  return file;
}

const all = (count: number) => Array.from({ length: count }, (_, at) => at);

describe("an archive put together from segments", () => {
  it("is one that unzip and Python's zipfile accept, with names in unicode", async () => {
    const content = (at: number) => JSON.stringify({ at, text: "x".repeat(at * 10) });
    const first = await writeSegment(entriesOf(0, 5, content), TIMES);
    const second = await writeSegment(entriesOf(5, 3, content), TIMES);
    const { local, tail } = assemble([
      { segment: first, positions: all(5) },
      { segment: second, positions: all(3) },
    ]);
    const names = checkArchive(write("plain.zip", [...local, ...tail]));
    expect(names).toEqual(all(8).map((at) => `files/ü ${at}.json`));
  });

  it("has the same bytes however its entries were spread over segments", async () => {
    const content = (at: number) => `entry ${at} `.repeat(50);
    const whole = await writeSegment(entriesOf(0, 10, content), TIMES);
    const halves = [
      await writeSegment(entriesOf(0, 7, content), TIMES),
      await writeSegment(entriesOf(4, 6, content), TIMES),
    ];
    const one = assemble([{ segment: whole, positions: all(10) }]);
    // The second half's first three entries are in the first half as well: a unit that was executed twice.
    const two = assemble([
      { segment: halves[0] ?? whole, positions: all(7) },
      { segment: halves[1] ?? whole, positions: [3, 4, 5] },
    ]);
    expect(Buffer.concat([...two.local, ...two.tail])).toEqual(Buffer.concat([...one.local, ...one.tail]));
  });

  it("has the same bytes whenever and wherever it is made", async () => {
    const program = `
      import { writeSegment } from ${JSON.stringify(path.resolve("src/archives/segment.ts"))};
      const bytes = await writeSegment([{ path: "a.txt", content: new TextEncoder().encode("hello") }], { at: ${TIMES.at} });
      process.stdout.write(Buffer.from(bytes).toString("hex"));`;
    const made = ["UTC", "Asia/Kolkata", "America/St_Johns"].map((TZ) =>
      execFileSync("node_modules/.bin/node", ["--input-type=module-typescript", "-e", program], {
        env: { ...process.env, TZ },
      }).toString(),
    );
    expect(new Set(made).size).toBe(1);
  });

  it("holds empty files, and files that come in many chunks", async () => {
    async function* chunks() {
      for (let at = 0; at < 1_000; at += 1) yield new TextEncoder().encode(`line ${at}\n`);
    }
    const segment = await writeSegment(
      [
        { path: "empty", content: new Uint8Array() },
        { path: "long", content: chunks() },
      ],
      TIMES,
    );
    const { local, tail } = assemble([{ segment, positions: all(2) }]);
    expect(checkArchive(write("chunks.zip", [...local, ...tail]))).toEqual(["empty", "long"]);
  });

  it.runIf(IN_WHOLE)(
    "goes beyond 65,535 entries",
    async () => {
      // The same segment again and again: names may repeat as far as counting them goes.
      const perSegment = 2_200;
      const segment = await writeSegment(
        entriesOf(0, perSegment, () => "x"),
        TIMES,
      );
      const parts = Array.from({ length: 30 }, () => ({ segment, positions: all(perSegment) }));
      const { local, tail } = assemble(parts);
      expect(checkArchive(write("many.zip", [...local, ...tail]))).toHaveLength(30 * perSegment);
    },
    120_000,
  );

  it("goes beyond four gigabytes", async () => {
    const far = 5 * 2 ** 30;
    const segment = await writeSegment(
      entriesOf(0, 2, (at) => `far ${at}`),
      TIMES,
    );
    const { local, tail } = assemble([{ segment, positions: all(2) }], far);
    // A hole of five gigabytes that takes no room on the disk stands for what came before.
    const file = path.join(folder, "far.zip");
    const descriptor = openSync(file, "w");
    ftruncateSync(descriptor, far);
    writeSync(descriptor, Buffer.concat([...local, ...tail]), 0, undefined, far);
    closeSync(descriptor);
    const program =
      "import sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);print(z.read(z.namelist()[1]).decode(), z.infolist()[1].header_offset > 2**32)";
    expect(execFileSync("python3", ["-c", program, file]).toString().trim()).toBe("far 1 True");
  });
});

import { TextReader, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js/lib/zip-core-native.js";
import { describe, expect, it } from "vitest";
import { type ArchiveLimits, openArchive, sourceInMemory, UnreadableEntry } from "../../src/archives/open-archive.ts";

const LIMITS: ArchiveLimits = {
  entries: 1_000,
  totalBytes: 16 * 1_024 * 1_024,
  fileBytes: 2 * 1_024 * 1_024,
  ratio: 200,
  pathLength: 100,
};

async function archive(entries: Record<string, string | Uint8Array>, options: object = {}): Promise<Uint8Array> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, ...options });
  for (const [path, content] of Object.entries(entries))
    await zip.add(path, typeof content === "string" ? new TextReader(content) : new Uint8ArrayReader(content));
  return zip.close();
}

/** The name of one entry, as it stands in the bytes, for another of the same length. */
function renamed(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const copy = bytes.slice();
  const [old, wanted] = [new TextEncoder().encode(from), new TextEncoder().encode(to)];
  expect(wanted.byteLength).toBe(old.byteLength);
  for (let at = 0; at + old.byteLength <= copy.byteLength; at += 1)
    if (old.every((byte, i) => copy[at + i] === byte)) copy.set(wanted, at);
  return copy;
}

function open(bytes: Uint8Array, limits: Partial<ArchiveLimits> = {}) {
  return openArchive(sourceInMemory(bytes), { ...LIMITS, ...limits }, (path) => path.endsWith(".json"));
}

async function reasonFor(bytes: Uint8Array, limits: Partial<ArchiveLimits> = {}): Promise<string> {
  const opening = await open(bytes, limits);
  return opening.kind === "refused" ? opening.reason : "opened";
}

describe("An archive from outside", () => {
  it("is opened, its folders are no files, and its files are read", async () => {
    const large = Uint8Array.from({ length: 1_500_000 }, (_, at) => (at * 2_654_435_761) >>> 13);
    const opening = await open(await archive({ "a/b.json": '{"x":"ü"}', "c.json": large, "a/": "" }));
    if (opening.kind === "refused") throw new Error(opening.reason);
    expect(opening.files.map(({ path }) => path)).toEqual(["a/b.json", "c.json"]);
    const [first, second] = await Promise.all(opening.files.map(({ read }) => read()));
    expect(new TextDecoder().decode(first)).toBe('{"x":"ü"}');
    expect(second).toEqual(large);
  });

  it("is asked for in blocks, whatever number of files is read from it", async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`${at}.json`, `{"at":${at}}`]));
    const bytes = await archive(many);
    let asked = 0;
    const source = {
      bytes: bytes.byteLength,
      read: (from: number, length: number) => (asked++, Promise.resolve(bytes.subarray(from, from + length))),
    };
    const opening = await openArchive(source, LIMITS, () => true);
    if (opening.kind === "refused") throw new Error(opening.reason);
    for (const { read } of opening.files) await read();
    expect(asked).toBe(1);
  });

  it.each([
    ["../a.json", "leads out"],
    ["a/../../b.json", "leads out"],
    ["/etc/x.json", "leads out"],
    ["C:/x.json", "leads out"],
    ["a\\..\\..\\b.json", "leads out"],
    ["./a.json", "leads out"],
    ["a//b.json", "leads out"],
    ["ü\u0007.json", "control characters"],
    [`${"x".repeat(120)}.json`, "longer than 100"],
  ])("is refused for the path %j", async (path, reason) => {
    const plain = path.replace(/[^ü]/g, "y");
    expect(await reasonFor(renamed(await archive({ [plain]: "{}" }), plain, path))).toContain(reason);
  });

  it("is refused for two files of one name", async () => {
    const bytes = renamed(await archive({ "a.json": "1", "b.json": "2" }), "b.json", "a.json");
    expect(await reasonFor(bytes)).toContain('two files of the name "a.json"');
  });

  it("is refused for more entries than it may have, 100,000 of them too", async () => {
    expect(await reasonFor(directoryOf(1_000))).toBe("opened");
    for (const entries of [1_001, 100_000])
      expect(await reasonFor(directoryOf(entries))).toBe("It has more than 1000 entries.");
  });

  it("is refused for content that is packed too small, and for too much of it", async () => {
    const zeros = new Uint8Array(2 * 1_024 * 1_024 - 1);
    expect(await reasonFor(await archive({ "bomb.json": zeros }))).toContain("200 times smaller");
    const content = Uint8Array.from({ length: 60_000 }, (_, at) => (at * 2_654_435_761) >>> 11);
    const files = Object.fromEntries(Array.from({ length: 4 }, (_, at) => [`${at}.json`, content]));
    expect(await reasonFor(await archive(files), { totalBytes: 200_000 })).toContain("more than");
    // What is not read counts by its number alone.
    const pictures = Object.fromEntries(Array.from({ length: 4 }, (_, at) => [`${at}.png`, zeros]));
    expect(await reasonFor(await archive(pictures), { totalBytes: 200_000 })).toBe("opened");
  });

  it("is refused with a password, as a link, and as something else", async () => {
    expect(await reasonFor(await archive({ "a.json": "{}" }, { password: "x", zipCrypto: true }))).toContain(
      "password",
    );
    const link = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
    await link.add("a.json", new TextReader("/etc/passwd"), { unixMode: 0o120_777, msDosCompatible: false });
    expect(await reasonFor(await link.close())).toContain("link");
    for (const bytes of [new Uint8Array(), new Uint8Array(100), new TextEncoder().encode("%PDF-1.4 …")])
      expect(await reasonFor(bytes)).toContain("no ZIP archive");
    const whole = await archive({ "a.json": "{}", "b.json": "{}" });
    expect(await reasonFor(whole.subarray(0, whole.byteLength - 30))).toContain("no ZIP archive");
  });

  it("refuses to read a file that is larger than it says, or damaged", async () => {
    const content = Uint8Array.from({ length: 300_000 }, (_, at) => (at * 2_654_435_761) >>> 11);
    const honest = await archive({ "a.json": content });
    // The sizes in both records, made small: what an archive says is not what it has.
    const view = new DataView(honest.slice().buffer);
    for (let at = 0; at + 4 <= view.byteLength; at += 1)
      if (view.getUint32(at, true) === content.byteLength) view.setUint32(at, 100, true);
    for (const bytes of [new Uint8Array(view.buffer), flipped(honest)]) {
      const opening = await open(bytes, { fileBytes: 200_000 });
      if (opening.kind === "refused") throw new Error(opening.reason);
      await expect(opening.files[0]?.read()).rejects.toBeInstanceOf(UnreadableEntry);
    }
  });

  it("does not blame the archive for a source that fails", async () => {
    const outage = new Error("R2 does not answer");
    const source = { bytes: 1_000, read: () => Promise.reject(outage) };
    await expect(openArchive(source, LIMITS, () => true)).rejects.toBe(outage);
  });
});

/** An archive of empty files that has their records alone (APPNOTE 6.3.10, 4.3.12, 4.3.14 to 4.3.16). */
function directoryOf(entries: number): Uint8Array {
  const names = Array.from({ length: entries }, (_, at) => new TextEncoder().encode(`${at}.json`));
  const size = names.reduce((sum, name) => sum + 46 + name.byteLength, 0);
  const bytes = new Uint8Array(size + 56 + 20 + 22);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const name of names) {
    view.setUint32(at, 0x02014b50, true);
    view.setUint16(at + 28, name.byteLength, true);
    bytes.set(name, at + 46);
    at += 46 + name.byteLength;
  }
  view.setUint32(at, 0x06064b50, true);
  view.setBigUint64(at + 4, 44n, true);
  view.setBigUint64(at + 24, BigInt(entries), true);
  view.setBigUint64(at + 32, BigInt(entries), true);
  view.setBigUint64(at + 40, BigInt(size), true);
  view.setUint32(at + 56, 0x07064b50, true);
  view.setBigUint64(at + 64, BigInt(size), true);
  view.setUint32(at + 72, 1, true);
  const end = at + 76;
  view.setUint32(end, 0x06054b50, true);
  view.setUint16(end + 8, 0xffff, true);
  view.setUint16(end + 10, 0xffff, true);
  view.setUint32(end + 12, 0xffffffff, true);
  view.setUint32(end + 16, 0xffffffff, true);
  return bytes;
}

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy[2_000] = (copy[2_000] ?? 0) ^ 0xff;
  return copy;
}

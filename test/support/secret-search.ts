/**
 * Looks for secrets in what a product leaves behind, as a thief with the files would: every byte of every file, every value of every SQLite
 * database, every file of every archive, in the spellings that a text can hide in. Node only.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { extractArchive } from "./archive-tools.ts";

/** Where something was found: what it is called, in which spelling, in which file. */
export interface Finding {
  secret: string;
  spelling: string;
  place: string;
}

interface Needle {
  secret: string;
  spelling: string;
  bytes: Buffer;
}

const HTML: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const SQLITE = Buffer.from("SQLite format 3\0");
const ZIP = Buffer.from("PK\u0003\u0004");

export class SecretSearch {
  readonly #needles: Needle[];

  /** @param secrets by what they are called; each of eight letters or more, since shorter ones are found in anything. */
  constructor(secrets: Readonly<Record<string, string>>) {
    this.#needles = Object.entries(secrets).flatMap(([secret, text]) => {
      if (text.length < 8) throw new Error(`${secret} is too short to look for`);
      return Object.entries(spellingsOf(text)).map(([spelling, bytes]) => ({ secret, spelling, bytes }));
    });
  }

  /** In a text or in bytes, with what they contain. */
  inside(content: string | Uint8Array, place: string): Finding[] {
    const bytes = typeof content === "string" ? Buffer.from(content) : Buffer.from(content);
    const found = this.#needles
      .filter((needle) => bytes.includes(needle.bytes))
      .map(({ secret, spelling }) => ({ secret, spelling, place }));
    return found;
  }

  /** In all files of a folder and of the folders in it. */
  inFolder(folder: string): Finding[] {
    return filesOf(folder).flatMap((file) => this.inFile(file));
  }

  inFile(file: string): Finding[] {
    const bytes = readFileSync(file);
    const found = this.inside(bytes, file);
    if (bytes.subarray(0, SQLITE.length).equals(SQLITE)) found.push(...this.#inDatabase(file));
    if (bytes.subarray(0, ZIP.length).equals(ZIP)) found.push(...this.#inArchive(file));
    return found;
  }

  /** Values that are longer than a page do not lie in one piece in the file. */
  #inDatabase(file: string): Finding[] {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      const tables = database.prepare("select name from sqlite_schema where type = 'table'").all();
      return tables.flatMap(({ name }) => {
        const found: Finding[] = [];
        for (const row of database.prepare(`select * from "${String(name)}"`).iterate())
          for (const [column, value] of Object.entries(row))
            if (typeof value === "string" || value instanceof Uint8Array)
              found.push(...this.inside(value, `${file}: ${String(name)}.${column}`));
        return found;
      });
    } finally {
      database.close();
    }
  }

  #inArchive(file: string): Finding[] {
    const folder = mkdtempSync(path.join(tmpdir(), "tenantatlas-archive-"));
    try {
      extractArchive(file, folder);
      return this.inFolder(folder).map((finding) => ({ ...finding, place: `${file}: ${finding.place}` }));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** A text as it may stand in a file: plain, in JSON, in HTML, in an address, in UTF-16, in hexadecimal digits, and in base64 at each of its three offsets. */
function spellingsOf(text: string): Record<string, Buffer> {
  const bytes = Buffer.from(text);
  const spellings: Record<string, Buffer> = {
    plain: bytes,
    json: Buffer.from(JSON.stringify(text).slice(1, -1)),
    html: Buffer.from(text.replace(/[&<>"']/g, (letter) => HTML[letter] ?? letter)),
    address: Buffer.from(encodeURIComponent(text)),
    form: Buffer.from(new URLSearchParams({ text }).toString().slice("text=".length)),
    "utf-16": Buffer.from(text, "utf16le"),
    hex: Buffer.from(bytes.toString("hex")),
    "upper-case hex": Buffer.from(bytes.toString("hex").toUpperCase()),
  };
  for (const offset of [0, 1, 2]) {
    for (const encoding of ["base64", "base64url"] as const) {
      const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
        .toString(encoding)
        .replaceAll("=", "");
      // Letters that also depend on the bytes before and after say nothing.
      const first = offset === 0 ? 0 : offset + 1;
      const whole = encoded.slice(first, Math.floor(((offset + bytes.length) * 8) / 6));
      spellings[`${encoding}, ${offset} bytes in`] = Buffer.from(whole);
    }
  }
  return spellings;
}

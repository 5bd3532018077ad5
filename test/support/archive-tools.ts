/** What people check an archive with: `unzip`, Python's zipfile, `sha256sum`. `scripts/test.ts` has made sure that they are there. */
import { execFileSync } from "node:child_process";

/** Throws with the tool's words when an archive is not what it should be. Returns the names in it, in order. */
export function checkArchive(file: string): string[] {
  execFileSync("unzip", ["-tqq", file]);
  const program =
    "import sys,json,zipfile;z=zipfile.ZipFile(sys.argv[1]);assert z.testzip() is None;print(json.dumps(z.namelist()))";
  const output = execFileSync("python3", ["-c", program, file], { maxBuffer: 256 * 1024 * 1024 });
  return JSON.parse(output.toString("utf8")) as string[];
}

export function extractArchive(file: string, folder: string): void {
  execFileSync("unzip", ["-qq", "-o", file, "-d", folder]);
}

/** `sha256sum -c` in a folder; throws when a file is not what the list says. Returns what it printed. */
export function checkSums(folder: string, list: string): string {
  return execFileSync("sha256sum", ["--check", "--strict", list], {
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
  }).toString("utf8");
}

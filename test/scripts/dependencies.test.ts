import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { missingEntries } from "../../scripts/complete-lockfile.mjs";
import { isInstalled, projectRoot } from "../../scripts/dependencies.mjs";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "tenantatlas-dependencies-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

interface Entry {
  version: string;
  optional?: boolean;
}

function write(file: string, content: unknown): void {
  const target = path.join(root, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, JSON.stringify(content));
}

/** A lock file, npm's record of what it installed, and the packages themselves. */
function lay(locked: Record<string, Entry>, recorded: Record<string, Entry>, present = Object.keys(recorded)): void {
  write("package-lock.json", { packages: { "": {}, ...locked } });
  write("node_modules/.package-lock.json", { packages: recorded });
  for (const location of present) write(`${location}/package.json`, {});
}

const A = { "node_modules/a": { version: "1.0.0" } };
const B = { "node_modules/b": { version: "2.0.0" } };

describe("whether the dependencies are installed", () => {
  it("is so when npm has finished and everything is there", () => {
    lay({ ...A, ...B }, { ...A, ...B });
    expect(isInstalled(root)).toBe(true);
    expect(isInstalled(projectRoot)).toBe(true);
  });

  it("is so without the programs for other systems", () => {
    lay({ ...A, "node_modules/c-darwin": { version: "1.0.0", optional: true } }, A);
    expect(isInstalled(root)).toBe(true);
  });

  it("is not so in a bare clone, or after an installation that was cut off", () => {
    expect(isInstalled(root)).toBe(false);
    write("package-lock.json", { packages: A });
    expect(isInstalled(root)).toBe(false);
    write("node_modules/a/package.json", {});
    expect(isInstalled(root)).toBe(false);
  });

  it("is not so when the lock file asks for more, or for another version", () => {
    lay({ ...A, ...B }, A);
    expect(isInstalled(root)).toBe(false);
    lay({ "node_modules/a": { version: "1.0.1" } }, A);
    expect(isInstalled(root)).toBe(false);
  });

  it("is not so when a package has gone", () => {
    lay({ ...A, ...B }, { ...A, ...B }, ["node_modules/a"]);
    expect(isInstalled(root)).toBe(false);
  });
});

describe("a lock file for every system", () => {
  it("gets the optional packages that npm has left out, marked for their system", () => {
    const packages = {
      "": {},
      "node_modules/tool": {
        version: "3.0.0",
        dev: true,
        optionalDependencies: {
          "@tool/linux-x64-musl": "3.0.0",
          "@tool/windows-64": "3.0.0",
          "@tool/linux-x64-gnu": "3.0.0",
        },
      },
      "node_modules/@tool/linux-x64-gnu": { version: "3.0.0" },
    };
    expect(missingEntries({ packages })).toEqual({
      "node_modules/@tool/linux-x64-musl": {
        version: "3.0.0",
        cpu: ["x64"],
        os: ["linux"],
        libc: ["musl"],
        dev: true,
        optional: true,
      },
      "node_modules/@tool/windows-64": { version: "3.0.0", cpu: ["x64"], os: ["win32"], dev: true, optional: true },
    });
  });

  it("counts a package that is installed beside its parent", () => {
    const packages = {
      "node_modules/outer/node_modules/tool": { version: "1.0.0", optionalDependencies: { x: "1.0.0", y: "1.0.0" } },
      "node_modules/outer/node_modules/x": { version: "1.0.0" },
      "node_modules/y": { version: "1.0.0" },
    };
    expect(missingEntries({ packages })).toEqual({});
  });
});

/** Whole folders that nobody on this project wrote. The numbers were counted by folder and by list, apart from the code under test. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readText } from "../../src/policy-files/read-text.ts";
import { surveyFolder } from "../../src/policy-files/survey.ts";
import { HAS_REALDATA, REALDATA_FOLDER } from "../support/realdata.ts";
import { countsOf, policiesOf, utf16 } from "./files.ts";

async function filesOf(folder: string): Promise<{ path: string; bytes: Uint8Array }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file) => ({ path: path.relative(folder, file), bytes: new Uint8Array(await readFile(file)) })),
  );
}

function survey(files: readonly { path: string; bytes: Uint8Array }[]) {
  return surveyFolder(files.map(({ path: file, bytes }) => ({ path: file, read: () => Promise.resolve(bytes) })));
}

describe.runIf(HAS_REALDATA)("A folder that IntuneManagement exported", () => {
  it("is read whole: 36 policies and 3 locations, 36 groups and their table, a licence", async () => {
    const files = await filesOf(path.join(REALDATA_FOLDER, "ConditionalAccessBaseline"));
    const findings = await survey(files);
    expect(findings).toHaveLength(77);
    expect(countsOf(findings)).toEqual({ policy: 39, reference: 37, skipped: 1 });
    expect(policiesOf(findings)).toEqual({ conditionalAccess: 36, namedLocations: 3 });
    expect(findings.flatMap((one) => (one.kind === "policy" ? [...one.notices, ...one.unread] : []))).toEqual([]);
    // Two of the groups are not in the table: they were renamed, and have its ids.
    expect(findings.find(({ path: file }) => file.endsWith("MigrationTable.json"))).toMatchObject({ names: 34 });
    const wide = files.filter(({ bytes }) => bytes[0] === 0xff && bytes[1] === 0xfe);
    expect(wide).toHaveLength(72);
    for (const { bytes } of wide) expect(readText(bytes)).toMatchObject({ kind: "text", notice: null });
  });
});

describe.runIf(HAS_REALDATA)("A folder of templates", () => {
  it("is read as far as they are policies", async () => {
    const findings = await survey(await filesOf(path.join(REALDATA_FOLDER, "IntuneHydrationKit")));
    expect(findings).toHaveLength(66);
    // The one file of groups of chosen members is reference data; the licence is skipped.
    expect(countsOf(findings)).toEqual({ policy: 64, reference: 1, skipped: 1 });
    expect(policiesOf(findings)).toEqual({
      appProtection: 8,
      compliance: 8,
      complianceLinux: 2,
      conditionalAccess: 14,
      groups: 43,
      autopilot: 2,
      enrollment: 1,
      filters: 24,
      apps: 17,
      notifications: 1,
    });
    const notices = findings.flatMap((one) => (one.kind === "policy" ? one.notices : []));
    // Its 14 templates of conditional access leave the state to who makes the policies.
    expect(notices).toEqual(Array.from({ length: 14 }, () => expect.stringContaining("taken as disabled")));
  });
});

/** A checkout of OpenIntuneBaseline at 75c4825. GPL-3.0: its files are never part of this repository. */
const OIB = process.env["TENANTATLAS_OPEN_INTUNE_BASELINE"] ?? "";

describe.runIf(existsSync(OIB))("OpenIntuneBaseline", () => {
  it("is each policy once, those for the portal counted as copies, in each encoding that Git gives its files", async () => {
    const files = await filesOf(OIB);
    const asText = files.map(({ path: file, bytes }) => {
      const text = file.endsWith(".json") ? readText(bytes) : null;
      return { file, bytes, text: text?.kind === "text" ? text.text : null };
    });
    const encodings = [
      files,
      asText.map(({ file, bytes, text }) => ({
        path: file,
        bytes: text === null ? bytes : new TextEncoder().encode(text.replaceAll("\r\n", "\n")),
      })),
      asText.map(({ file, bytes, text }) => ({ path: file, bytes: text === null ? bytes : utf16(text) })),
    ];
    for (const one of encodings) {
      const findings = await survey(one);
      expect(findings).toHaveLength(140);
      expect(countsOf(findings)).toEqual({ policy: 96, copy: 18, skipped: 26 });
      // 78 of the catalog in IntuneManagement's folders, and the one in NativeImport that says something else under the same name.
      expect(policiesOf(findings)).toEqual({
        appProtection: 2,
        compliance: 8,
        settingsCatalog: 79,
        deviceConfiguration: 4,
        driverUpdates: 3,
      });
    }
  });
});

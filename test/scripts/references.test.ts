import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decisionFaults } from "../../scripts/check/decision-index.ts";
import { referenceFaults } from "../../scripts/check/references.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tenantatlas-references-"));
  plant(".gitignore", "bench/results.json\n");
  plant("docs/design/failure-catalogue.md", "# Failures\n\n| F1 | what |\n");
  plant("docs/design/progress.md", "# Progress\n\n## 4. The contract\n\n### 4.1 A part\n\n## 4. The contract\n");
  plant("src/runs/ledger.ts", "export {};\n");
  plant("decisions/001-first.md", "# 001\n\n**Revisit** never.\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function plant(file: string, text: string): void {
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
}

/** What is said of a page, or of a comment, that holds the text. */
function saidOfPage(text: string): string[] {
  plant("docs/page.md", `# Page\n\n${text}\n`);
  return referenceFaults(folder);
}
function saidOfComment(text: string): string[] {
  plant("src/runs/page.ts", `/**\n * ${text}\n */\nexport const page = 1;\n`);
  return referenceFaults(folder);
}

describe("a reference in a page", () => {
  it.each([
    "[the ledger](../src/runs/ledger.ts), [its folder](../src/runs/), [`progress.md`](design/progress.md#4-the-contract)",
    "[twice](design/progress.md#4-the-contract-1), [here](#page), [elsewhere](https://example.test/missing.md)",
    "`src/runs/ledger.ts`, `runs/ledger.ts`, `ledger.ts`, src/runs and src/runs/*.ts",
    'docs/design/progress.md, section 4; `design/progress.md`, section 4.1; docs/design/progress.md, "Progress"',
    "decisions/001-first.md, decision 001, decisions/001, F1, bench/results.json, ../shared/realdata/x.json",
    "src/operations/<type>.ts, `…/missing.md`, `text/plain`, `GET /api/docs/x`",
  ])("may be %s", (text) => {
    plant("src/operations/one.ts", "export {};\n");
    expect(saidOfPage(text)).toEqual([]);
  });

  it.each([
    ["a link to no page", "[x](missing.md)", "the link missing.md leads nowhere"],
    ["a link to no heading", "[x](design/progress.md#5-nothing)", "docs/design/progress.md has no heading #5-nothing"],
    ["a link to no heading of its own", "[x](#nothing)", "docs/page.md has no heading #nothing"],
    ["a picture that is not there", "![x](images/x.png)", "the link images/x.png leads nowhere"],
    ["a page by its bare name", "see progress.md", "there is no progress.md"],
    ["a file that has moved", "`src/ledger.ts`", "there is no src/ledger.ts"],
    ["a file that has gone", "`healing.ts`", "there is no healing.ts"],
    ["a pattern that nothing fits", "src/runs/backup-*.ts", "there is no src/runs/backup-*.ts"],
    ["a command on a script that has gone", "```sh\nnode scripts/gone.mjs\n```", "there is no scripts/gone.mjs"],
    ["a section that is not there", "docs/design/progress.md, section 9", "docs/design/progress.md has no section 9"],
    ["a heading by words", 'docs/design/progress.md, "Gone"', "docs/design/progress.md has no heading “Gone”"],
    ["a decision by number", "decision 002", "there is no decision 002"],
    ["a row of the failure catalogue", "F2", "docs/design/failure-catalogue.md has no row F2"],
    ["a page outside the repository", "../shared/design/x", "../shared/design/x is outside the repository"],
  ])("fails as %s", (_, text, fault) => {
    const line = text.startsWith("```") ? 4 : 3;
    expect(saidOfPage(text)).toEqual([`docs/page.md:${line}: ${fault}`]);
  });
});

describe("a reference in a comment", () => {
  it.each(["docs/design/progress.md, section 4", "`ledger.ts`", "`runs/ledger.ts` and decisions/001-first.md (F1)"])(
    "may be %s",
    (text) => {
      expect(saidOfComment(text)).toEqual([]);
    },
  );

  it.each([
    ["a page that is not there", "What it counts (progress.md, section 4).", "there is no progress.md"],
    ["a section over two lines", "docs/design/progress.md,\n * section 9", "docs/design/progress.md has no section 9"],
    ["a file that has gone", "see `healing.ts`", "there is no healing.ts"],
    ["a decision", "(decisions/002-second.md)", "there is no decisions/002-second.md"],
  ])("fails as %s", (_, text, fault) => {
    expect(saidOfComment(text)).toEqual([`src/runs/page.ts:2: ${fault}`]);
  });

  it("is not what a string says, unless it names a page of a room", () => {
    plant("src/runs/page.ts", 'export const a = "`gone.ts` and gone.md";\n');
    expect(referenceFaults(folder)).toEqual([]);
    plant("src/runs/page.ts", 'export const a = "see docs/gone.md.";\n');
    expect(referenceFaults(folder)).toEqual(["src/runs/page.ts:1: there is no docs/gone.md"]);
    plant("src/runs/page.ts", "export {};\n");
    plant("wrangler.toml", 'id = "0" # docs/gone.md\n');
    expect(referenceFaults(folder)).toEqual(["wrangler.toml:1: there is no docs/gone.md"]);
  });
});

describe("the index of decisions", () => {
  const row = "| [001](001-first.md) | 2026-11-23 | accepted | what was decided |";
  const index = (...rows: string[]): string[] => {
    plant(
      "decisions/README.md",
      `# Decisions\n\n| page | date | status | decision |\n|---|---|---|---|\n${rows.join("\n")}\n`,
    );
    return decisionFaults(folder);
  };

  it("lists each page once, accepted or superseded by one that exists", () => {
    expect(index(row)).toEqual([]);
    plant("decisions/002-second.md", "# 002\n\n## When to revisit\n");
    const second = row.replaceAll("001", "002").replace("first", "second");
    expect(index(row.replace("accepted", "superseded by [002](002-second.md)"), second)).toEqual([]);
  });

  it.each([
    ["a page is missing", [], "decisions/README.md: 001-first.md is listed 0 times, not once"],
    ["a page is there twice", [row, row], "decisions/README.md: 001-first.md is listed 2 times, not once"],
    [
      "a listed page is not there",
      [row, row.replaceAll("001", "003")],
      "decisions/README.md: there is no 003-first.md",
    ],
    [
      "a number is not the page's",
      [row.replace("[001]", "[002]")],
      "decisions/README.md: 001-first.md is not number 002",
    ],
    ["a date is missing", [row.replace("2026-11-23", "")], "decisions/README.md: 001-first.md has no date"],
    [
      "a status is none",
      [row.replace("accepted", "superseded by [009](009-later.md)")],
      "decisions/README.md: the status of 001-first.md is neither accepted nor superseded by a page that exists",
    ],
    ["a summary is missing", [row.replace("what was decided", "")], "decisions/README.md: 001-first.md has no summary"],
  ])("fails when %s", (_, rows, fault) => {
    expect(index(...rows)).toContain(fault);
  });

  it("fails when a page says nothing of when to revisit it, or two have one number", () => {
    plant("decisions/001-first.md", "# 001\n");
    expect(index(row)).toEqual(["decisions/001-first.md: does not say when to revisit"]);
    plant("decisions/001-first.md", "# 001\n\n**Revisit** never.\n");
    plant("decisions/001-other.md", "# 001\n\n**Revisit** never.\n");
    expect(index(row, row.replace("first", "other"))).toEqual(["decisions: number 001 is used twice"]);
  });
});

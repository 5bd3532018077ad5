/**
 * What `npm test` prints: failures with their logs, and for the rest a page. How far it is now and then, each project in a line, the
 * slowest files, and what was not run.
 */
import { DefaultReporter, type TestModule, type TestRunEndReason, type TestSpecification } from "vitest/node";
import { HAS_REALDATA } from "./realdata.ts";
import { IN_WHOLE } from "./thoroughness.ts";

const SLOWEST = 8;
/** A line each time that so many files more are done. */
const FILES_PER_LINE = 20;

const seconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(1)} s`;
const counted = (count: number, noun: string): string =>
  `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;

/** Of a file: its tests, and what its imports and set-up take beside them. */
function durationOf(module: TestModule): number {
  const { collectDuration, setupDuration, duration } = module.diagnostic();
  return collectDuration + setupDuration + duration;
}

export default class BriefReporter extends DefaultReporter {
  #files = 0;
  #done = 0;

  override onTestRunStart(specifications: readonly TestSpecification[]): void {
    super.onTestRunStart(specifications);
    this.renderSucceed = false;
    this.#files = specifications.length;
  }

  override onTestModuleEnd(module: TestModule): void {
    super.onTestModuleEnd(module);
    this.#done += 1;
    if (!this.isTTY && this.#done % FILES_PER_LINE === 0) this.log(` ${this.#done} of ${this.#files} files`);
  }

  protected override printTestModule(module: TestModule): void {
    if (module.state() === "failed") super.printTestModule(module);
  }

  override onTestRunEnd(
    modules: readonly TestModule[],
    errors: Parameters<DefaultReporter["onTestRunEnd"]>[1],
    reason: TestRunEndReason,
  ): void {
    super.onTestRunEnd(modules, errors, reason);
    // Tests that were named by hand leave all others out: no news.
    const notRun = this.ctx.config.testNamePattern === undefined ? notRunLines(modules) : [];
    for (const line of [...projectLines(modules), ...slowestLines(modules), ...notRun]) this.log(line);
  }
}

function projectLines(modules: readonly TestModule[]): string[] {
  return [...Map.groupBy(modules, ({ project }) => project.name)].map(([name, files]) => {
    const tests = files.reduce((sum, file) => sum + [...file.children.allTests()].length, 0);
    const duration = files.reduce((sum, file) => sum + durationOf(file), 0);
    return `${name}: ${counted(files.length, "file")}, ${counted(tests, "test")}, ${seconds(duration)}`;
  });
}

function slowestLines(modules: readonly TestModule[]): string[] {
  if (modules.length <= SLOWEST) return [];
  const slowest = modules.toSorted((a, b) => durationOf(b) - durationOf(a)).slice(0, SLOWEST);
  return ["slowest:", ...slowest.map((file) => `  ${file.relativeModuleId} ${seconds(durationOf(file))}`)];
}

/** The command that runs whole what the short form left out of a project. */
const WHOLE: Readonly<Record<string, string>> = { e2e: "npm run test:browser", kills: "npm run test:kills" };

/** Nothing is left out without a word. */
function notRunLines(modules: readonly TestModule[]): string[] {
  const lines = [...Map.groupBy(modules, ({ project }) => project.name)].flatMap(([project, files]) => {
    const skipped = files
      .map((file) => ({ file: file.relativeModuleId, tests: [...file.children.allTests("skipped")].length }))
      .filter(({ tests }) => tests > 0);
    if (skipped.length === 0) return [];
    const tests = skipped.reduce((sum, file) => sum + file.tests, 0);
    const command = IN_WHOLE ? "npm run test:thorough" : (WHOLE[project] ?? "npm run test:whole");
    return [
      `not run: ${counted(tests, "test")} of ${skipped.map(({ file }) => file).join(", ")}. They are run by: ${command}`,
    ];
  });
  if (lines.length > 0 && !HAS_REALDATA) {
    lines.push(
      "The policies exported from real tenants are missing: put them into ../shared/realdata, or name their folder in TENANTATLAS_REALDATA.",
    );
  }
  return lines;
}

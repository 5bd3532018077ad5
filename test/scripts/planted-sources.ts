/** A copy of the repository's layout with faults planted in it, judged by the repository's own lint configuration. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { projectRoot } from "../../scripts/dependencies.mjs";

const reportSchema = z.object({ diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })) });

export class PlantedSources {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "tenantatlas-lint-"));

  constructor() {
    for (const name of [".oxlintrc.json", "tsconfig.json", "package.json", "scripts/lint"]) {
      cpSync(path.join(projectRoot, name), path.join(this.#folder, name), { recursive: true });
    }
    symlinkSync(path.join(projectRoot, "node_modules"), path.join(this.#folder, "node_modules"));
    // What the rules themselves take from the contract, and what that imports.
    for (const name of [
      "summary-counts.ts",
      "progress-boundary.ts",
      "operation-types.ts",
      "progress.ts",
      "access.ts",
      "lists.ts",
    ]) {
      const file = path.join("src/contract", name);
      cpSync(path.join(projectRoot, file), path.join(this.#folder, file));
    }
    // What the planted files import from.
    for (const file of [
      "contract/a.ts",
      "database/a.ts",
      "http/a.ts",
      "operations/a.ts",
      "runs/edge/start-run.ts",
      "runs/ledger.ts",
      "runs/lifecycle.ts",
      "dashboard/a.ts",
    ]) {
      this.plant(file, "export const a = 1;\n");
    }
  }

  plant(file: string, code: string): void {
    const target = path.join(this.#folder, "src", file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, code);
  }

  /** What the planted code breaks, as `file rule`. */
  findings(): string[] {
    const oxlint = path.join(projectRoot, "node_modules/.bin/oxlint");
    const { stdout, stderr } = spawnSync(oxlint, ["--deny-warnings", "--format=json", "src"], {
      cwd: this.#folder,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    try {
      return reportSchema
        .parse(JSON.parse(stdout))
        .diagnostics.map(({ code, filename }) => `${path.relative("src", filename)} ${code}`);
    } catch {
      throw new Error(`oxlint gave no report: ${stdout}${stderr}`);
    }
  }

  /** Of many codes, each planted in a file of its own and judged in one go, those in which the rule finds nothing. */
  missedBy(rule: string, codes: readonly string[], fileOf: (index: number) => string): string[] {
    codes.forEach((code, index) => this.plant(fileOf(index), code));
    const findings = new Set(this.findings());
    return codes.filter((_, index) => !findings.has(`${fileOf(index)} tenantatlas(${rule})`));
  }

  /** Of many codes, those in which any of the repository's own rules finds something. */
  suspected(codes: readonly string[], fileOf: (index: number) => string): string[] {
    codes.forEach((code, index) => this.plant(fileOf(index), code));
    const findings = this.findings().filter((finding) => finding.includes("tenantatlas("));
    return codes.filter((_, index) => findings.some((finding) => finding.startsWith(`${fileOf(index)} `)));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/**
 * Faults planted in a copy of the repository's layout, judged by the repository's own lint configuration. All of a suite are planted
 * first and linted in one pass, which the first question after a finding starts.
 *
 * Each planting has a `src/` of its own, so that many may stand for the same file of the product: the rules take a file's place
 * from the last `src/` in its path.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { projectRoot } from "../../scripts/dependencies.mjs";

const reportSchema = z.object({ diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })) });

/** Paths below a `src/`, with the code of each. */
export type Files = Record<string, string>;

export class PlantedSources {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "tenantatlas-lint-"));
  #plantings = 0;
  /** Of each planting's folder, what is found in it, as `file rule`. Null until the one pass. */
  #findings: Map<string, string[]> | null = null;

  constructor() {
    // The rules take lists from the contract.
    for (const name of [".oxlintrc.json", "tsconfig.json", "package.json", "scripts/lint", "src/contract"]) {
      cpSync(path.join(projectRoot, name), path.join(this.#folder, name), { recursive: true });
    }
    symlinkSync(path.join(projectRoot, "node_modules"), path.join(this.#folder, "node_modules"));
  }

  /** Plants the files together, in a `src/` of their own. */
  plant(files: Files): Planting {
    const place = path.join("src/planted", String((this.#plantings += 1)), "src");
    this.#write(place, files);
    return new Planting(() => this.#findingsOf(place));
  }

  /** Plants each code as that file, in a `src/` of its own. */
  plantEach(file: string, codes: readonly string[]): Plantings {
    return new Plantings(codes.map((code) => ({ code, planting: this.plant({ [file]: code }) })));
  }

  /** Plants files in the `src/` that the configuration's paths name, beside the contract's own. */
  plantInLayout(files: Files): Planting {
    this.#write("src", files);
    return new Planting(() => this.#findingsOf("src"));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #write(place: string, files: Files): void {
    if (this.#findings !== null) throw new Error("The pass is over: plant before the first look at a finding.");
    for (const [file, code] of Object.entries(files)) {
      const target = path.join(this.#folder, place, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, code);
    }
  }

  #findingsOf(place: string): string[] {
    this.#findings ??= this.#lint();
    return this.#findings.get(place) ?? [];
  }

  #lint(): Map<string, string[]> {
    const oxlint = path.join(projectRoot, "node_modules/.bin/oxlint");
    const { stdout, stderr } = spawnSync(oxlint, ["--deny-warnings", "--format=json", "src"], {
      cwd: this.#folder,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    const findings = new Map<string, string[]>();
    try {
      for (const { code, filename } of reportSchema.parse(JSON.parse(stdout)).diagnostics) {
        const place = /^src\/planted\/\d+\/src(?=\/)/.exec(filename)?.[0] ?? "src";
        findings.set(place, [...(findings.get(place) ?? []), `${path.relative(place, filename)} ${code}`]);
      }
    } catch {
      throw new Error(`oxlint gave no report: ${stdout}${stderr}`);
    }
    return findings;
  }
}

/** Files that stand together. */
export class Planting {
  readonly findings: () => string[];

  /** @param findings what the files break, as `file rule` */
  constructor(findings: () => string[]) {
    this.findings = findings;
  }

  /** What they break of the repository's own rules. */
  ownFindings(): string[] {
    return this.findings().filter((finding) => finding.includes("tenantatlas("));
  }
}

/** Many codes, each judged for itself. */
export class Plantings {
  readonly #each: readonly { code: string; planting: Planting }[];

  constructor(each: readonly { code: string; planting: Planting }[]) {
    this.#each = each;
  }

  /** Those in which the rule finds nothing. */
  missedBy(rule: string): string[] {
    const missed = ({ planting }: { planting: Planting }): boolean =>
      !planting.findings().some((finding) => finding.endsWith(` tenantatlas(${rule})`));
    return this.#each.filter(missed).map(({ code }) => code);
  }

  /** Those in which any of the repository's own rules finds something. */
  suspected(): string[] {
    return this.#each.filter(({ planting }) => planting.ownFindings().length > 0).map(({ code }) => code);
  }
}

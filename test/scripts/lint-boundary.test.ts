/**
 * The boundary of counted progress is held up by rules (docs/ui/enterprise-ui-standards.md): for each of them, faults are
 * planted in as many disguises as came to mind, and what only looks like a fault is left alone.
 */
import { afterAll, describe, expect, it } from "vitest";
import { PlantedSources } from "./planted-sources.ts";

const sources = new PlantedSources();
afterAll(() => sources.remove());

const IN_CONSOLE = "dashboard/planted.tsx";
const ON_SERVER = "http/planted.ts";

const NAMES =
  "processed: number, total: number, fraction: number, name: string, bytes: number, counts: { processed: number; succeeded: number; failed: number; total: number }, run: { counts: { processed: number; total: number } }";
const expressions = (all: readonly string[]): string[] =>
  all.map(
    (expression) =>
      `export const f = (${NAMES}) => [processed, total, fraction, name, bytes, counts, run, ${expression}];\n`,
  );
const jsx = (all: readonly string[]): string[] =>
  all.map(
    (element) =>
      `export const F = ({ a, b, run }: { a: number; b: number; run: { progress: { percent: number } } }) => [a, b, run, ${element}];\n`,
  );

describe("progress arithmetic outside the contract", () => {
  const direct = sources.plantEach(
    ON_SERVER,
    expressions([
      "processed / total",
      "run.counts.processed / run.counts.total",
      'counts["processed"] / 7',
      "counts.succeeded / 7",
      "7 / counts.total",
      "fraction / bytes",
      "bytes * (1 / fraction)",
      "bytes * fraction ** -1",
      "fraction * 100",
      "100 * fraction",
      "fraction * 1e2",
      "fraction / 0.01",
      "Math.floor(100 * fraction)",
      "Math.round((processed * 100) / total)",
      'fraction.toFixed(0) + "%"',
      'fraction.toFixed(0).concat("%")',
      "Math.min(processed, total)",
      "Math.max(counts.processed, bytes)",
      "total - processed",
      "`${fraction}%`",
      "`${fraction} % done`",
      "`${fraction} percent`",
      'fraction + "%"',
      "`${processed} of ${total}`",
      'processed + " of " + total',
      "`${processed}/${total}`",
      'new Intl.NumberFormat("en", { style: "percent" }).format(fraction)',
      'fraction.toLocaleString("en", { style: "unit", unit: "percent" })',
      '"select 100.0 * processed / total from operation_runs"',
      "\"select json_extract(summary_counts, '$.processed') / json_extract(summary_counts, '$.total') from operation_runs\"",
    ]),
  );
  it("is found in every expression that makes a ratio, a percentage, a clamp, a remainder or “n of m”", () => {
    expect(direct.missedBy("no-progress-arithmetic")).toEqual([]);
  });

  const counts = "{ processed: number; total: number }";
  const renamed = sources.plantEach(ON_SERVER, [
    `export const f = ({ processed: p, total: t }: ${counts}) => p / t;\n`,
    `export function f({ total: t = 1 }: Partial<${counts}>) {\n  return 5 / t;\n}\n`,
    `export function f(run: { counts: ${counts} }) {\n  const { processed: p, total: t } = run.counts;\n  return t - p;\n}\n`,
    `export function f(run: { counts: ${counts} }) {\n  const { counts: { processed: p } } = run;\n  return p / 7;\n}\n`,
    `export function f(counts: ${counts}) {\n  const p = counts.processed;\n  const q = p;\n  return Math.min(q, 7);\n}\n`,
    `export function f(counts: Partial<${counts}>) {\n  const all = counts.total ?? 1;\n  return 7 / all;\n}\n`,
    "const WHOLE = 100;\nexport const f = (share: number) => share * WHOLE;\n",
    'const STYLE = "percent";\nexport const f = new Intl.NumberFormat("en", { style: STYLE });\n',
    "export function f(share: number) {\n  let part = share;\n  part *= 100;\n  return part;\n}\n",
    "export function f(share: number, all: number) {\n  let part = share;\n  part /= all;\n  return part;\n}\n",
    `export const f = ({ processed: p, total: t }: ${counts}) => \`\${p}/\${t}\`;\n`,
    "export const f = (n: number, m: number) => n / m;\n",
  ]);
  it("is found behind other names: destructured, constant, passed on, assigned", () => {
    expect(renamed.missedBy("no-progress-arithmetic")).toEqual([]);
  });

  const harmless = sources.plantEach(ON_SERVER, [
    ...expressions([
      "bytes / 1024",
      "bytes / (60 * 60)",
      "bytes % 60",
      "bytes * 10",
      "`${name}: ${processed}`",
      "`of ${total}`",
      "`${name}/${bytes}`",
      "Math.min(bytes, 7)",
      "bytes - 1",
      '{ of: 1 }["of"]',
      "\"select strftime('%Y-%m', at / 1000, 'unixepoch') from runs\"",
    ]),
    "const LEFT = 8;\nexport const f = (rows: number, width: number) => rows / (width - LEFT);\n",
    "const LINES = 100;\nconst PIXELS = 18;\nexport const HEIGHT = LINES * PIXELS;\nexport const f = (x: number) => x / PIXELS;\n",
  ]);
  it("leaves other arithmetic and other texts alone", () => {
    expect(harmless.suspected()).toEqual([]);
  });

  const share = "export const share = (processed: number, total: number) => Math.floor((100 * processed) / total);\n";
  const contract = sources.plantInLayout({
    "contract/progress.ts": `export type ProgressMode = "counted" | "phased" | "uncounted";\n${share}`,
  });
  const neighbor = sources.plant({ "contract/other.ts": share });
  it("is allowed in the contract's one file, and not in its neighbors", () => {
    // What is planted stands in for the file that the rest of the contract imports: only its own findings count.
    expect(contract.findings().filter((finding) => finding.startsWith("contract/progress.ts "))).toEqual([]);
    expect(neighbor.findings()).toContain("contract/other.ts tenantatlas(no-progress-arithmetic)");
  });
});

describe("a percentage that a person may see or hear", () => {
  const shown = sources.plantEach(
    IN_CONSOLE,
    jsx([
      "<p>{a}%</p>",
      "<p>{a} %</p>",
      "<p>{a}&#37;</p>",
      "<p>100%</p>",
      "<p>half, 50 percent</p>",
      '<p>{a}{"%"}</p>',
      "<p>{`${a}%`}</p>",
      '<p aria-label="40% done">x</p>',
      "<p aria-label={`${a}%`}>x</p>",
      '<p title="90 %">x</p>',
      '[a, "%"].join("")',
      '"\\u0025"',
      '{ label: "100%" }',
      "<p>{run.progress.percent}%</p>",
    ]),
  );
  it("is found in elements, labels and constants of the console", () => {
    expect(shown.missedBy("no-shown-percentage")).toEqual([]);
  });

  const told = sources.plantEach(ON_SERVER, expressions(['"stopped at 40 %"', '"40% done"', '"about 40 percent"']));
  it("is found in the texts of the server", () => {
    expect(told.missedBy("no-shown-percentage")).toEqual([]);
  });

  const runProgress = (shown: string, beside: string) =>
    sources.plant({
      "dashboard/runs/run-progress.tsx": `export const Shown = ({ progress, guess }: { progress: { percent: number }; guess: number }) => <p>{progress.percent}${shown}${beside}</p>;\n`,
    });
  const contractsOwn = runProgress("%", "");
  const guess = runProgress("{guess}", "%");
  it("is allowed as the contract's own in run-progress.tsx, and there alone in that form", () => {
    expect(contractsOwn.ownFindings()).toEqual([]);
    expect(guess.findings()).toContain("dashboard/runs/run-progress.tsx tenantatlas(no-shown-percentage)");
  });

  const layout = sources.plantEach(
    IN_CONSOLE,
    jsx([
      '<p className="w-[40%] left-1/2">x</p>',
      '<p style={{ width: "40%" }}>x</p>',
      '<svg width="100%" />',
      '{ height: "100%" }',
      '"table{width:100%;color:red}"',
    ]),
  );
  it("is no width: what lays out a page is left alone", () => {
    expect(layout.suspected()).toEqual([]);
  });
});

describe("the console", () => {
  const run = "{ counts: { processed: number; total: number } }";
  const raw = sources.plantEach(IN_CONSOLE, [
    `export const f = (run: ${run}) => run.counts.processed;\n`,
    `export const f = (run: ${run}) => run.counts["total"];\n`,
    `export const f = ({ counts: { total } }: ${run}) => [total];\n`,
    `export const f = ({ counts: { processed: p } }: ${run}) => p;\n`,
    "export const f = (run: { progress: { percent: number } }) => run.progress.percent;\n",
  ]);
  const sum = sources.plant({
    "dashboard/sum.ts": "export const f = (c: { failed: number; skipped: number }) => c.failed + c.skipped;\n",
  });
  it("is found reading a run's raw numbers, or adding verdicts up", () => {
    expect(raw.missedBy("console-renders")).toEqual([]);
    expect(sum.findings()).toContain("dashboard/sum.ts tenantatlas(no-progress-arithmetic)");
  });

  const bars = sources.plantEach(IN_CONSOLE, [
    ...jsx([
      "<progress value={a} max={b} />",
      "<meter value={a} />",
      '<div role="progressbar" />',
      '<div role={"progressbar"} />',
      "<div aria-valuenow={a} />",
    ]),
    'import { Progress } from "@cloudflare/kumo/primitives/progress";\nexport const b = Progress;\n',
    'import { Meter } from "@base-ui/react/meter";\nexport const b = Meter;\n',
    'import { createElement } from "react";\nexport const b = createElement("progress");\n',
  ]);
  it("is found with a second progress bar", () => {
    expect(bars.missedBy("console-renders")).toEqual([]);
  });

  const type = "{ processed: number; total: number }";
  const disguises = [
    `export const f = (c: ${type}) => Object.values(c).reduce((a, b) => a / b);\n`,
    `const div = (a: number, b: number) => a / b;\nexport const f = (c: ${type}) => div(c.processed, c.total);\n`,
    `export const f = (c: ${type}) => Reflect.get(c, "processed");\n`,
    `const k = "processed";\nexport const f = (c: ${type}) => c[k];\n`,
    `export const f = (c: number) => c + "\\u0025";\n`,
    `export const f = (c: number) => c + String.fromCharCode(37);\n`,
    `const SIGN = "%";\nexport const f = (c: number) => \`\${c}\${SIGN}\`;\n`,
    `export const F = ({ c }: { c: number }) => <p>{c}{"\\u0025"}</p>;\n`,
    `export const F = ({ c }: { c: number }) => <p style={{ width: c + "%" }}>x</p>;\n`,
    `export const F = ({ c }: { c: number }) => <p style={{ width: \`calc(\${c} * 1%)\` }}>x</p>;\n`,
    `export const F = ({ c }: { c: number }) => <p style={{ transform: \`scaleX(\${c})\` }}>x</p>;\n`,
    `export const f = (c: { failed: number; skipped: number; succeeded: number }) => c.failed + c.skipped + c.succeeded;\n`,
    `export const f = (a: number, b: number) => [a, "of", b].join(" ");\n`,
    `export const F = ({ a, b }: { a: number; b: number }) => <p>{a} out of {b}</p>;\n`,
    `export const F = ({ a, b }: { a: number; b: number }) => <p>{a}/{b}</p>;\n`,
    `export const f = (a: number, b: number) => \`\${a} out of \${b}\`;\n`,
    `export const f = (a: number, b: number) => \`Step \${a} of \${b} policies\`;\n`,
    `export const f = (a: number, b: number) => String(a).concat(" of ", String(b));\n`,
    `export const f = (a: number, b: number) => Math.round(a * Math.pow(b, -1));\n`,
    `export const F = ({ c }: { c: number }) => <p aria-label={c + " percent"}>x</p>;\n`,
    `export const F = ({ c }: { c: number }) => <p>{c} percent</p>;\n`,
    `import * as P from "@cloudflare/kumo";\nexport const F = () => <P.Progress />;\n`,
    `import { Progress } from "@base-ui/react";\nexport const F = () => <Progress.Root value={1} />;\n`,
    `export const F = () => <div {...{ role: "progressbar" }} />;\n`,
    `import { Meter } from "@cloudflare/kumo/components/meter";\nexport const b = Meter;\n`,
  ];
  const disguised = sources.plantEach(IN_CONSOLE, disguises);
  it("is found in further disguises by one rule or another", () => {
    expect(disguised.suspected()).toEqual(disguises);
  });
});

describe("summary counts", () => {
  const foreign = sources.plantEach("operations/planted.ts", [
    'export const f = () => ({ kind: "succeeded", counters: { created: 1, renamed: 2 } });\n',
    "const extra = { created: 1, renamed: 2 };\nexport const f = () => ({ counters: extra });\n",
    "const extra = { renamed: 2 };\nexport const f = () => ({ counters: { created: 1, ...extra } });\n",
    "export const f = (x: boolean) => ({ counters: x ? { created: 1 } : { renamed: 2 } });\n",
    'export const f = () => ({ counters: { "renamed": 1 } });\n',
    "export const f = () => ({ counters: { processed: 1 } });\n",
    "export const f = () => ({ summaryCounts: { total: 1, eta: 2 } });\n",
    "export const f = () => ({ summaryCounts: JSON.stringify({ percent: 40 }) });\n",
    "export const F = \"update evidence set x = json_set(summary_counts, '$.eta', 1) where id = ?1\";\n",
  ]);
  it("are found with a key outside the list, however it gets in", () => {
    expect(foreign.missedBy("summary-counts")).toEqual([]);
  });

  const others = sources.plantEach("database/planted.ts", [
    "export const F = \"update operation_runs set summary_counts = '{}' where id = ?1\";\n",
    "export const F = `update operation_runs\n set phase = ?1 where id = ?2`;\n",
    'export const F = "insert into operation_runs (id) values (?1)";\n',
    "export const f = (d: any, operationRuns: unknown) => d.update(operationRuns);\n",
  ]);
  const pastNormalizer = sources.plantEach("database/runs/run-writing.ts", [
    "export const F = \"update operation_runs set summary_counts = '{}' where id = ?1\";\n",
    'export const F = "update operation_runs set summary_counts = json_patch(summary_counts, ?2) where id = ?1";\n',
    'export const F = "update operation_runs set summary_counts = ?2 where id = ?1";\n',
  ]);
  const normalized = sources.plantEach("database/runs/run-writing.ts", [
    'import { normalizeSummaryCounts } from "../contract/summary-counts.ts";\nexport const F = "update operation_runs set summary_counts = ?2 where id = ?1";\nexport const g = normalizeSummaryCounts({});\n',
  ]);
  it("are found written by somebody else, or past the normalizer", () => {
    expect(others.missedBy("summary-counts")).toEqual([]);
    expect(pastNormalizer.missedBy("summary-counts")).toEqual([]);
    expect(normalized.missedBy("summary-counts")).toHaveLength(1);
  });

  const second = sources.plantEach(ON_SERVER, [
    'export const LIST = ["total", "processed", "succeeded", "created", "items"];\n',
    'export type Key = "processed" | "total" | "created";\n',
    "export const SUMMARY_KEYS = [1];\n",
    "export function normalizeCounts(raw: unknown) {\n  return raw;\n}\n",
    "export const sanitizeSummaryCounts = (raw: unknown) => raw;\n",
  ]);
  it("are found with a second list or a second normalizer", () => {
    expect(second.missedBy("summary-counts")).toEqual([]);
  });

  const orderly = sources.plantEach("database/planted.ts", [
    'const counters = { created: 1 };\nexport const f = () => ({ kind: "succeeded", counters: { ...counters, items: 3 } });\n',
    "export const f = () => ({ summaryCounts: { total: 1, processed: 1, succeeded: 1 } });\n",
    'export const F = "select summary_counts from operation_runs where id = ?1";\n',
    'export const ROWS = ["total", "processed", "succeeded", "failed", "skipped"];\n',
  ]);
  it("are left alone where they are in order", () => {
    expect(orderly.suspected()).toEqual([]);
  });
});

describe("completing a run", () => {
  const elsewhere = sources.plantEach("runs/planted.ts", [
    'export const f = () => ({ status: "completed" });\n',
    'const DONE = "completed";\nexport const f = () => ({ status: DONE });\n',
    'export const f = (x: boolean) => ({ ["status"]: "completed", x });\n',
    'export function f(row: { status: string }) {\n  const target = row;\n  target.status = "completed";\n}\n',
    "export const F = \"update operation_runs set outcome = 'failed', status = 'completed' where id = ?1\";\n",
    "export const F = \"insert into operation_runs (id, status) values (?1, 'completed')\";\n",
    'export const f = (state: any) => state.update("complete", {}, true);\n',
    'export const f = (store: any) => store.commit("complete", {});\n',
    'import { maybeCompleteBulkRun } from "./lifecycle.ts";\nexport const b = maybeCompleteBulkRun;\n',
    'import { completePhasedRun as decide } from "./lifecycle.ts";\nexport const b = decide;\n',
    'import * as lifecycle from "./lifecycle.ts";\nexport const b = lifecycle;\n',
    'export const b = import("./lifecycle.ts");\n',
    "export function maybeCompleteBulkRun() {\n  return 1;\n}\n",
  ]);
  it("is found anywhere but in the coordinator", () => {
    expect(elsewhere.missedBy("completion")).toEqual([]);
  });

  const inMethod = (method: string) =>
    sources.plantEach("runs/run-coordinator.ts", [
      `export class Coordinator {\n  ${method}(state: { update(name: string, change: object): void }) {\n    state.update("complete", { status: "completed" });\n  }\n}\n`,
    ]);
  const settle = inMethod("#settle");
  const complete = inMethod("#complete");
  it("is found in the coordinator too, outside of its one method", () => {
    expect(settle.missedBy("completion")).toEqual([]);
    expect(complete.missedBy("completion")).toHaveLength(1);
  });

  const readings = sources.plantEach("database/runs/run-writing.ts", [
    'export const f = (run: { status: string }) => run.status === "completed";\n',
    "export const F = \"select id from operation_runs where status = 'completed'\";\n",
    "export const F = \"update operation_runs set updated_at = ?1 where status <> 'completed'\";\n",
    'export type Status = "queued" | "running" | "completed";\n',
  ]);
  it("is no reading of what is completed", () => {
    expect(readings.suspected()).toEqual([]);
  });
});

describe("the progress mode", () => {
  const against = sources.plantEach("operations/planted.ts", [
    'export const f = { type: "baseline.capture", progressMode: "counted" };\n',
    'export const f = { type: "baseline.compare", progressMode: "uncounted" };\n',
    'export const f = { type: "baseline.refresh", progressMode: "counted" };\n',
    'export const f = { type: "policy.restore-preview", progressMode: "counted" };\n',
    'export const f = { type: "backup-set.delete", progressMode: "counted" };\n',
    'export const f = { type: "backup-set.force-delete", progressMode: "phased" };\n',
    'const TYPE = "backup-set.delete";\nconst MODE = "counted";\nexport const f = { type: TYPE, progressMode: MODE };\n',
  ]);
  it("is found declared against the boundary", () => {
    expect(against.missedBy("progress-mode")).toEqual([]);
  });

  const stored = sources.plantEach("database/planted.ts", [
    "export const table = { progressMode: 1 };\n",
    'export const f = (text: (name: string) => unknown) => ({ mode: text("progress_mode") });\n',
    "export interface Row {\n  progressMode: string;\n}\n",
    'export const F = "alter table operation_runs add column progress_mode text";\n',
    'export const F = "select progress_mode from operation_runs";\n',
  ]);
  const header = sources.plant({ "runs/run-store.ts": "export interface RunHeader {\n  progressMode: string;\n}\n" });
  it("is found stored", () => {
    expect(stored.missedBy("progress-mode")).toEqual([]);
    expect(header.findings()).toContain("runs/run-store.ts tenantatlas(progress-mode)");
  });

  const numbered = sources.plantEach("operations/planted.ts", [
    'export const f = (n: number) => ({ kind: "continue", phase: `Comparing ${n} policies`, cursor: "c" });\n',
    'export const f = (n: number) => ({ kind: "continue", phase: "Comparing policy " + String(n), cursor: "c" });\n',
    'export const f = { type: "baseline.capture", firstPhase: "Step 1 of 5" };\n',
  ]);
  const words = sources.plantEach("operations/words.ts", [
    'export const f = { type: "baseline.capture", firstPhase: "Reading inventory" };\n',
    "export const f = (label: string) => ({ phase: `Reading current policies: ${label}` });\n",
  ]);
  it("is found evaded by a phase that tells a number", () => {
    expect(numbered.missedBy("progress-mode")).toEqual([]);
    expect(words.suspected()).toEqual([]);
  });

  const asDeclared = sources.plantEach("operations/planted.ts", [
    'export const f = { type: "baseline.capture", progressMode: "phased" };\n',
    'export const f = { type: "backup-set.delete", progressMode: "uncounted" };\n',
    'export const f = { type: "inventory.sync", progressMode: "counted" };\n',
  ]);
  it("may be declared as the boundary has it, and freely where it has nothing", () => {
    expect(asDeclared.suspected()).toEqual([]);
  });
});

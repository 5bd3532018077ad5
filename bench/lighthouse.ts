/**
 * `npm run lighthouse -- <address>`: measures pages of a running product with Lighthouse, as a phone and as a desktop, and prints a table of
 * medians. A machine that does something else meanwhile changes all times: its load stands in each row.
 * Lighthouse is fetched by npx at the version below: as a dependency it would be a third of what `npm ci` brings.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { z } from "zod";

const LIGHTHOUSE = "lighthouse@13.5.0";
const DEFAULT_CHROMIUM = "/usr/bin/chromium";
const MODES = ["mobile", "desktop"] as const;
const TIMES = Number(process.env["LIGHTHOUSE_TIMES"] || "3");

const reportSchema = z.object({
  categories: z.record(z.string(), z.object({ score: z.number().nullable() })),
  audits: z.record(
    z.string(),
    z.object({
      title: z.string(),
      score: z.number().nullable(),
      scoreDisplayMode: z.string(),
      numericValue: z.number().optional(),
    }),
  ),
});
type Report = z.infer<typeof reportSchema>;
const runsSchema = z.object({ items: z.array(z.object({ href: z.string() })) });
const baselinesSchema = z.object({ items: z.array(z.object({ id: z.string() })) });

const [base, tenant = "contoso", ...only] = process.argv.slice(2);
if (base === undefined) {
  console.error("Say where the product runs: npm run lighthouse -- http://localhost:8787 [tenant] [page …]");
  process.exit(2);
}

const pages = await pagesOf(base, tenant);
const reports = mkdtempSync(path.join(os.tmpdir(), "lighthouse-"));
console.log(
  "| page | as | performance | accessibility | best practices | first paint | largest paint | blocked | shift | load |",
);
console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
try {
  for (const [name, address] of pages) {
    if (only.length > 0 && !only.includes(name)) continue;
    for (const mode of MODES) console.log(`| ${[name, mode, ...measure(`${base}${address}`, mode)].join(" | ")} |`);
  }
} finally {
  rmSync(reports, { recursive: true, force: true });
}

/** Names and addresses. A tenant without a run or a baseline has no such page. */
async function pagesOf(origin: string, slug: string): Promise<[string, string][]> {
  const ask = async (what: string): Promise<unknown> => (await fetch(`${origin}/api/tenants/${slug}/${what}`)).json();
  const run = runsSchema.parse(await ask("operations?limit=1")).items[0];
  const baseline = baselinesSchema.parse(await ask("baselines?limit=1")).items[0];
  return [
    ["home", "/"],
    ["overview", `/t/${slug}`],
    ["inventory", `/t/${slug}/inventory`],
    ["findings", `/t/${slug}/findings`],
    ...(run === undefined ? [] : [["run", run.href] satisfies [string, string]]),
    ...(baseline === undefined ? [] : [["baseline", `/t/${slug}/baselines/${baseline.id}`] satisfies [string, string]]),
  ];
}

function measure(address: string, mode: (typeof MODES)[number]): string[] {
  const measured = Array.from({ length: TIMES }, () => report(address, mode));
  const score = (key: string) => median(measured.map(({ categories }) => (categories[key]?.score ?? NaN) * 100));
  const value = (key: string) => median(measured.map(({ audits }) => audits[key]?.numericValue ?? NaN));
  const seconds = (key: string) => `${(value(key) / 1_000).toFixed(1)} s`;
  for (const failed of failuresOf(measured)) console.error(`${address} as ${mode}: ${failed}`);
  return [
    score("performance").toFixed(0),
    score("accessibility").toFixed(0),
    score("best-practices").toFixed(0),
    seconds("first-contentful-paint"),
    seconds("largest-contentful-paint"),
    `${value("total-blocking-time").toFixed(0)} ms`,
    value("cumulative-layout-shift").toFixed(3),
    (os.loadavg()[0] ?? NaN).toFixed(1),
  ];
}

/** The audits that are passed or failed and were failed. */
function failuresOf(measured: readonly Report[]): ReadonlySet<string> {
  const failed = measured.flatMap(({ audits }) =>
    Object.values(audits).filter(({ score, scoreDisplayMode }) => scoreDisplayMode === "binary" && score === 0),
  );
  return new Set(failed.map(({ title }) => title));
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}

function report(address: string, mode: (typeof MODES)[number]): Report {
  const file = path.join(reports, "report.json");
  const chromium = process.env["CHROMIUM_PATH"] || DEFAULT_CHROMIUM;
  const { status, stderr } = spawnSync(
    "npx",
    [
      "--yes",
      LIGHTHOUSE,
      address,
      "--quiet",
      "--output=json",
      `--output-path=${file}`,
      "--only-categories=performance,accessibility,best-practices",
      "--chrome-flags=--headless --no-sandbox",
      ...(mode === "desktop" ? ["--preset=desktop"] : []),
    ],
    { encoding: "utf8", env: { ...process.env, CHROME_PATH: chromium } },
  );
  if (status !== 0) throw new Error(`Lighthouse ended with ${status}: ${stderr}`);
  return reportSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}

/**
 * `npm run soak:truth -- --minutes 20 [--seed 1]`: two tabs look at a tenant whose runs go on, while their connections are dropped, frozen
 * and refused, and the server is frozen and stopped. Each number that is shown is compared with what D1 holds.
 *
 * A number that is shown as present has to be what D1 held within the time that the console takes to find that nobody answers; a number
 * that is marked with a time has to be what D1 held then. No count of a run ever steps back in a tab.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { z } from "zod";
import { PAGES, pageAddress } from "../../../src/contract/console-addresses.ts";
import { PROBE_LIMIT } from "../../../src/dashboard/api/time-limit.ts";
import { BEAT_ANSWER_MS, BEAT_EVERY_MS } from "../../../src/dashboard/runs/refresh-policy.ts";
import { ensureChromium } from "../../../scripts/test-tools.ts";
import { apiClient } from "../../support/api-client.ts";
import { type Product, productHome } from "../../support/product.ts";
import { controlOf } from "../../support/simulator-server.ts";
import { type BreakableWay, breakableWay } from "../breakable-way.ts";
import { sharedBrowser } from "../browser.ts";
import { type ShownNumber, shownNumbers } from "./shown-numbers.ts";
import { TruthOfD1 } from "./truth.ts";
import { openWindow } from "./walk.ts";

const SLUG = "contoso";
const SAMPLE_EVERY_MS = 500;
/** A beat is sent, and its answer awaited; then the server is asked whether it is there; and the page has to draw. */
const NOTICED_MS = BEAT_EVERY_MS + BEAT_ANSWER_MS + PROBE_LIMIT.answerMs + 1_000;
const MINUTE_MS = 60_000;

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "20" }, seed: { type: "string", default: "1" } },
});
const endsAt = Date.now() + Number(values.minutes) * MINUTE_MS;
const random = seeded(Number(values.seed));
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const between = (least: number, most: number): number => least + Math.floor(random() * (most - least));

process.env["CHROMIUM_PATH"] ??= ensureChromium();
const home = await productHome();
let product: Product = await home.start();
const control = controlOf(product.simulatorUrl);
await control.createTenant(SLUG, { policies: 120, seed: SLUG });
// So that a sync takes seconds, and the faults fall into it.
await control.planFault(SLUG, { latencyMs: 150 });
const truth = new TruthOfD1(home.stateDirectory, `tenant-${SLUG}`);
const browser = await sharedBrowser();
const ways = await Promise.all([breakableWay(product.url), breakableWay(product.url)]);
const tabs = await Promise.all(
  ways.map(() =>
    openWindow(browser, "owner", { viewport: { width: 1440, height: 900 }, timezoneId: "UTC", locale: "en-US" }),
  ),
);

const tally = { samples: 0, present: 0, marked: 0, lost: 0, faults: {} as Record<string, number>, runs: 0 };
const untrue: string[] = [];
let over = false;
try {
  for (const [index, page] of tabs.entries())
    await page.goto(`${ways[index]?.url}${pageAddress(PAGES.overview, { slug: SLUG })}`);
  await Promise.all([
    workOn(),
    breakThings(),
    ...tabs.map((page, index) => watch(page, `tab ${index + 1}`)),
    ...tabs.map(wander),
  ]);
} finally {
  over = true;
  await browser.close();
  for (const way of ways) way.close();
  truth.close();
  await product.stop();
  home.remove();
}
console.log(JSON.stringify({ ...tally, looksAtD1: truth.looks, untrue: untrue.length }, null, 2));
for (const each of untrue.slice(0, 50)) console.log(each);
process.exit(untrue.length === 0 && tally.present > 0 ? 0 : 1);

function isOver(): boolean {
  return over || Date.now() >= endsAt;
}

/** Keeps runs going, one after another; while the server is away it waits. */
async function workOn(): Promise<void> {
  const api = apiClient(home.url, SLUG);
  const inputs: [string, Record<string, unknown>][] = [
    ["inventory.sync", {}],
    ["evidence.snapshot", {}],
    ["inventory.sync", { families: ["compliance", "settingsCatalog"] }],
  ];
  for (let at = 0; !isOver(); at += 1) {
    const [type, input] = inputs[at % inputs.length] ?? ["inventory.sync", {}];
    try {
      const { run } = await api.start(type, input);
      tally.runs += 1;
      await api.completed(run.id, 60_000);
    } catch {
      // The server is away, or was while the run went on.
    }
    await sleep(between(500, 4_000));
  }
}

async function breakThings(): Promise<void> {
  const kinds: [string, () => Promise<void>][] = [
    ["sockets dropped", async () => ways[between(0, 2)]?.drop()],
    ["connection frozen", () => brokenFor((way) => way.freeze())],
    ["connection refused", () => brokenFor((way) => way.stop())],
    ["server frozen", serverFrozen],
    ["server stopped", serverStopped],
  ];
  for (let at = 0; !isOver(); at += 1) {
    await sleep(between(8_000, 20_000));
    if (isOver()) return;
    const [name, strike] = kinds[at % kinds.length] ?? ["none", async () => {}];
    tally.faults[name] = (tally.faults[name] ?? 0) + 1;
    await strike();
  }
}

async function brokenFor(breakIt: (way: BreakableWay) => void): Promise<void> {
  const way = ways[between(0, 2)];
  if (way === undefined) return;
  breakIt(way);
  await sleep(between(3_000, 25_000));
  await way.mend();
}

/** All processes of the runtime stand still: the sockets stay open, and nobody answers. */
async function serverFrozen(): Promise<void> {
  const claimSchema = z.object({ processes: z.array(z.object({ pid: z.int() })) });
  const claim = path.join(home.stateDirectory, "tenantatlas.pid.json");
  const { processes } = claimSchema.parse(JSON.parse(readFileSync(claim, "utf8")));
  for (const { pid } of processes) process.kill(pid, "SIGSTOP");
  await sleep(between(5_000, 20_000));
  for (const { pid } of processes) process.kill(pid, "SIGCONT");
}

async function serverStopped(): Promise<void> {
  await product.stop();
  await sleep(between(1_000, 8_000));
  product = await home.start();
}

/** Goes from page to page, as a person does, whether there is a connection or not. */
async function wander(page: Page): Promise<void> {
  while (!isOver()) {
    await sleep(between(6_000, 15_000));
    const names = ["Overview", "Overview", "Operations", "Inventory"];
    const name = names[between(0, names.length)] ?? "Overview";
    try {
      await page.getByRole("link", { name, exact: true }).click({ timeout: 2_000 });
      if (name !== "Operations") continue;
      await sleep(2_000);
      await page.locator("main a[href*='/operations/run_']").first().click({ timeout: 2_000 });
    } catch {
      // Without a connection a page may have nothing to press.
    }
  }
}

async function watch(page: Page, tab: string): Promise<void> {
  const processed = new Map<string, number>();
  while (!isOver()) {
    await sleep(SAMPLE_EVERY_MS);
    const shown = await shownNumbers(page).catch(() => null);
    if (shown === null) continue;
    // What D1 has at this very moment is looked at a moment later.
    await sleep(100);
    tally.samples += 1;
    if (shown.lost) tally.lost += 1;
    for (const number of shown.numbers) {
      const why = isUntrue(number, shown.at, shown.lost) ?? stepsBack(number, processed);
      if (why === null) tally[number.asOf === null ? "present" : "marked"] += 1;
      else
        untrue.push(
          `${new Date(shown.at).toISOString()} ${tab} ${shown.address} ${number.what}: “${number.text}” ${why}`,
        );
    }
  }
}

/** Why the number is not what D1 held; null when it is. */
function isUntrue({ what, text, percent, asOf }: ShownNumber, at: number, lost: boolean): string | null {
  const until = asOf === null ? at : momentOf(asOf, at) + 1_000;
  const from = until - NOTICED_MS;
  if (what.startsWith("run ")) {
    const rows = truth.runBetween(what.slice(4), from, until);
    const last = rows.at(-1);
    // What has ended stays so, and needs no mark.
    if (asOf === null && lost && last?.status !== "completed") return "is not marked while there is no connection";
    const digits = [...text.matchAll(/\d[\d,]*/g)].map(([digit]) => Number(digit.replaceAll(",", "")));
    if (digits.length === 0 && percent === null) return null;
    const isSo = rows.some(({ counts }) => {
      const known = Object.values(counts);
      const { processed = -1, total = -1 } = counts;
      const isPercent = percent === null || percent === Math.floor((100 * processed) / total);
      return isPercent && digits.every((digit) => known.includes(digit));
    });
    return isSo ? null : `(${percent ?? "no"} %) is not what D1 held: ${JSON.stringify(rows)}`;
  }
  const factOf: Record<string, "active" | "policies" | "completeFamilies"> = {
    activity: "active",
    "Policies in inventory": "policies",
    "Families complete at the last attempt": "completeFamilies",
  };
  const fact = factOf[what];
  if (fact === undefined) return null;
  if (asOf === null && lost) return "is not marked while there is no connection";
  const shown = Number(/\d[\d,]*/.exec(text)?.[0].replaceAll(",", ""));
  const held = truth.factsBetween(from, until).map((facts) => facts[fact]);
  return held.includes(shown) ? null : `is not what D1 held: ${[...new Set(held)].join(", ")}`;
}

function stepsBack({ what, text }: ShownNumber, processed: Map<string, number>): string | null {
  const now = /^(\d[\d,]*) of /.exec(text)?.[1]?.replaceAll(",", "");
  if (!what.startsWith("run ") || now === undefined) return null;
  const before = processed.get(what) ?? 0;
  processed.set(what, Number(now));
  return Number(now) < before ? `steps back from ${before}` : null;
}

/** `10:07:54 AM` of the day of `near`, in milliseconds since the epoch. */
function momentOf(clock: string, near: number): number {
  return Date.parse(`${new Date(near).toISOString().slice(0, 10)} ${clock} UTC`);
}

/** Mulberry32: the same seed gives the same faults. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

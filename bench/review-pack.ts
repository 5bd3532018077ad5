/**
 * `npm run bench:pack -- [--policies 10000]`: a review pack with every option of a tenant that large, from the product as a user
 * starts it. Tells bytes, seconds and the runtime's memory while each operation runs. Ends by itself.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import type { Run } from "../src/contract/api.ts";
import { reviewPackListSchema } from "../src/contract/review-packs.ts";
import { apiClient } from "../test/support/api-client.ts";
import { productHome } from "../test/support/product.ts";

const TENANT = "fabrikam";
const SAMPLE_MS = 100;
const LIMIT_MS = 20 * 60_000;

const { values } = parseArgs({ options: { policies: { type: "string", default: "10000" } } });
const policies = z.coerce.number().int().min(1).max(100_000).parse(values.policies);

const home = await productHome();
const product = await home.start();
try {
  const body = JSON.stringify({ name: TENANT, policies, throttling: "off" });
  const made = await fetch(`${product.simulatorUrl}/_control/tenants`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json" },
  });
  if (!made.ok) throw new Error(`the simulated tenant: ${made.status}`);
  console.log(
    `${policies} policies\n\noperation              units   seconds   memory before, peak, after (MB, resident, both runtimes apart)`,
  );
  for (const type of ["inventory.sync", "evidence.snapshot", "review-pack.generate", "review-pack.generate"])
    await measure(type);
  const list = await (await fetch(`${product.url}/api/tenants/${TENANT}/review-packs`)).json();
  for (const pack of reviewPackListSchema.parse(list).items) {
    console.log(
      `\n${pack.archiveName}: ${pack.fileCount} files, ${pack.archiveBytes} bytes, SHA-256 ${pack.archiveHash}`,
    );
  }
} finally {
  await product.stop();
  home.remove();
}

async function measure(type: string): Promise<Run> {
  const api = apiClient(product.url, TENANT);
  const before = memoryMegabytes();
  let peak = before;
  const timer = setInterval(() => {
    peak = memoryMegabytes().map((megabytes, at) => Math.max(megabytes, peak[at] ?? 0));
  }, SAMPLE_MS);
  const startedAt = performance.now();
  const { run } = await api.start(type, {});
  const ended = await api.completed(run.id, LIMIT_MS);
  clearInterval(timer);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  const memory = [before, peak, memoryMegabytes()].map((each) => each.join("+")).join(", ");
  console.log(
    `${type.padEnd(22)} ${String(ended.summaryCounts.total).padStart(5)}   ${seconds.padStart(7)}   ${memory}   ${ended.outcome}`,
  );
  return ended;
}

/** Resident memory of each runtime, the product's and the simulator's. */
function memoryMegabytes(): number[] {
  const claim = z
    .object({ processes: z.array(z.object({ pid: z.int() })) })
    .parse(JSON.parse(readFileSync(path.join(home.stateDirectory, "tenantatlas.pid.json"), "utf8")));
  return claim.processes.map(({ pid }) => {
    const [, kilobytes = "0"] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Math.round(Number(kilobytes) / 1_024);
  });
}

/** A thread of its own for schedules: plain Node, so that it can load broken copies of the sources as well. */
import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { type BatchReport, runBatch, sumReports } from "./batch.ts";
import { loadEngine } from "./engine.ts";
import { guideSchema } from "./schedule.ts";

const jobSchema = z.object({
  root: z.string(),
  database: z.enum(["model", "sqlite"]),
  guide: guideSchema.optional(),
  batches: z.array(z.object({ seed: z.int(), runs: z.int(), path: z.string().optional() })),
});
export type WorkerJob = z.infer<typeof jobSchema>;
export type WorkerNews = { kind: "batch"; schedules: number } | { kind: "report"; report: BatchReport };

for (const { root, database, guide, batches } of z.array(jobSchema).parse(workerData)) {
  const engine = await loadEngine(root);
  const reports: BatchReport[] = [];
  for (const { seed, runs, path } of batches) {
    const report = await runBatch(engine, { seed, runs, database, guide, ...(path === undefined ? {} : { path }) });
    reports.push(report);
    parentPort?.postMessage({ kind: "batch", schedules: report.schedules } satisfies WorkerNews);
    if (report.failure !== null) break;
  }
  parentPort?.postMessage({ kind: "report", report: sumReports(reports) } satisfies WorkerNews);
}

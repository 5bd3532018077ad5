/** Spreads schedules over threads. The seed of a batch is the given seed plus the batch's number, so each can be run alone. */
import path from "node:path";
import { Worker } from "node:worker_threads";
import { type BatchReport, type DatabaseKind, sumReports } from "./batch.ts";
import { SOURCE_ROOT } from "./engine.ts";
import type { Guide } from "./schedule.ts";
import type { WorkerJob, WorkerNews } from "./worker.ts";

export const SCHEDULES_PER_BATCH = 500;

export interface SimulationRequest {
  runs: number;
  seed: number;
  threads?: number;
  root?: string;
  database?: DatabaseKind;
  path?: string;
  guide?: Guide | undefined;
  onProgress?: (schedules: number) => void;
}

export async function runSchedules(request: SimulationRequest): Promise<BatchReport> {
  const { threads = 1, onProgress } = request;
  const { batches, ...job } = jobOf(request);
  const jobs = Array.from({ length: Math.min(threads, batches.length) }, (_, thread): WorkerJob => ({
    ...job,
    batches: batches.filter((__, index) => index % threads === thread),
  }));
  const reports = await Promise.all(jobs.map((share) => runThread([share], onProgress)));
  return sumReports(reports.flat());
}

/** The reports of several requests, in their order. */
export function runInOneThread(requests: readonly SimulationRequest[]): Promise<BatchReport[]> {
  return runThread(requests.map(jobOf));
}

function jobOf({
  runs,
  seed,
  root = SOURCE_ROOT,
  database = "model",
  path: place,
  guide,
}: SimulationRequest): WorkerJob {
  const batches: WorkerJob["batches"] = [];
  for (let done = 0; done < runs; done += SCHEDULES_PER_BATCH) {
    const batch = { seed: seed + batches.length, runs: Math.min(SCHEDULES_PER_BATCH, runs - done) };
    batches.push(place === undefined ? batch : { ...batch, path: place });
  }
  return { root, database, guide, batches };
}

function runThread(jobs: WorkerJob[], onProgress?: SimulationRequest["onProgress"]): Promise<BatchReport[]> {
  return new Promise((resolve, reject) => {
    const reports: BatchReport[] = [];
    const worker = new Worker(path.join(import.meta.dirname, "worker.ts"), { workerData: jobs, execArgv: [] });
    worker.on("message", (news: WorkerNews) => {
      if (news.kind === "batch") onProgress?.(news.schedules);
      else if (reports.push(news.report) === jobs.length) resolve(reports);
    });
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`a simulation thread ended with code ${code}`)));
  });
}

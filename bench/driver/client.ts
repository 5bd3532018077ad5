/** The bench build's HTTP interface, as the driver uses it. Runs are started and read as any client would. */
import { z } from "zod";
import { type Run, runSchema, startedOperationSchema } from "../../src/contract/runs.ts";

/** Between two looks: rarely enough that looking costs next to nothing. The times themselves are taken in the runtime. */
const LOOK_EVERY_MS = 250;
/** The tenant of a run where nothing else is said. */
const TENANT = "contoso";
export const TENANT_PATH = pathOf(TENANT);

function pathOf(tenant: string): string {
  return `/api/tenants/${tenant}`;
}

const bareReadingSchema = z.object({ milliseconds: z.int(), requests: z.int() });

const bareRunSchema = z.object({
  messages: z.int(),
  consumed: z.int(),
  startedAt: z.int(),
  finishedAt: z.int().nullable(),
});
const tally = z.record(z.string(), z.int());
const meterSchema = z.object({
  objectCalls: tally,
  objectRows: tally,
  d1Queries: tally,
  d1Requests: tally,
  d1RowsWritten: tally,
  sendBatchCalls: z.int(),
  messagesSent: z.int(),
  consumerInvocations: z.int(),
  messagesConsumed: z.int(),
});
export type MeterReading = z.infer<typeof meterSchema>;
const settlesSchema = z.array(z.object({ processed: z.int(), at: z.int() }));
export type Settles = z.infer<typeof settlesSchema>;

export class BenchClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async startRun(type: string, input: Record<string, unknown>, tenant = TENANT): Promise<Run> {
    const body: unknown = await this.#json("POST", `${pathOf(tenant)}/operations`, { type, input });
    return startedOperationSchema.parse(body).run;
  }

  async readRun(runId: string, tenant = TENANT): Promise<Run> {
    return runSchema.parse(await this.#json("GET", `${pathOf(tenant)}/operations/${runId}`));
  }

  /** Resolves when every unit was counted as succeeded; throws when the run ended in any other way. */
  async waitForRun(runId: string, units: number, tenant = TENANT): Promise<Run> {
    for (;;) {
      const run = await this.readRun(runId, tenant);
      if (run.status === "completed") {
        const { total, processed, succeeded } = run.summaryCounts;
        if (run.outcome !== "succeeded" || total !== units || processed !== units || succeeded !== units) {
          throw new Error(`the run of ${units} units ended wrong: ${run.outcome} ${JSON.stringify(run.summaryCounts)}`);
        }
        return run;
      }
      await wait(LOOK_EVERY_MS);
    }
  }

  /** Milliseconds from the first send to the last message consumed. */
  async timeBareQueue(messages: number, sendsAtOnce: number): Promise<number> {
    await this.#json("POST", "/bench/bare", { messages, sendsAtOnce });
    for (;;) {
      const run = bareRunSchema.parse(await this.#json("GET", "/bench/bare"));
      if (run.finishedAt !== null) {
        if (run.consumed !== messages) throw new Error(`the queue delivered ${run.consumed} of ${messages} messages`);
        return run.finishedAt - run.startedAt;
      }
      await wait(LOOK_EVERY_MS);
    }
  }

  /** Milliseconds from the start's arrival to the run's completion, as its ledger has it. */
  async timeRun(type: string, input: { units: number }): Promise<number> {
    const { id } = await this.startRun(type, input);
    return durationMs(await this.waitForRun(id, input.units));
  }

  /** Milliseconds of an inventory sync of the whole tenant; throws when anything of it did not succeed. */
  async timeSync(tenant: string): Promise<number> {
    const { id } = await this.startRun("inventory.sync", {}, tenant);
    for (;;) {
      const run = await this.readRun(id, tenant);
      if (run.status === "completed") {
        if (run.outcome !== "succeeded") throw new Error(`the sync of ${tenant} ended as ${run.outcome}`);
        return durationMs(run);
      }
      await wait(LOOK_EVERY_MS);
    }
  }

  /** The bare reading of a demo tenant (`worker/bare-reading.ts`). */
  async timeBareReading(tenant: string): Promise<z.infer<typeof bareReadingSchema>> {
    return bareReadingSchema.parse(await this.#json("POST", "/bench/bare-reading", { tenantId: `tenant-${tenant}` }));
  }

  /** Makes so many people who may read contoso; their addresses. */
  async makeReaders(count: number): Promise<string[]> {
    return z
      .array(z.string())
      .parse(await this.#json("POST", "/bench/readers", { tenantId: `tenant-${TENANT}`, count }));
  }

  async resetMeter(): Promise<void> {
    await this.#json("POST", "/bench/meter/reset");
  }

  async readMeter(): Promise<MeterReading> {
    return meterSchema.parse(await this.#json("GET", "/bench/meter"));
  }

  async readSettles(runId: string): Promise<Settles> {
    return settlesSchema.parse(await this.#json("GET", `/bench/settles/${runId}`));
  }

  async #json(method: "GET" | "POST", path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(this.url + path, {
      method,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  }
}

/** A run whose units take that long, ten at a time; with 0, the no-op at full speed. */
export function startPaced(client: BenchClient, units: number, unitMs: number): Promise<Run> {
  return unitMs === 0 ? client.startRun("bench.noop", { units }) : client.startRun("bench.paced", { units, unitMs });
}

export function durationMs(run: Run): number {
  if (run.completedAt === null) throw new Error("the run has not completed");
  return Date.parse(run.completedAt) - Date.parse(run.createdAt);
}

export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

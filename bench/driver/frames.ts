/** From a settle to the frame that shows it, on real sockets through the guarded route. */
import { z } from "zod";
import { MAX_SOCKETS } from "../../src/contract/limits.ts";
import { liveFrameSchema } from "../../src/contract/runs.ts";
import { type BenchClient, type Settles, startPaced, TENANT_PATH, wait } from "./client.ts";
import { quantile } from "./statistics.ts";

const OPEN_AT_ONCE = 25;
const LAST_FRAME_MS = 3_000;

export interface FrameTimes {
  what: string;
  sockets: number;
  units: number;
  /** Frames of the run that one socket got. */
  framesPerSocket: number;
  /** Milliseconds from a settle (as stored) to the first frame that includes it, over all settles and sockets. */
  p50: number;
  p99: number;
  highest: number;
  /** Milliseconds between the first socket and the last to get the same frame: median and highest over the run's frames. */
  spreadP50: number;
  spreadHighest: number;
}

interface Seen {
  processed: number;
  version: number;
  at: number;
}

const textSchema = z.string();

class FrameListener {
  readonly #socket: WebSocket;
  readonly #seen = new Map<string, Seen[]>();
  readonly opened: Promise<void>;

  constructor(url: string, person: string) {
    // Node's WebSocket takes headers, which a browser's does not.
    const options: object = { headers: { "x-local-user": person } };
    this.#socket = Reflect.construct(WebSocket, [`${url.replace("http", "ws")}${TENANT_PATH}/activity/live`, options]);
    this.opened = new Promise((resolve, reject) => {
      this.#socket.addEventListener("open", () => resolve());
      this.#socket.addEventListener("error", () => reject(new Error("a live socket could not be opened")));
    });
    this.#socket.addEventListener("message", ({ data }) => this.#take(Date.now(), textSchema.parse(data)));
  }

  #take(at: number, text: string): void {
    for (const run of liveFrameSchema.parse(JSON.parse(text)).items) {
      const known = this.#seen.get(run.id) ?? [];
      const last = known.at(-1);
      // What a console does: a frame that is not newer is dropped.
      if (last !== undefined && last.version >= run.version) continue;
      known.push({ processed: run.summaryCounts.processed ?? 0, version: run.version, at });
      this.#seen.set(run.id, known);
    }
  }

  frames(runId: string): Seen[] {
    return this.#seen.get(runId) ?? [];
  }

  close(): void {
    this.#socket.close();
  }
}

export interface FramePlan {
  what: string;
  sockets: number;
  units: number;
  /** How long a unit takes; 0 for the no-op at full speed. */
  unitMs: number;
}

export async function measureFrames(
  client: BenchClient,
  { what, sockets, units, unitMs }: FramePlan,
): Promise<FrameTimes> {
  const listeners: FrameListener[] = [];
  const people = await client.makeReaders(Math.ceil(sockets / MAX_SOCKETS));
  const listen = (socket: number) => new FrameListener(client.url, people[socket % people.length] ?? "");
  try {
    for (let open = 0; open < sockets; open += OPEN_AT_ONCE) {
      const next = Array.from({ length: Math.min(OPEN_AT_ONCE, sockets - open) }, (_, index) => listen(open + index));
      listeners.push(...next);
      await Promise.all(next.map(({ opened }) => opened));
    }
    await client.resetMeter();
    const { id } = await startPaced(client, units, unitMs);
    await client.waitForRun(id, units);
    await wait(LAST_FRAME_MS);
    const frames = listeners.map((listener) => listener.frames(id));
    return { what, sockets, units, ...timesOf(await client.readSettles(id), frames, units) };
  } finally {
    for (const listener of listeners) listener.close();
  }
}

function timesOf(settles: Settles, frames: Seen[][], units: number): Omit<FrameTimes, "what" | "sockets" | "units"> {
  const delays: number[] = [];
  for (const seen of frames) {
    if (seen.at(-1)?.processed !== units) throw new Error("a socket was not told the end of the run");
    let next = 0;
    for (const { processed, at } of settles) {
      while ((seen[next]?.processed ?? Infinity) < processed) next += 1;
      delays.push((seen[next]?.at ?? Infinity) - at);
    }
  }
  const arrivals = new Map<number, number[]>();
  for (const { version, at } of frames.flat()) arrivals.set(version, [...(arrivals.get(version) ?? []), at]);
  const spreads = [...arrivals.values()].map((times) => Math.max(...times) - Math.min(...times));
  return {
    framesPerSocket: Math.max(...frames.map((seen) => seen.length)),
    p50: quantile(delays, 0.5),
    p99: quantile(delays, 0.99),
    highest: quantile(delays, 1),
    spreadP50: quantile(spreads, 0.5),
    spreadHighest: quantile(spreads, 1),
  };
}

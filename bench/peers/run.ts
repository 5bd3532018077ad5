/**
 * Measures one peer and tells the times as one line of JSON, for bench/driver/peers.ts.
 *
 *   node run.ts <bullmq|graphile-worker> <units> <repetitions> <port>
 */
import { PeerUnavailable } from "./servers.ts";

// An end by signal is an end like any other: it takes the servers along.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(1));

const [peer, units, repetitions, port] = process.argv.slice(2);
const numbers: [number, number, number] = [Number(units), Number(repetitions), Number(port)];

try {
  console.log(JSON.stringify({ milliseconds: await measure() }));
  process.exit(0);
} catch (error) {
  if (!(error instanceof PeerUnavailable)) throw error;
  console.log(JSON.stringify({ reason: error.message }));
  process.exit(0);
}

async function measure(): Promise<number[]> {
  switch (peer) {
    case "bullmq":
      return (await import("./bullmq.ts")).measureBullmq(...numbers);
    case "graphile-worker":
      return (await import("./graphile-worker.ts")).measureGraphileWorker(...numbers);
    default:
      throw new Error(`unknown peer ${peer ?? "(none)"}`);
  }
}

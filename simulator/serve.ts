/** Runs the simulator until it is told to stop: node simulator/serve.ts [--port 8788] [--persist .wrangler/simulator] */
import { parseArgs } from "node:util";
import { startSimulatorProcess } from "./start-simulator.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "8788" }, persist: { type: "string" } } });
// On SIGINT and SIGTERM Miniflare itself ends the runtime and this process; state is durable at every answer.
const simulator = await startSimulatorProcess({
  port: Number(values.port),
  ...(values.persist === undefined ? {} : { persistTo: values.persist }),
});
console.log(`Graph simulator is ready at ${simulator.url}`);

/** What a start is told by its options and the environment. */
import { parseArgs } from "node:util";
import { StartError } from "../start-error.ts";
import { readPort } from "./ports.ts";

export interface StartSettings {
  /** Begin with empty state. */
  reset: boolean;
  port: number;
  simulatorPort: number;
  /** The Microsoft Graph to talk to; null for the simulator, which is started then. */
  graphUrl: string | null;
}

/** @throws {StartError} when something is given that cannot be meant. */
export function readStartSettings(): StartSettings {
  const { values, tokens } = parseArgs({ options: { reset: { type: "boolean" } }, strict: false, tokens: true });
  for (const token of tokens) {
    const wanted = token.kind === "option" && token.name === "reset" && token.value === undefined;
    if (wanted || token.kind === "option-terminator") continue;
    const given = token.kind === "option" ? token.rawName : token.value;
    throw new StartError(`Unknown option "${given}": the only one is --reset.`);
  }
  // npm keeps for itself what stands before "--"; the start would keep the state that was to go.
  if (process.env["npm_config_reset"]) throw new StartError("To begin afresh, write: npm start -- --reset");

  const port = readPort("PORT", 8787);
  const simulatorPort = readPort("SIMULATOR_PORT", 8788);
  const graphUrl = process.env["TENANTATLAS_GRAPH_URL"] || null;
  if (graphUrl !== null && !/^https?:$/.test(URL.parse(graphUrl)?.protocol ?? "")) {
    throw new StartError("TENANTATLAS_GRAPH_URL must be an http or https address.");
  }
  if (graphUrl === null && port === simulatorPort) {
    throw new StartError(`PORT and SIMULATOR_PORT must be two different ports, not both ${port}.`);
  }
  return { reset: values.reset === true, port, simulatorPort, graphUrl };
}

/** Following a run to its end. Ctrl-C ends the following, never the run. */
import { isUnreachable, ApiProblem } from "../../../src/client/problem.ts";
import { operationRoutes } from "../../../src/contract/routes/operations.ts";
import type { Run, RunDetail } from "../../../src/contract/runs.ts";
import type { Api } from "../api/api.ts";
import type { Terminal } from "../terminal.ts";
import type { Watcher } from "./watcher.ts";

/** Between two looks, while the run moves. */
const LOOK_MS = 1_000;
/** Between two looks at a run that waits or is paused, and at a server that does not answer. */
const SLOW_LOOK_MS = 5_000;
/** A server that is silent for so long has to be asked again by a person. */
const SILENT_LIMIT_MS = 10 * 60_000;

/** Reads the run until it has ended; `watcher` is told each newer state. @throws ApiProblem, Interrupted */
export async function followRun(
  api: Api,
  terminal: Pick<Terminal, "now" | "sleep">,
  run: Pick<Run, "id" | "tenantId">,
  watcher: Watcher,
): Promise<RunDetail> {
  let shown = -1;
  let heardAt = terminal.now();
  for (;;) {
    let pause = LOOK_MS;
    try {
      const state = await api.call(operationRoutes.show, { params: { tenantId: run.tenantId, runId: run.id } });
      heardAt = terminal.now();
      // A wait begins and ends without another version.
      if (state.version >= shown) {
        shown = state.version;
        watcher.show(state);
      }
      if (state.status === "completed") return state;
      if (state.pause !== null || state.waiting !== null) pause = SLOW_LOOK_MS;
    } catch (error) {
      if (!isPassing(error) || terminal.now() - heardAt > SILENT_LIMIT_MS) throw error;
      watcher.silent(heardAt);
      pause = SLOW_LOOK_MS;
    }
    await terminal.sleep(pause);
  }
}

/** The server may answer again by itself. */
function isPassing(error: unknown): boolean {
  return isUnreachable(error) || (error instanceof ApiProblem && (error.status === 429 || error.status >= 500));
}

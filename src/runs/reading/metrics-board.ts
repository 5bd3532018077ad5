/**
 * The only way to the board of metrics: the lint finds its binding anywhere else. What is called has to bear being called twice: numbers are to
 * look at, and no progress.
 */
import { repeatCall } from "../../durable-objects/repeat-call.ts";

type BoardStub = ReturnType<Env["METRICS_BOARD"]["getByName"]>;

/** There is one. */
const BOARD = "board";

/** Calls the board; see `repeatCall` for what is repeated and what is thrown. */
export function callMetricsBoard<T>(
  env: Pick<Env, "METRICS_BOARD">,
  call: (board: BoardStub) => Promise<T>,
): Promise<T> {
  // A stub for each attempt: one that has thrown may throw for ever.
  return repeatCall(() => call(env.METRICS_BOARD.getByName(BOARD)));
}

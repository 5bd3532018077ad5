/** Loads the code under test: the repository's own, or a copy of it somewhere else that was broken on purpose. */
import { pathToFileURL } from "node:url";
import path from "node:path";

export const SOURCE_ROOT = path.resolve(import.meta.dirname, "../../src");

export interface Engine {
  RunCoordinator: typeof import("../../src/runs/run-coordinator.ts").RunCoordinator;
  repeatCall: typeof import("../../src/durable-objects/repeat-call.ts").repeatCall;
  consumeUnits: typeof import("../../src/queue/unit-consumer.ts").consumeUnits;
  consumeDeadLetters: typeof import("../../src/queue/dead-letters.ts").consumeDeadLetters;
  presentRun: typeof import("../../src/runs/facts/projection-row.ts").presentRun;
  decodeUnits: typeof import("../../src/runs/facts/run-report.ts").decodeUnits;
  terminalNotification: typeof import("../../src/runs/facts/terminal-notification.ts").terminalNotification;
  mergeRuns: typeof import("../../src/dashboard/runs/run-merge.ts").mergeRuns;
  writeProjection: typeof import("../../src/database/runs/run-writing.ts").writeProjection;
  writeReport: typeof import("../../src/database/runs/run-reports.ts").writeReport;
  InvocationBudget: typeof import("../../src/runs/invocation-budget.ts").InvocationBudget;
  SHARED_LIMITS: typeof import("../../src/runs/invocation-budget.ts").SHARED_LIMITS;
  RUN_POLICY: typeof import("../../src/runs/policy.ts").RUN_POLICY;
}

export async function loadEngine(root: string = SOURCE_ROOT): Promise<Engine> {
  const load = async (file: string): Promise<object> => import(pathToFileURL(path.join(root, file)).href);
  const [coordinator, repeat, consumer, dead, row, reports, words, merge, database, told, policy, budget] =
    await Promise.all(
      [
        "runs/run-coordinator.ts",
        "durable-objects/repeat-call.ts",
        "queue/unit-consumer.ts",
        "queue/dead-letters.ts",
        "runs/facts/projection-row.ts",
        "runs/facts/run-report.ts",
        "runs/facts/terminal-notification.ts",
        "dashboard/runs/run-merge.ts",
        "database/runs/run-writing.ts",
        "database/runs/run-reports.ts",
        "runs/policy.ts",
        "runs/invocation-budget.ts",
      ].map(load),
    );
  // The one cast: a copy of the sources has the types of the sources.
  return {
    ...coordinator,
    ...repeat,
    ...consumer,
    ...dead,
    ...row,
    ...reports,
    ...words,
    ...merge,
    ...database,
    ...told,
    ...policy,
    ...budget,
  } as Engine;
}

/**
 * `npm run demo`: with the product running (`npm start`), the main jobs on a demo tenant in the terminal, and at the end a table of what each
 * came to, recounted from its ledger. It changes nothing in the tenant: of a restore it makes the preview.
 *
 *   npm run demo [-- <address of the product> [<tenant>]]
 */
import { backupSetRoutes } from "../src/contract/routes/backup-sets.ts";
import { operationRoutes } from "../src/contract/routes/operations.ts";
import type { OperationType } from "../src/contract/operation-types.ts";
import type { Proof, RunDetail } from "../src/contract/runs.ts";
import { Context } from "./src/context.ts";
import { codeOfError, codeOfOutcome, EXIT } from "./src/exit-codes.ts";
import { table } from "./src/output/table.ts";
import { startRun, stateOf, waitForRun } from "./src/runs/run-result.ts";
import { titleOf } from "./src/runs/watcher.ts";
import { processTerminal } from "./src/terminal.ts";

const [url = "http://localhost:8787", tenantId = "contoso"] = process.argv.slice(2);
const terminal = processTerminal();
const context = new Context(terminal, { url });

interface Done {
  run: RunDetail;
  proof: Proof | null;
}

async function job(type: OperationType, input: Record<string, unknown>): Promise<Done> {
  const run = await waitForRun(context, await startRun(context, tenantId, type, input));
  const counted = Object.keys(run.summaryCounts).length > 0;
  const params = { tenantId, runId: run.id };
  return { run, proof: counted ? await context.api.call(operationRoutes.proof, { params }) : null };
}

async function demo(): Promise<Done[]> {
  const time = new Date(terminal.now()).toISOString();
  const done = [await job("inventory.sync", {})];
  const set = await context.api.call(backupSetRoutes.create, {
    params: { tenantId },
    body: { name: `Demo of ${time.slice(0, 10)} ${time.slice(11, 19)}` },
  });
  done.push(await job("backup-set.add-policies", { backupSetId: set.id, filter: {} }));
  done.push(await job("policy.restore-preview", { backupSetId: set.id, mode: "update", assignments: true }));
  const baseline = await job("baseline.capture", { name: `Demo of ${time.slice(0, 10)}` });
  done.push(baseline);
  if (baseline.run.result !== null) done.push(await job("baseline.compare", { baselineId: baseline.run.result.id }));
  done.push(await job("evidence.snapshot", {}));
  done.push(await job("review-pack.generate", {}));
  return done;
}

try {
  const done = await demo();
  terminal.tell("");
  const lines = table<Done>(
    [
      { title: "Operation", cell: ({ run }) => titleOf(run) },
      { title: "State", cell: ({ run }) => stateOf(run) },
      { title: "Told", cell: ({ run }) => run.progress.text },
      {
        title: "Recounted from the ledger",
        cell: ({ proof }) => (proof === null ? "no number" : `${proof.ledger.processed} of ${proof.ledger.total}`),
      },
      { title: "Drift", cell: ({ proof }) => (proof === null ? null : proof.drift ? "DRIFT" : "none") },
    ],
    done,
    { color: terminal.color },
  );
  for (const line of lines) terminal.out(line);
  const worst = done.find(({ run, proof }) => run.outcome !== "succeeded" || proof?.drift === true);
  process.exitCode =
    worst === undefined ? EXIT.succeeded : worst.proof?.drift === true ? EXIT.failed : codeOfOutcome(worst.run.outcome);
} catch (error) {
  terminal.tell(`The demo ended: ${error instanceof Error ? error.message : String(error)}`);
  terminal.tell(`It needs the product at ${url}: npm start`);
  process.exitCode = codeOfError(error);
}

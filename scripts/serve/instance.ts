/**
 * One start at a time in a state folder: two runtimes on the same files would damage them. The claim is a file that names
 * the processes of the start, so that the next one can end what a hard kill has left behind, and nothing else.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { allGone, endProcesses, identityOf, isAlive } from "../processes.mjs";
import { StartError } from "../start-error.ts";

/** A start whose parent was killed needs a moment to notice and to stop by itself. */
const STOPPING_WAIT_MS = 6_000;
const GRACE_MS = 1_000;

const identitySchema = z.object({ pid: z.int(), startedAt: z.string() });
const claimSchema = z.object({
  main: identitySchema,
  /** Started by main; they outlive it when it is killed. */
  processes: z.array(identitySchema),
  port: z.int(),
});
type Claim = z.infer<typeof claimSchema>;

export interface Instance {
  addProcess(pid: number): void;
  /** Gives the claim up: the processes have ended. */
  release(): void;
}

/**
 * Claims the state folder for this process.
 * @throws {StartError} when another start that is alive has it.
 */
export async function claimInstance(runtimeDirectory: string, port: number): Promise<Instance> {
  const file = path.join(runtimeDirectory, "tenantatlas.pid.json");
  const main = identityOf(process.pid);
  if (main === null) throw new Error("This process cannot be found among the running ones");
  const claim: Claim = { main, processes: [], port };
  for (;;) {
    try {
      writeFileSync(file, JSON.stringify(claim), { flag: "wx" });
      break;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      await clearStaleClaim(file);
    }
  }
  return {
    addProcess(pid) {
      const identity = identityOf(pid);
      if (identity === null) return;
      claim.processes = [...claim.processes.filter(isAlive), identity];
      writeFileSync(file, JSON.stringify(claim));
    },
    release: () => rmSync(file, { force: true }),
  };
}

async function clearStaleClaim(file: string): Promise<void> {
  const claim = readClaim(file);
  if (claim !== null) {
    if (!(await allGone([claim.main], STOPPING_WAIT_MS))) {
      throw new StartError(
        `TenantAtlas already runs from this folder (process ${claim.main.pid}, http://localhost:${claim.port}): stop it first.`,
      );
    }
    await endProcesses(claim.processes, { graceMs: GRACE_MS });
  }
  rmSync(file, { force: true });
}

function readClaim(file: string): Claim | null {
  try {
    const parsed = claimSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

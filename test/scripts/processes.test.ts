import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { allGone, endProcesses, identityOf, isAlive } from "../../scripts/processes.mjs";

async function sleeper(
  script = "setInterval(() => {}, 1000); console.log('up')",
): Promise<{ pid: number; startedAt: string }> {
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
  await once(child.stdout, "data");
  const identity = identityOf(child.pid ?? 0);
  if (!identity) throw new Error("no process");
  return identity;
}

describe("processes", () => {
  it("are told apart from others that have had the same number", async () => {
    const identity = await sleeper();
    expect(isAlive(identity)).toBe(true);
    expect(isAlive({ ...identity, startedAt: "another time" })).toBe(false);
    await endProcesses([identity], { graceMs: 5_000 });
    expect(isAlive(identity)).toBe(false);
    expect(identityOf(identity.pid)).toBeNull();
  });

  it("are not touched by a claim on a number that is somebody else's now", async () => {
    const identity = await sleeper();
    await endProcesses([{ ...identity, startedAt: "another time" }], { graceMs: 0 });
    expect(isAlive(identity)).toBe(true);
    await endProcesses([identity], { graceMs: 5_000 });
  });

  it("that do not listen are killed", async () => {
    const deaf = await sleeper("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up')");
    await endProcesses([deaf], { graceMs: 100 });
    expect(await allGone([deaf], 0)).toBe(true);
  });
});

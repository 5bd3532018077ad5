/**
 * Processes, told apart beyond their number: a pid is used again, a pid with its start time is not. Without dependencies,
 * because `bootstrap.mjs` uses it before there are any.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * @typedef {{ pid: number, startedAt: string }} ProcessIdentity `startedAt` is opaque: only compared.
 */

/**
 * Who has this pid now; null when nobody, or a dead one that is still waiting to be collected.
 * @param {number} pid
 * @returns {ProcessIdentity | null}
 */
export function identityOf(pid) {
  const facts = factsOf(pid);
  return facts === null || facts.dead ? null : { pid, startedAt: facts.startedAt };
}

/**
 * True while this very process runs, not merely one with its pid.
 * @param {ProcessIdentity} identity
 */
export function isAlive(identity) {
  return identityOf(identity.pid)?.startedAt === identity.startedAt;
}

/**
 * @param {ProcessIdentity} identity
 * @param {NodeJS.Signals} signal
 */
export function signalProcess(identity, signal) {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

/**
 * Ends processes: asks first, and kills what has not gone by then. Returns when none is left, or after the second wait.
 * @param {ProcessIdentity[]} identities
 * @param {{ graceMs: number }} options
 */
export async function endProcesses(identities, { graceMs }) {
  for (const identity of identities) signalProcess(identity, "SIGTERM");
  if (await allGone(identities, graceMs)) return;
  for (const identity of identities) signalProcess(identity, "SIGKILL");
  await allGone(identities, 2_000);
}

/**
 * Waits until none of them runs; false when one still does at the end of the wait.
 * @param {ProcessIdentity[]} identities
 * @param {number} waitMs
 */
export async function allGone(identities, waitMs) {
  const deadline = Date.now() + waitMs;
  while (identities.some(isAlive)) {
    if (Date.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}

/**
 * @param {number} pid
 * @returns {{ startedAt: string, dead: boolean } | null}
 */
function factsOf(pid) {
  return process.platform === "linux" ? factsFromProc(pid) : factsFromPs(pid);
}

/**
 * proc(5): state and start time are fields 3 and 22; the second, a name in parentheses, may itself hold anything.
 * @param {number} pid
 */
function factsFromProc(pid) {
  let stat;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null;
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { startedAt: fields[19] ?? "", dead: fields[0] === "Z" || fields[0] === "X" };
}

/** @param {number} pid */
function factsFromPs(pid) {
  let line;
  try {
    line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return null;
  }
  const [state = "", ...startedAt] = line.split(/\s+/);
  return { startedAt: startedAt.join(" "), dead: state.startsWith("Z") };
}

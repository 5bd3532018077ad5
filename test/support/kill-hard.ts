/**
 * SIGKILL, of which a process that is gone by now has no need: killing one of a family may end others before their turn, the
 * watchdog's runtimes for one. Any other refusal is a fault of the test.
 */
export function killHard(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

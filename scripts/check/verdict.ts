import { spawnSync } from "node:child_process";
import path from "node:path";

export interface Verdict {
  passed: boolean;
  /** What the tool said. */
  output: string;
}

/** Runs a program of `node_modules/.bin`; it passes when it ends with 0. */
export function judgeTool(root: string, name: string, parameters: string[]): Verdict {
  const { status, stdout, stderr, error } = spawnSync(path.join(root, "node_modules/.bin", name), parameters, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" },
  });
  return { passed: status === 0, output: `${stdout}${stderr}${error?.message ?? ""}` };
}

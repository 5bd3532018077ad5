import path from "node:path";
import { projectRoot } from "../dependencies.mjs";
import { runTool } from "../run-tool.ts";
import { hashOf, makeOnce } from "./stamp.ts";

const INPUTS = [
  "src/dashboard",
  "src/contract",
  "vite.config.ts",
  "scripts/setup/icon-weights.ts",
  "scripts/setup/zod-parsing.ts",
  "scripts/setup/reference-script.ts",
  "package-lock.json",
];

/** Builds the console into `dist/dashboard`, unless what is there was built from the same sources. */
export async function buildConsole(): Promise<void> {
  const inputs = INPUTS.map((input) => path.join(projectRoot, input));
  await makeOnce(path.join(projectRoot, "dist/dashboard.stamp"), hashOf(inputs), async () => {
    console.log("Building the console …");
    // A test runner above may have set it to "test", and React would come in its development form.
    await runTool("vite", ["build", "--logLevel", "warn"], { NODE_ENV: "production" });
  });
}

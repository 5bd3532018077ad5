import { mkdirSync } from "node:fs";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";

// wrangler.toml names the console's build output; tests of the Worker run without one.
mkdirSync("dist/dashboard", { recursive: true });

export default defineConfig({
  test: {
    globalSetup: [
      "test/support/simulator-setup.ts",
      "test/support/identity-setup.ts",
      "test/support/receiver-setup.ts",
      "test/support/real-folder-setup.ts",
    ],
    // Two cores: the runtime, the simulator and Chromium want one of them.
    maxWorkers: 2,
    // The product logs as it does in service, which only matters where a test fails.
    silent: "passed-only",
    projects: [
      {
        extends: true,
        test: {
          name: "node",
          // Files share a worker's modules; what a file replaces, it puts back.
          isolate: false,
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.workers.test.ts", "test/e2e/**", "test/kills/**"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              // The local runtime waits this long for a batch that is not full: one second more for each run of a test.
              queueConsumers: {
                "tenantatlas-run-units": { maxBatchTimeout: 0 },
                "tenantatlas-graph-units": { maxBatchTimeout: 0 },
                "tenantatlas-run-units-dead": { maxBatchTimeout: 0 },
              },
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations("migrations"),
                TENANTATLAS_LOCAL_MODE: "1",
                // Of test/support/thoroughness.ts: the runtime has no environment of its own.
                TENANTATLAS_FORM: process.env["TENANTATLAS_FORM"] ?? "whole",
                TENANTATLAS_SETUP_CODE: "the code of the deployment",
                TENANTATLAS_ORIGIN: "http://localhost:8787",
                TENANTATLAS_CONSENT_CLIENT_ID: "77777777-6666-4555-8444-333333333333",
                TENANTATLAS_CONSENT_CLIENT_SECRET: "consent-client-secret-of-the-tests",
                TENANTATLAS_SECRETS_KEY: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
              },
            },
          })),
        ],
        test: {
          name: "workers",
          // Files share a worker's runtime: starting one for each takes about half a second a file.
          isolate: false,
          include: ["test/**/*.workers.test.ts"],
          setupFiles: ["test/support/workers-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: ["test/e2e/product-setup.ts"],
          // The local runtime hands out one batch of a queue at a time: a run of one file would wait for the runs of another.
          fileParallelism: false,
          // One after the other in one worker: loading playwright and the contract takes seconds of processor time.
          isolate: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        extends: true,
        test: {
          name: "kills",
          include: ["test/kills/**/*.test.ts"],
          // Each starts the whole product on ports of its own: one at a time, and in one worker.
          fileParallelism: false,
          isolate: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});

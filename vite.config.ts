import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { earlyRequests } from "./scripts/setup/early-requests.ts";
import { iconWeights } from "./scripts/setup/icon-weights.ts";
import { readReferenceScript } from "./scripts/setup/reference-script.ts";
import { zodParsing } from "./scripts/setup/zod-parsing.ts";

const SERVICE_WORKER = "service-worker";

/** Builds the console into the directory that the Worker serves as its assets (wrangler.toml). */
export default defineConfig({
  root: "src/dashboard",
  plugins: [earlyRequests(), iconWeights(import.meta.dirname), zodParsing(), react(), tailwindcss(), apiReference()],
  build: {
    outDir: "../../dist/dashboard",
    emptyOutDir: true,
    target: "es2023",
    // The console must work offline and under a strict content security policy: no data: URLs for scripts or fonts.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { index: "src/dashboard/index.html", [SERVICE_WORKER]: "src/dashboard/offline/worker/service-worker.ts" },
      output: {
        // A service worker is looked for under its name, and serves what lies below it.
        entryFileNames: ({ name }) => (name === SERVICE_WORKER ? "[name].js" : "assets/[name]-[hash].js"),
      },
    },
  },
  server: { proxy: { "/api": { target: "http://127.0.0.1:8787", ws: true } } },
});

/** Puts the bundle of the reference page (`public/api-reference.html`) beside it. */
function apiReference(): Plugin {
  return {
    name: "tenantatlas:api-reference",
    apply: "build",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "api-reference.js", source: readReferenceScript() });
    },
  };
}

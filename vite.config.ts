import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Builds the console into the directory that the Worker serves as its assets (wrangler.toml). */
export default defineConfig({
  root: "src/dashboard",
  plugins: [react(), tailwindcss()],
  build: {
    outDir: "../../dist/dashboard",
    emptyOutDir: true,
    target: "es2023",
    // The console must work offline and under a strict content security policy: no data: URLs for scripts or fonts.
    assetsInlineLimit: 0,
  },
  server: { proxy: { "/api": { target: "http://127.0.0.1:8787", ws: true } } },
});

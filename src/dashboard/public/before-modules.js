// Runs before the first paint and before any module. A file and not an inline script, because the content security policy
// allows no inline script.

// The policy allows no code from strings either. zod would try it once, when the first schema is made, and the browser
// report it; zod's own `z.config` comes too late for schemas in a chunk that is loaded earlier.
// oxlint-disable-next-line eslint/no-underscore-dangle -- zod names it
globalThis.__zod_globalConfig = { jitless: true };

// A stored choice of theme never flashes the other one. `theme.ts` takes over from here.
(() => {
  let stored = null;
  try {
    stored = localStorage.getItem("tenantatlas.theme");
  } catch {
    // Storage may be blocked; the system's preference still holds.
  }
  const dark = stored === "dark" || (stored !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.mode = dark ? "dark" : "light";
})();

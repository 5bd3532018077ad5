// Runs before the first paint, so that a stored choice never flashes the other theme. A file and not an inline script,
// because the content security policy allows no inline script. `theme.ts` takes over from here.
(() => {
  let stored = null;
  try {
    stored = localStorage.getItem("tenantatlas.theme");
  } catch {
    // Storage may be blocked; the system's preference still holds.
  }
  const dark =
    stored === "dark" || (stored !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.mode = dark ? "dark" : "light";
})();

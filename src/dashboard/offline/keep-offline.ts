/** Lets the browser keep the console's files (`worker/service-worker.ts`), so that it opens without a connection and says so. */
export function keepOffline(): void {
  // The development server has no files to keep. Without a secure context, or where a browser forbids it, the console works as before.
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register("/service-worker.js", { updateViaCache: "none" }).catch(() => undefined);
}
